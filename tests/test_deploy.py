"""The files of deploy/: what they must agree on with the program and with each other. No engine runs them here."""

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from pls_pipeline.settings import Settings

DEPLOY = Path(__file__).parents[1] / "deploy"
PACKAGED = resources.files("pls_pipeline.orchestration").joinpath("dagster.yaml")


def read(name: str) -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))
    return parsed


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = read("docker-compose.yml")["services"]
    return found


def test_the_instance_has_the_pools_of_a_single_machine_and_frees_slots() -> None:
    deployed, packaged = read("dagster.yaml"), yaml.safe_load(PACKAGED.read_text(encoding="utf-8"))
    assert (
        deployed["concurrency"]["pools"]
        == packaged["concurrency"]["pools"]
        == {"default_limit": 1, "granularity": "op"}
    )
    assert deployed["run_monitoring"]["free_slots_after_run_end_seconds"] == 30
    assert deployed["run_retries"] == {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}
    assert list(deployed["storage"]) == ["postgres"]


def test_each_process_is_a_service_of_its_own_with_a_health_check(services: dict[str, Any]) -> None:
    programs = {name: service.get("command", [""])[0] for name, service in services.items()}
    assert programs == {"postgres": "", "code": "dagster", "webserver": "dagster-webserver", "daemon": "dagster-daemon"}
    assert all(service["healthcheck"]["test"] for service in services.values())
    assert all(service["restart"] == "unless-stopped" for service in services.values())
    for name in ("webserver", "daemon"):
        assert services[name]["depends_on"] == {"code": {"condition": "service_healthy"}}


def test_ports_agree_and_nothing_but_the_ui_is_open_and_that_to_this_machine(services: dict[str, Any]) -> None:
    assert services["code"]["command"][5:7] == ["-p", services["webserver"]["environment"]["DAGSTER_CODE_PORT"]]
    assert services["webserver"]["environment"]["DAGSTER_CODE_HOST"] == "code"
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"webserver": ["127.0.0.1:${PLS_PORT:-3000}:3000"]}
    (server,) = (entry["grpc_server"] for entry in read("workspace.yaml")["load_from"])
    assert (server["host"], server["port"]) == ({"env": "DAGSTER_CODE_HOST"}, {"env": "DAGSTER_CODE_PORT"})


def test_services_share_data_and_instance(services: dict[str, Any]) -> None:
    ours = [service for name, service in services.items() if name != "postgres"]
    assert len({str((service["volumes"], service["environment"], service["image"])) for service in ours}) == 1
    targets = [volume.split(":")[-1] if "ro" not in volume else volume for volume in ours[0]["volumes"]]
    assert targets == ["/srv/dagster", "./dagster.yaml:/srv/dagster/dagster.yaml:ro", "/srv/data"]
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "DAGSTER_HOME=/srv/dagster PLS_DATA_DIR=/srv/data" in dockerfile
    assert re.search(r"^USER pls$", dockerfile, re.MULTILINE)


def environment_names(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("name"), str) and "value" in node:
            yield node["name"]
        for key, value in node.items():
            yield from [key] if key.startswith("PLS_") else []
            yield from environment_names(value)
    elif isinstance(node, list):
        for item in node:
            yield from environment_names(item)


@pytest.mark.parametrize("name", ["docker-compose.yml", "values.yaml"])
def test_settings_are_those_of_the_program(name: str) -> None:
    used = {found for found in environment_names(read(name)) if found.startswith("PLS_")}
    assert used
    assert used <= {f"PLS_{field.upper()}" for field in Settings.model_fields}


@pytest.mark.parametrize("path", sorted(DEPLOY.iterdir()), ids=lambda path: path.name)
def test_no_secret_stands_in_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"://[^\s:/@]+:(?!\$\{POSTGRES_PASSWORD|password@)[^\s@]+@", text) == []
    assert re.findall(r"(?i)(?:password|secret|key)\w*[=:] *(?!\$\{)[\w-]*\d[\w-]+", text) == []


def test_values_say_what_dagster_yaml_says() -> None:
    values, instance = read("values.yaml"), read("dagster.yaml")
    daemon = values["dagsterDaemon"]
    queue = daemon["runCoordinator"]["config"]["queuedRunCoordinator"]
    assert values["concurrency"]["pools"] == {"defaultLimit": 1, "granularity": "op"}
    assert "runs" not in values["concurrency"]
    assert queue["maxConcurrentRuns"] == instance["concurrency"]["runs"]["max_concurrent_runs"]
    monitoring, retries = daemon["runMonitoring"], daemon["runRetries"]
    assert monitoring["freeSlotsAfterRunEndSeconds"] == instance["run_monitoring"]["free_slots_after_run_end_seconds"]
    assert (retries["maxRetries"], retries["retryOnAssetOrOpFailure"]) == (2, False)
    (code,) = values["dagster-user-deployments"]["deployments"]
    (server,) = values["dagsterWebserver"]["workspace"]["servers"]
    assert (server["host"], server["port"]) == (code["name"], code["port"])
    assert server["name"] == read("workspace.yaml")["load_from"][0]["grpc_server"]["location_name"]
