"""What Dagster shows of the DAG, and what loading it costs."""

import subprocess
import sys
import warnings
from typing import Any

import dagster as dg
import pytest

from pls_pipeline import tables
from pls_pipeline.definitions import build_defs, defs
from pls_pipeline.orchestration.names import EXTRACTION_POOL, LEDGER_POOL, LIBRARY_POOL
from pls_pipeline.publishing.history_tables import IMPORT_HISTORY

STAGES = {
    "raw_messages": (tables.RAW_MESSAGES, None),
    "deduplicated_messages": (tables.DEDUPLICATED_MESSAGES, LEDGER_POOL),
    "grouped_conversations": (tables.GROUPED_CONVERSATIONS, None),
    "extracted_patterns": (tables.EXTRACTED_PATTERNS, EXTRACTION_POOL),
    "review_decisions": (tables.REVIEW_DECISIONS, LIBRARY_POOL),
    "pattern_library": (tables.PATTERN_LIBRARY, LIBRARY_POOL),
    "import_history": (IMPORT_HISTORY, None),
    "published_library": (tables.PATTERN_LIBRARY, LIBRARY_POOL),
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_defs()


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_says_what_it_is_and_what_its_columns_mean(definitions: dg.Definitions, name: str) -> None:
    table, pool = STAGES[name]
    asset = definitions.resolve_assets_def(name)
    spec = asset.get_asset_spec()
    assert spec.description
    assert spec.owners
    assert spec.kinds
    assert spec.group_name in {"imports", "library"}
    schema = spec.metadata["dagster/column_schema"]
    assert [column.name for column in schema.columns] == list(table.column_names)
    assert all(column.description for column in schema.columns)
    assert asset.op.pool == pool


@pytest.mark.parametrize("name", STAGES)
def test_stages_of_one_import_are_partitioned_and_the_library_is_not(definitions: dg.Definitions, name: str) -> None:
    partitions = definitions.resolve_assets_def(name).partitions_def
    if STAGES[name][0].partitioned:
        assert isinstance(partitions, dg.DynamicPartitionsDefinition)
        assert partitions.name == "import_files"
    else:
        assert partitions is None


def test_every_stage_has_a_check(definitions: dg.Definitions) -> None:
    checked = {key.asset_key.to_user_string() for key in definitions.resolve_asset_graph().asset_check_keys}
    assert checked == set(STAGES)


def test_jobs_sensors_and_schedules_describe_themselves(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    jobs = [job for job in repository.get_all_jobs() if not job.name.startswith("__")]
    assert all(job.description for job in jobs)
    assert all(sensor.description for sensor in repository.sensor_defs)
    assert all(schedule.description for schedule in repository.schedule_defs)
    assert {job.name for job in jobs} >= {
        "import_job", "import_file", "import_pasted_csv", "inspect_file", "continue_job", "review_job", "remove_import",
        "library_job", "export_job",
    }  # fmt: skip
    assert {sensor.name for sensor in repository.sensor_defs} >= {"inbox_sensor", "asked_runs_sensor"}
    assert all(sensor.default_status == dg.DefaultSensorStatus.RUNNING for sensor in repository.sensor_defs)


def test_a_launchpad_shows_each_field_with_its_default_and_meaning(definitions: dg.Definitions) -> None:
    repository = definitions.get_repository_def()
    for name in ("import_file", "import_pasted_csv", "inspect_file", "continue_job", "remove_import", "review_job"):
        job = repository.get_job(name)
        ((node, shown),) = dict(job.run_config or {})["ops"].items()
        config: Any = job.get_node_named(node).definition
        fields = config.config_field.config_type.fields
        assert shown["config"].keys() == fields.keys()
        assert all(field.description and not field.is_required for field in fields.values())


def test_loading_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        build_defs().get_repository_def()


def test_definitions_are_made_when_dagster_asks_for_them() -> None:
    assert not isinstance(defs, dg.Definitions)


def test_loading_brings_no_heavy_module_in() -> None:
    code = "import sys, pls_pipeline.definitions as d; d.build_defs().get_repository_def(); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"pandas", "pyarrow", "openai", "duckdb", "numpy", "fsspec", "jinja2", "phonenumbers", "sqlalchemy"}
    assert heavy.isdisjoint(result.stdout.split())
