"""What the report shows of the review: status, decisions, and the patterns that wait for one."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.facts import gather_facts
from pls_pipeline.publishing.report.single_file import render_report, write_report
from pls_pipeline.publishing.report.site import make_pages
from pls_pipeline.publishing.report.tables import ReportTables
from pls_pipeline.tables import REVIEW_DECISIONS
from tests.publishing.sample_tables import PATTERNS, SampleLake, make_lake

APPROVED, MERGED = PATTERNS[0].pattern_id, PATTERNS[1].pattern_id


@pytest.fixture
def reviewed(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> PublishedTables:
    sample = make_lake(tmp_path)
    common = {"version_seen": 1, "reply": "…", "message_keys": [], "who": "Ana <b>", "decided_at": datetime(2025, 9, 9)}
    decisions = [
        {"decision_id": "dec_1", "pattern_id": APPROVED, "action": "approve", "fields": "{}", "why": "so", **common},
        {"decision_id": "dec_2", "pattern_id": "pat_gone", "action": "merge", "fields": f'{{"into": "{MERGED}"}}',
         "why": "the same", **common},
    ]  # fmt: skip
    sample.lake.write_records(decisions, REVIEW_DECISIONS)
    return PublishedTables.collect(connection, sample.lake, sample.manifests)


def test_decisions_stand_under_every_pattern_that_they_changed(reviewed: PublishedTables) -> None:
    shown = {row["id"]: row["review"] for row in gather_facts(reviewed).library["patterns"]}
    assert shown[APPROVED] == [{"action": "approve", "who": "Ana <b>", "why": "so", "day": "2025-09-09"}]
    assert [decision["action"] for decision in shown[MERGED]] == ["merge"]
    assert "Ana <b>" not in render_report(reviewed)


def test_the_page_of_a_pattern_tells_who_decided_what_and_how_to_decide(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake, reviewed: PublishedTables
) -> None:
    more = ReportTables.collect(connection, sample.lake, sample.manifests)
    markup = {page.path: page.render() for page in make_pages(reviewed, more)}
    approved = markup[f"patterns/{APPROVED}.html"]
    assert "<b>approve</b> by Ana &lt;b&gt;: so" in approved
    assert "pls review approve" not in approved
    assert f"pls review approve {MERGED}" in markup[f"patterns/{MERGED}.html"]


@pytest.mark.integration
def test_an_analyst_finds_the_patterns_that_wait(browser: Any, reviewed: PublishedTables, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(write_report(reviewed, tmp_path).as_uri())
    waiting = [pattern for pattern in PATTERNS if pattern.status == "proposed"]
    page.get_by_role("link", name=f"{len(waiting)} proposed").click()
    shown = page.locator("#patterns > li")
    assert shown.count() == len(waiting)
    shown.first.locator("summary").press("Enter")
    shown.first.get_by_text("pls review approve").first.wait_for(timeout=10_000)
