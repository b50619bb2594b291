"""The pages of the folder, as values and as markup."""

import posixpath
import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.evidence import EVIDENCE_LISTED
from pls_pipeline.publishing.report.import_page import ImportPage, describe_imports
from pls_pipeline.publishing.report.index_page import COLUMNS, describe_index
from pls_pipeline.publishing.report.library import name_files
from pls_pipeline.publishing.report.links import Links, make_links
from pls_pipeline.publishing.report.page_folder import FolderChange
from pls_pipeline.publishing.report.pattern_page import PatternPage, describe_patterns
from pls_pipeline.publishing.report.site import make_pages, write_report_pages
from pls_pipeline.publishing.report.tables import ReportTables
from tests.publishing.sample_tables import APRIL, HOSTILE_NAME, MARCH, MAY, PATTERNS, SampleLake, make_lake

BAY = PATTERNS[0]


@pytest.fixture
def links(published: PublishedTables) -> Links:
    imports = published.history.to_pylist()
    labels = name_files(published.provenance, imports)
    return make_links(published.patterns.to_pylist(), labels, [row["import_key"] for row in imports])


@pytest.fixture
def patterns(published: PublishedTables, report_tables: ReportTables, links: Links) -> dict[str, PatternPage]:
    return {page.row["pattern_id"]: page for page in describe_patterns(published, report_tables, links)}


@pytest.fixture
def imports(published: PublishedTables, report_tables: ReportTables, links: Links) -> dict[str, ImportPage]:
    return {page.row["import_key"]: page for page in describe_imports(published, report_tables, links)}


@pytest.fixture
def markup(published: PublishedTables, report_tables: ReportTables) -> dict[str, str]:
    return {page.path: page.render() for page in make_pages(published, report_tables)}


def test_evidence_names_import_row_line_and_time(patterns: dict[str, PatternPage]) -> None:
    march, april = patterns[BAY.pattern_id].evidence.by_import
    assert (march.source.label, march.conversations, april.conversations) == ("march.csv", BAY.march, BAY.april)
    first = march.rows[0]
    assert (first.said, first.replied, first.lines, first.wording) == ((1,), (2,), (3,), 1)
    assert first.occurred_at
    assert first.occurred_at.isoformat() == "2025-03-01T18:02:00"
    assert patterns[BAY.pattern_id].evidence.left_out == 0


def test_a_pattern_tells_how_it_grew_and_through_which_import(patterns: dict[str, PatternPage]) -> None:
    (begun, march), (grown, april) = patterns[BAY.pattern_id].growth
    assert march
    assert april
    assert (begun.title, march.key, grown.title, april.key) == ("First seen", MARCH, "New evidence", APRIL)
    assert ("conversations", "1", "23") in grown.changes
    assert ("status", "proposed", "approved") in grown.changes
    assert [what for what, _, _ in grown.changes].count("wording added") == len(BAY.wordings)
    assert patterns[BAY.pattern_id].former == ("pat_older", "pat_oldest")


def test_an_import_names_the_patterns_that_it_created_and_enhanced(imports: dict[str, ImportPage]) -> None:
    created = {item.pattern.pattern_id: item.conversations for item in imports[MARCH].created}
    enhanced = {item.pattern.pattern_id: item.conversations for item in imports[APRIL].enhanced}
    assert created == {pattern.pattern_id: pattern.march for pattern in PATTERNS if pattern.march}
    assert enhanced == {pattern.pattern_id: pattern.april for pattern in PATTERNS if pattern.march and pattern.april}
    assert [item.pattern.pattern_id for item in imports[APRIL].created] == ["pat_bookmove0005"]
    assert not imports[MAY].created
    assert not imports[MAY].effort


def test_what_goes_into_an_import_is_what_its_page_accounts_for(imports: dict[str, ImportPage]) -> None:
    for page in imports.values():
        assert page.rows.total == page.row["rows"]
        assert page.conversations.total == page.row["conversations"]
        assert len(page.lines) == sum(reason.count for reason in page.reasons) == page.row["rejected"]
    assert [(line.line_number, line.reason) for line in imports[APRIL].lines] == [(45, "too few fields")]
    assert imports[APRIL].effort[0]["cost_usd"] is None


def test_the_page_of_an_archive_lists_its_files(
    published: PublishedTables, report_tables: ReportTables, links: Links
) -> None:
    rows = report_tables.files.to_pylist()
    rows[0] |= {"members": '[{"name": "a_messages.csv", "kind": "messages", "record_count": 3}]', "container": "zip"}
    more = replace(report_tables, files=report_tables.files.from_pylist(rows, report_tables.files.schema))
    page = next(describe_imports(published, more, links))
    assert [(member.name, member.kind, member.records) for member in page.members] == [
        ("a_messages.csv", "messages", 3)
    ]


