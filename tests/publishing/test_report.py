import html
import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.facts import gather_facts
from pls_pipeline.publishing.report.library import EVIDENCE_SHOWN
from pls_pipeline.publishing.report.rendering import embed_json
from pls_pipeline.publishing.report.single_file import render_report, write_report
from tests.publishing.sample_tables import HOSTILE_NAME, PATTERNS, make_lake


def embedded(page: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/json" id="library-data">(.*?)</script>', page, re.DOTALL)
    assert block
    found: dict[str, Any] = json.loads(block[1])
    return found


def test_text_of_others_cannot_become_markup(published: PublishedTables) -> None:
    page = render_report(published)
    assert page.count("<script") == page.count("</script>") == 2
    assert "<img" not in page
    assert HOSTILE_NAME not in page
    assert "=april &lt;script&gt;" in page
    assert embedded(page)["patterns"][-1]["situation"] == PATTERNS[-1].situation


def test_json_in_the_page_cannot_end_its_element() -> None:
    value = {"text": "</script><!-- & \u2028"}
    assert not set("<>&") & set(embed_json(value))
    assert json.loads(embed_json(value)) == value


def test_the_page_names_no_address_to_fetch_from(published: PublishedTables) -> None:
    page = render_report(published)
    assert "default-src 'none'" in html.unescape(page)
    markup = re.sub(r"<script type.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r"https?://|@import|url\(|<link|\ssrc=", markup)


def test_the_same_library_gives_the_same_page(published: PublishedTables, tmp_path: Path) -> None:
    assert write_report(published, tmp_path / "new").read_bytes() == render_report(published).encode()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["report.html"]


def test_no_message_stands_in_the_page(published: PublishedTables) -> None:
    page = render_report(published)
    for text in ("SECRET WORDS", "+15550100", "I'll reset bay 3 for you", "@SUM(A1)", "Dana"):
        assert text not in page
        assert text.replace("'", "&#39;") not in page


def test_what_is_not_seen_is_named(published: PublishedTables) -> None:
    page = render_report(published)
    assert not set("\x00\x1b\u200b\u202e\u2028") & set(page)


def test_a_pattern_shows_its_wordings_with_variables_apart_from_words(published: PublishedTables) -> None:
    pattern = gather_facts(published).library["patterns"][0]
    assert pattern["wordings"][1] == {
        "segments": [
            "Resetting bay ",
            {"name": "bay_number"},
            " now, it should be back in ",
            {"name": "minutes"},
            " min",
        ],
        "count": 8,
    }
    assert sum(wording["count"] for wording in pattern["wordings"]) == PATTERNS[0].march + PATTERNS[0].april


def test_evidence_leads_to_file_and_row_and_says_what_it_leaves_out(published: PublishedTables) -> None:
    library = gather_facts(published).library
    assert library["files"] == ["march.csv", HOSTILE_NAME, "may.csv"]
    pattern = library["patterns"][0]
    assert pattern["evidence"][0] == {"wording": 0, "said": [[0, 1]], "replied": [[0, 2]]}
    assert len(pattern["evidence"]) == EVIDENCE_SHOWN
    assert pattern["more"] == PATTERNS[0].march + PATTERNS[0].april - EVIDENCE_SHOWN


def test_what_is_set_aside_is_counted_by_reason(published: PublishedTables) -> None:
    facts = gather_facts(published)
    assert [(reason.label, reason.count) for reason in facts.rows] == [("Bad timestamp", 2), ("Too few fields", 2)]
    assert facts.rows[1].places == (("march.csv", "45"), (HOSTILE_NAME, "45"))
    conversations = {reason.label: reason.count for reason in facts.conversations}
    assert conversations["Automated thread"] == 2
    assert conversations["Analysis failed; the next run tries again: answer was no JSON"] == 1
    assert {reason.count for reason in facts.candidates} == {12, 5}
    assert facts.totals["cost_usd"] is None


def test_nothing_imported_is_a_page_that_says_so(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lake = make_lake(tmp_path, ()).lake
    page = render_report(PublishedTables.collect(connection, lake, ()))
    assert "Nothing has been imported" in page
    assert "There is no pattern yet" in page
    assert "<script" not in page


@pytest.mark.integration
def test_a_person_searches_filters_and_follows_a_conflict(
    browser: Any, published: PublishedTables, tmp_path: Path
) -> None:
    page, faults = browser.new_page(), []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    address = write_report(published, tmp_path).as_uri()
    page.goto(address)
    shown = page.locator("#patterns > li")
    assert shown.count() == len(PATTERNS)
    page.get_by_label("Search").fill("NOTHING registers sum")
    assert shown.count() == 1
    page.get_by_label("Search").fill("no such words")
    page.get_by_role("button", name="Clear the filters").click()
    page.get_by_label("Category").select_option("hours")
    assert shown.count() == 2
    shown.first.locator("summary").press("Enter")
    page.get_by_role("link", name="The customer asks when the place closes").click()
    assert page.locator("#pat_hourslate004 details").get_attribute("open") is not None
    assert "march.csv" in page.locator("#pat_hourslate004 .from").all_inner_texts()
    page.goto(f"{address}#pat_bayreset0001")
    page.reload()
    reply = page.locator("#pat_bayreset0001 .bubble")
    assert reply.inner_text().startswith("Hi customer_name, I'll reset bay bay_number")
    assert set(requests) == {address, f"{address}#pat_bayreset0001"} & set(requests)
    assert faults == []
