"""The folder of pages in a browser: keyboard, links, filters, accessibility, and no request but for its own files."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.single_file import write_report
from pls_pipeline.publishing.report.site import write_report_pages
from pls_pipeline.publishing.report.tables import ReportTables
from tests.publishing.sample_tables import APRIL, MARCH, PATTERNS, invent_patterns, make_lake

pytestmark = pytest.mark.integration

BAY, HOURS, HOSTILE = PATTERNS[0], PATTERNS[2], PATTERNS[-1]


def watch(page: Any) -> list[str]:
    """What a person should never meet: faults, dialogs, and requests that leave the disk."""
    met: list[str] = []
    page.on("console", lambda message: met.append(message.text))
    page.on("pageerror", lambda error: met.append(str(error)))
    page.on("dialog", lambda dialog: met.append(dialog.message))
    page.on("request", lambda request: None if request.url.startswith(("file:", "data:")) else met.append(request.url))
    return met


@pytest.fixture
def folder(published: PublishedTables, report_tables: ReportTables, tmp_path: Path) -> Path:
    write_report(published, tmp_path)
    return write_report_pages(published, report_tables, tmp_path)[0].parent


def test_an_analyst_goes_from_a_chart_to_a_pattern_to_its_import_and_back(browser: Any, folder: Path) -> None:
    page = browser.new_page()
    met = watch(page)
    page.goto((folder / "index.html").as_uri())
    shown = page.locator("#patterns > li")
    assert shown.count() == len(PATTERNS)
    assert page.evaluate("getComputedStyle(document.querySelector('.flow')).display") == "grid"
    page.get_by_role("link", name="hours").click()
    assert shown.count() == 2
    page.locator("#import").select_option("march.csv")
    page.get_by_label("Search").fill("OPEN 24/7 members")
    assert shown.count() == 1
    shown.get_by_role("link").press("Enter")
    page.get_by_role("heading", level=1, name=HOURS.situation).wait_for()
    page.get_by_role("link", name=PATTERNS[3].situation).click()
    page.get_by_role("heading", level=1, name=PATTERNS[3].situation).wait_for()
    page.go_back()
    page.locator(".evidence").get_by_role("link", name="march.csv").click()
    page.get_by_role("heading", level=1, name="march.csv").wait_for()
    assert page.get_by_role("row", name="91 bad timestamp").count() == 1
    page.get_by_role("link", name="Search in the patterns of this import").click()
    assert shown.count() == sum(bool(pattern.march) for pattern in PATTERNS)
    page.goto((folder / "patterns" / f"{HOSTILE.pattern_id}.html").as_uri())
    assert HOSTILE.situation in page.get_by_role("heading", level=1).inner_text()
    page.go_back()
    page.go_back()
    page.go_back()
    page.get_by_role("heading", level=1, name=HOURS.situation).wait_for()
    page.go_back()
    assert page.get_by_label("Search").input_value() == "OPEN 24/7 members"
    assert shown.count() == 1
    page.get_by_label("Search").fill("no such words")
    page.get_by_role("button", name="Clear the filters").click()
    assert shown.count() == len(PATTERNS)
    assert met == []


def test_an_audit_of_accessibility_finds_nothing_in_light_and_dark(browser: Any, folder: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    paths = (
        "index.html", f"patterns/{BAY.pattern_id}.html", f"patterns/{HOURS.pattern_id}.html", f"imports/{MARCH}.html",
        f"imports/{APRIL}.html", "../report.html",
    )  # fmt: skip
    page = browser.new_page()
    found = []
    for path in paths:
        page.goto((folder / path).as_uri())
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            # Without `preload`: axe would fetch the style sheet, which the page's policy forbids.
            answer = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]}).response
            found += [(path, scheme, fault["id"], fault["nodes"][0]["html"]) for fault in answer["violations"]]
    assert found == []


def test_five_thousand_patterns_are_listed_in_parts_and_printed_whole(
    browser: Any, connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sample = make_lake(tmp_path, invent_patterns(5000))
    tables = PublishedTables.collect(connection, sample.lake, sample.manifests)
    more = ReportTables.collect(connection, sample.lake, sample.manifests)
    index, change = write_report_pages(tables, more, tmp_path)
    assert change.written > 5000
    page = browser.new_page()
    page.goto(index.as_uri())
    shown = page.locator("#patterns > li")
    assert shown.count() == 50
    page.get_by_role("button", name="Show 50 more").press("Enter")
    assert shown.count() == 100
    assert page.evaluate("document.activeElement === document.querySelectorAll('#patterns a')[50]")
    page.get_by_label("Search").fill("case 4999")
    assert page.locator("#shown").inner_text() == "1 pattern"
    page.get_by_label("Search").fill("case 49")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert shown.count() == sum("49" in str(number) for number in range(5000))
