from pathlib import Path

import pytest

from pls_pipeline.orchestration.instance import locate_dagster_home, open_instance, prepare_dagster_home
from pls_pipeline.orchestration.names import LEDGER_POOL
from pls_pipeline.settings import Settings


@pytest.fixture(autouse=True)
def _without_dagster_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


def test_the_instance_lies_in_the_data_folder_unless_dagster_home_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)
    assert locate_dagster_home(settings) == tmp_path / "dagster"
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "elsewhere"))
    assert locate_dagster_home(settings) == tmp_path / "elsewhere"


def test_a_configuration_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    config = prepare_dagster_home(tmp_path / "home")
    config.write_text("telemetry: {enabled: false}\n")
    prepare_dagster_home(tmp_path / "home")
    assert config.read_text() == "telemetry: {enabled: false}\n"


def test_a_new_instance_lets_one_step_of_a_pool_in_and_sends_no_telemetry(tmp_path: Path) -> None:
    with open_instance(Settings(data_dir=tmp_path)) as instance:
        pools = instance.get_concurrency_config().pool_config
        assert pools.default_pool_limit == 1
        assert pools.pool_granularity is not None
        assert pools.pool_granularity.value == "op"
        assert instance.run_monitoring_settings["free_slots_after_run_end_seconds"]
        assert instance.get_settings("telemetry") == {"enabled": False}
        instance.event_log_storage.initialize_concurrency_limit_to_default(LEDGER_POOL)
        assert instance.event_log_storage.get_concurrency_info(LEDGER_POOL).slot_count == 1
