from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.orchestration.inbox import (
    FileState,
    SeenFile,
    compare_inbox,
    list_inbox,
    read_cursor,
    remember,
    write_cursor,
)

_NAMES = st.sampled_from(["a.csv", "b.csv", "Übersicht.csv", 'c "1".csv'])
_STATES = st.builds(FileState, name=_NAMES, size=st.integers(0, 3), modified_ns=st.integers(0, 3))
_LISTINGS = st.lists(_STATES, unique_by=lambda state: state.name)
_SEEN = st.lists(
    st.builds(SeenFile, state=_STATES, handled=st.booleans(), refusal=st.sampled_from(["", "it is no export"])),
    unique_by=lambda seen: seen.state.name,
).map(lambda files: {file.state.name: file for file in files})


@given(_LISTINGS, _SEEN)
def test_every_file_is_settled_waiting_or_handled(files: list[FileState], seen: dict[str, SeenFile]) -> None:
    change = compare_inbox(files, seen)
    parts = [*change.settled, *change.waiting, *change.handled]
    assert sorted(parts, key=str) == sorted(files, key=str)


@given(_LISTINGS, _SEEN)
def test_a_file_is_taken_only_if_it_stood_still(files: list[FileState], seen: dict[str, SeenFile]) -> None:
    for file in compare_inbox(files, seen).settled:
        assert seen[file.name].state == file
        assert not seen[file.name].handled


@given(_LISTINGS, _SEEN)
def test_an_inbox_at_rest_is_dealt_with_in_two_looks(files: list[FileState], seen: dict[str, SeenFile]) -> None:
    for _ in range(2):
        change = compare_inbox(files, seen)
        seen = remember(change, [file.name for file in change.settled])
    assert compare_inbox(files, seen).handled == tuple(files)


@given(_LISTINGS, _SEEN, st.lists(_NAMES))
def test_the_cursor_holds_the_files_that_exist_and_no_others(
    files: list[FileState], seen: dict[str, SeenFile], taken: list[str]
) -> None:
    remembered = remember(compare_inbox(files, seen), taken)
    assert {file.state for file in remembered.values()} == set(files)
    assert read_cursor(write_cursor(remembered)) == remembered


def test_a_file_that_changes_is_new_again() -> None:
    before, after = FileState("a.csv", 10, 1), FileState("a.csv", 12, 2)
    seen = {"a.csv": SeenFile(before, handled=True)}
    assert compare_inbox([after], seen).waiting == (after,)


def test_folders_hidden_and_temporary_files_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "march.csv").write_text("x")
    (tmp_path / "old").mkdir()
    ignored = [".hidden.csv", "march.csv.part", "download.crdownload", "~$book.csv", "note.csv~"]
    for name in ignored:
        (tmp_path / name).write_text("x")
    listing = list_inbox(tmp_path)
    assert [file.name for file in listing.files] == ["march.csv"]
    assert sorted(listing.ignored) == sorted([*ignored, "old"])


def test_an_absent_inbox_is_empty(tmp_path: Path) -> None:
    assert list_inbox(tmp_path / "nowhere").files == ()
