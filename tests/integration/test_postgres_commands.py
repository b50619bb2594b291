"""The commands with an application's database in the settings: checked, migrated, published to, told when it fails."""

from pathlib import Path

import pytest

from pls_pipeline.lake import Lake
from pls_pipeline.tables import PATTERN_LIBRARY
from tests.cli.terminal import Terminal
from tests.integration.postgres_server import PostgresServer, ask
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("postgres")]


def test_approved_patterns_reach_the_application(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.make_database()
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY", "PLS_LAKE_URL", "PLS_IMPORTS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLS_EXTRACTOR", "embedded")
    terminal = Terminal(tmp_path / "data", tmp_path)

    refused = terminal.pls("migrate")
    assert (refused.exit_code, "PLS_APPLICATION_DATABASE_URL is not set" in refused.output) == (1, True)
    monkeypatch.setenv("PLS_APPLICATION_DATABASE_URL", url)
    monkeypatch.setenv("PLS_LOCKS_URL", url)
    unmigrated = terminal.pls("import", write_export(tmp_path / "march.csv", resets(1, 2, 3)))
    assert unmigrated.exit_code == 1
    assert "has no table of patterns yet: run `pls migrate`" in unmigrated.output
    checked = terminal.pls("check")
    assert "application: schema pls of test_" in checked.output
    assert "run `pls migrate`" in checked.output

    migrated = terminal.pls("migrate")
    assert "tables made; 0 approved patterns in them" in migrated.output
    (proposed,) = Lake(str(tmp_path / "data" / "lake")).read(PATTERN_LIBRARY)
    assert terminal.pls("review", "approve", proposed["pattern_id"], "--by", "Ada", "--why", "right").exit_code == 0
    (row,) = ask(url, "SELECT id, status, response_template, variables FROM pls.decision_patterns")
    assert row["id"] == proposed["pattern_id"]
    assert (row["status"], row["response_template"]) == ("approved", proposed["response_template"])
    assert [variable["name"] for variable in row["variables"]] == ["bay_number"]
    assert "FAULT  application" not in terminal.pls("check").output
    assert "ok     locks: test_" in terminal.pls("check").output

    monkeypatch.setenv("PLS_APPLICATION_DATABASE_URL", "postgresql://me:hunter2@127.0.0.1:1/library")
    outcome = terminal.pls("review", "retire", proposed["pattern_id"], "--by", "Ada", "--why", "old")
    assert (outcome.exit_code, "library on 127.0.0.1 cannot be reached" in outcome.output) == (1, True)
    assert "hunter2" not in outcome.output + terminal.pls("check").output
    monkeypatch.setenv("PLS_APPLICATION_DATABASE_URL", url)
    assert "0 approved patterns" in terminal.pls("migrate").output
    assert [row["status"] for row in ask(url, "SELECT status FROM pls.decision_patterns")] == ["retired"]
