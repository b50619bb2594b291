"""What the UI shows of a build: which import created and enhanced which patterns."""

import dagster as dg

from pls_pipeline.orchestration.library_changes import ImportChanges, draw_changes, list_changes, observe_imports


def version(pattern_id: str, number: int, why: str, import_key: str | None) -> dict[str, object]:
    return {"pattern_id": pattern_id, "version": number, "why": why, "import_key": import_key}


BEFORE = [version("pat_1", 1, "created", "march")]
AFTER = [
    *BEFORE,
    version("pat_1", 2, "enhanced", "april"),
    version("pat_2", 1, "created", "april"),
    version("pat_3", 4, "reviewed", None),
]


def test_changes_are_those_versions_that_are_new_by_their_import() -> None:
    assert list_changes(BEFORE, AFTER) == {
        "april": ImportChanges(("pat_2",), ("pat_1",), ()),
        "": ImportChanges((), (), ("pat_3",)),
    }
    assert list_changes(AFTER, AFTER) == {}


def test_each_import_gets_an_observation_of_its_partition() -> None:
    (observation,) = observe_imports(dg.AssetKey("extracted_patterns"), list_changes(BEFORE, AFTER))
    assert observation.partition == "april"
    assert observation.metadata["patterns_created"].value == 1


def test_a_table_bounds_the_ids_that_it_lists() -> None:
    many = {"march": ImportChanges(tuple(f"pat{number}" for number in range(100)), (), ())}
    assert "100: pat0, " in draw_changes(many)
    assert "and 88 more" in draw_changes(many)