def test_every_link_leads_to_a_page_or_to_an_export_file_beside_the_folder(markup: dict[str, str]) -> None:
    there = {f"report/{path}" for path in markup}
    there |= {"report.html", "rejected_rows.csv", "pattern_library.csv", "import_history.csv"}
    for path, page in markup.items():
        for link in re.findall(r'href="([^"#]+)[#"]', page):
            found = posixpath.normpath(f"report/{posixpath.dirname(path)}/{link}")
            assert link == "data:," or found in there, f"{path} links {link}"
    assert f'href="../patterns/{BAY.pattern_id}.html"' in markup[f"imports/{MARCH}.html"]
    assert f'href="../imports/{MARCH}.html"' in markup[f"patterns/{BAY.pattern_id}.html"]


def test_no_page_holds_a_message_a_number_or_markup_of_others(markup: dict[str, str]) -> None:
    for path, page in markup.items():
        for text in ("SECRET", "+15550100", "I&#39;ll reset bay 3", "@SUM(A1)", "Dana", "<img", HOSTILE_NAME, "\u202e"):
            assert text not in page, f"{text!r} in {path}"
        if path.endswith(".html"):
            assert "default-src &#39;none&#39;" in page
            assert page.count("<script") == (2 if path == "index.html" else 0)
            assert not re.search(r"<\w[^<>]*\s(?:on\w+|style)=|https?://|@import|url\(", page.partition("<script")[0])
            assert "&lt;/script&gt;" in page or path != f"patterns/{PATTERNS[-1].pattern_id}.html"


def test_the_same_library_changes_no_page_and_a_change_only_its_own(
    published: PublishedTables, report_tables: ReportTables, tmp_path: Path
) -> None:
    index, change = write_report_pages(published, report_tables, tmp_path)
    texts = {path: path.read_bytes() for path in index.parent.rglob("*.*")}
    assert change.written == len(texts) - 1
    assert write_report_pages(published, report_tables, tmp_path)[1] == FolderChange(0, change.written, 0)
    assert write_report_pages(published, report_tables, tmp_path / "other")[1] == change
    assert {path: (tmp_path / "other" / path.relative_to(tmp_path)).read_bytes() for path in texts} == texts
    told = report_tables.versions.to_pylist()
    told[0]["why"] = "restored"
    changed = replace(report_tables, versions=report_tables.versions.from_pylist(told, report_tables.versions.schema))
    assert write_report_pages(published, changed, tmp_path)[1].written == 1


def test_long_evidence_is_cut_and_many_imports_share_columns(
    published: PublishedTables, report_tables: ReportTables, links: Links, patterns: dict[str, PatternPage]
) -> None:
    rows = report_tables.evidence.filter([True] + [False] * (report_tables.evidence.num_rows - 1)).to_pylist()
    many = [rows[0] | {"conversation_key": f"c{number:04d}"} for number in range(EVIDENCE_LISTED + 7)]
    longer = replace(report_tables, evidence=report_tables.evidence.from_pylist(many, report_tables.evidence.schema))
    (cut,) = [page for page in describe_patterns(published, longer, links) if page.evidence.by_import]
    assert cut.evidence.left_out == 7
    assert len(cut.evidence.by_import[0].rows) == EVIDENCE_LISTED
    history = published.history.to_pylist()
    repeated = [history[0] | {"import_key": f"import_{number}"} for number in range(10 * COLUMNS + 1)]
    crowded = replace(published, history=published.history.from_pylist(repeated, published.history.schema))
    index = describe_index(crowded, list(patterns.values()), links)
    assert len(index.steps) <= COLUMNS
    assert sum(step.created for step in index.steps) == len(repeated) * history[0]["patterns_created"]


def test_nothing_imported_is_an_index_that_says_so(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    lake = make_lake(tmp_path, ()).lake
    pages = make_pages(PublishedTables.collect(connection, lake, ()), ReportTables.collect(connection, lake, ()))
    markup = {page.path: page.render() for page in pages}
    assert sorted(markup) == ["index.html", "report.css"]
    assert "Nothing has been imported" in markup["index.html"]
    assert "<script" not in markup["index.html"]


def test_messages_stand_in_the_pages_of_patterns_where_the_setting_asks_for_them(
    connection: duckdb.DuckDBPyConnection, sample: SampleLake, published: PublishedTables
) -> None:
    more = ReportTables.collect(connection, sample.lake, sample.manifests, texts=True)
    markup = {page.path: page.render() for page in make_pages(published, more)}
    page = markup[f"patterns/{BAY.pattern_id}.html"]
    assert "Hi Dana, I&#39;ll reset bay 3 for you right away." in page
    assert "holds messages as they were written" in page
    assert "Dana" not in markup["index.html"] + markup[f"imports/{MARCH}.html"]
