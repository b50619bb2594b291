"""An analyst's day in a real browser, on the deployment: drop a file, watch, read, trace, continue, approve, export.

Screenshots go to the folder that PLS_TEST_ARTEFACTS names, else to the test's own.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.lake import Lake
from pls_pipeline.tables import EXTRACTION_OUTCOMES, PATTERN_LIBRARY
from tests.integration.conftest import CONVERSATION_LIMIT
from tests.integration.deployment import Deployment
from tests.integration.serving import wait_for
from tests.made_exports import resets, write_export

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("postgres"), pytest.mark.timeout(900)]

CHROMIUM = Path("/usr/bin/chromium")
_WAIT_MS = 120_000


class Analyst:
    """A person at the browser, who takes a screenshot at each stop."""

    def __init__(self, page: Any, deployed: Deployment, album: Path) -> None:
        self.page, self._deployed, self._album = page, deployed, album
        page.set_default_timeout(_WAIT_MS)

    def go(self, path: str) -> None:
        """Open a page of the Dagster UI."""
        self.page.goto(f"http://127.0.0.1:{self._deployed.port}/{path}")

    def take(self, name: str) -> None:
        """Keep what the screen shows."""
        self.page.screenshot(path=self._album / f"{name}.png")

    def launch(self, job: str, config: dict[str, Any] | None = None) -> dict[str, Any]:
        """Launch a job from its launchpad; returns its run once it has ended well."""
        before = {run["run_id"] for run in self._deployed.runs(job)}
        self.go(f"locations/pls_pipeline/jobs/{job}/playground")
        button = self.page.get_by_role("button", name="Launch Run")
        button.wait_for()
        if config is not None:
            editor = self.page.locator(".CodeMirror").first
            editor.evaluate("(node, text) => node.CodeMirror.setValue(text)", json.dumps(config, indent=2))
        self.page.get_by_text("No errors").wait_for()
        self.take(f"launchpad-{job}")
        button.click()

        def ended() -> list[dict[str, Any]]:
            new = [run for run in self._deployed.runs(job) if run["run_id"] not in before]
            assert not [run for run in new if run["status"] in {"FAILURE", "CANCELED"}]
            return [run for run in new if run["status"] == "SUCCESS"]

        (run,) = wait_for(f"{job} ends well", ended, 240)
        return dict(run)


@pytest.fixture
def analyst(deployed: Deployment, tmp_path: Path) -> Iterator[Analyst]:
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there")
    from playwright.sync_api import sync_playwright

    album = Path(os.environ.get("PLS_TEST_ARTEFACTS") or tmp_path) / "analyst-day"
    album.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield Analyst(browser.new_page(viewport={"width": 1440, "height": 900}), deployed, album)
        browser.close()


def test_from_a_file_to_two_approved_patterns_and_their_export(
    analyst: Analyst, deployed: Deployment, tmp_path: Path
) -> None:
    lake, page = Lake(str(deployed.data_dir / "lake")), analyst.page
    talks = 2 * CONVERSATION_LIMIT

    def runs_of_the_file(count: int) -> dict[str, Any]:
        def ended() -> list[dict[str, Any]]:
            found = [run for run in deployed.runs() if run.get("pls/file_name") == "march.csv"]
            return found if [run["status"] for run in found] == ["SUCCESS"] * count else []

        newest, *_ = wait_for(f"run {count} of the file ends well", ended, 240)
        return dict(newest)

    def outcomes(import_key: str) -> list[str]:
        return sorted(row["status"] for row in lake.read(EXTRACTION_OUTCOMES, [import_key]))

    # A file is dropped into the inbox, and shows among the runs.
    shutil.copy(write_export(tmp_path / "march.csv", resets(*range(1, talks + 1))), deployed.data_dir / "inbox")
    analyst.go("runs")
    page.get_by_text("march.csv").first.wait_for()
    first = runs_of_the_file(1)
    import_key = first["dagster/partition"]
    assert outcomes(import_key) == ["deferred"] * CONVERSATION_LIMIT + ["extracted"] * CONVERSATION_LIMIT
    analyst.take("runs")
    analyst.go(f"runs/{first['run_id']}")
    page.get_by_placeholder("Filter").fill("conversations analysed")
    page.get_by_text(" conversations analysed").first.wait_for()
    analyst.take("run")

    # What the limit deferred is continued.
    analyst.launch("continue_job")
    runs_of_the_file(2)
    assert outcomes(import_key) == ["extracted"] * talks

    # The library, and from a pattern to its import.
    analyst.go("assets/pattern_library")
    page.get_by_text("Latest materialization").wait_for()
    page.get_by_text("patterns_proposed").or_(page.get_by_text("candidates")).first.wait_for()
    analyst.take("library")
    page.goto((deployed.data_dir / "exports" / "report" / "index.html").as_uri())
    analyst.take("report")
    page.locator("#patterns > li").first.get_by_role("link").first.click()
    page.locator(".evidence").get_by_role("link", name="march.csv").first.click()
    page.get_by_role("heading", level=1, name="march.csv").wait_for()
    analyst.take("report-import")

    # Two patterns are approved, and exported.
    approved = sorted(row["pattern_id"] for row in lake.read(PATTERN_LIBRARY))[:2]
    decision = {"pattern_ids": approved, "action": "approve", "who": "Ada", "why": "as we answer"}
    analyst.launch("review_job", {"ops": {"review_decisions": {"config": decision}}})
    assert {row["pattern_id"] for row in lake.read(PATTERN_LIBRARY) if row["status"] == "approved"} == set(approved)
    exported = deployed.data_dir / "exports" / "pattern_library.jsonl"
    exported.unlink()
    analyst.launch("export_job")
    rows = [json.loads(line) for line in exported.read_text(encoding="utf-8").splitlines()]
    assert sorted(row["pattern_id"] for row in rows if row["status"] == "approved") == approved
    analyst.go("assets/published_library")
    page.get_by_text("Latest materialization").wait_for()
    analyst.take("published")
