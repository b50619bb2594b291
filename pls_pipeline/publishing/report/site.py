"""`report/`: the library as a folder of pages.

Here: which pages there are, their paths, and what each is made of. Not here: what they show (index_page.py,
pattern_page.py, import_page.py), how the folder is exchanged (page_folder.py).

    index.html  report.css  patterns/<pattern_id>.html  imports/<import_key>.html  pages.json
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.import_page import describe_imports
from pls_pipeline.publishing.report.index_page import IndexPage, describe_index
from pls_pipeline.publishing.report.library import name_files
from pls_pipeline.publishing.report.links import make_links
from pls_pipeline.publishing.report.page_folder import FolderChange, Page, write_folder
from pls_pipeline.publishing.report.pattern_page import describe_patterns
from pls_pipeline.publishing.report.rendering import STYLE, hash_parts, read_part, render_page
from pls_pipeline.publishing.report.tables import ReportTables

FOLDER = "report"


def write_report_pages(tables: PublishedTables, more: ReportTables, out: Path) -> tuple[Path, FolderChange]:
    """Write the pages into `out`/report, `out` being made where it is missing; return the index and what changed.

    The same tables give the same bytes; a page whose content is as it was is not written again. Raises FileExistsError
    where `out`/report is something else, OSError where it cannot be written; the old pages then stay.
    """
    out.mkdir(parents=True, exist_ok=True)
    folder = out / FOLDER
    change = write_folder(folder, make_pages(tables, more))
    return folder / "index.html", change


def make_pages(tables: PublishedTables, more: ReportTables) -> Iterator[Page]:
    """Yield the pages and the style sheet."""
    imports = tables.history.to_pylist()
    links = make_links(
        tables.patterns.to_pylist(),
        name_files(tables.provenance, imports),
        [row["import_key"] for row in imports],
    )
    made_by = hash_parts()
    patterns = list(describe_patterns(tables, more, links))
    yield _make_page(STYLE, made_by, "", lambda: read_part(STYLE))
    for pattern in patterns:
        path = f"patterns/{pattern.row['pattern_id']}.html"
        yield _make_page(path, made_by, pattern, partial(render_page, "pattern.html", page=pattern))
    for source in describe_imports(tables, more, links):
        path = f"imports/{source.row['import_key']}.html"
        yield _make_page(path, made_by, source, partial(render_page, "import.html", page=source))
    index = describe_index(tables, patterns, links)
    yield _make_page("index.html", made_by, index, partial(_render_index, index))


def _make_page(path: str, made_by: str, shown: object, render: Callable[[], str]) -> Page:
    """A page of what it shows: records that are frozen and of plain values, so that `repr` tells them apart."""
    return Page(path, hashlib.sha256(f"{made_by}\n{shown!r}".encode()).hexdigest(), render)


def _render_index(index: IndexPage) -> str:
    scripts = ("patterns.js", "index.js") if index.facts.library["patterns"] else ()
    return render_page("index.html", page=index, scripts=scripts, data=index.facts.library)
