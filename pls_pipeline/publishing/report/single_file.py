"""report.html: the library in one file, to be sent or kept.

Here: the file. Not here: the folder of pages (site.py), what it shows (facts.py, library.py), its markup (page/).
"""

from collections import Counter
from pathlib import Path

from pls_pipeline.lake import replacing
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.facts import gather_facts
from pls_pipeline.publishing.report.rendering import render_page


def write_report(tables: PublishedTables, out: Path) -> Path:
    """Write report.html into the folder `out`, which is made where it is missing; return its path.

    The same tables give the same bytes. Raises OSError where the file cannot be written; the old one then stays.
    """
    out.mkdir(parents=True, exist_ok=True)
    target = out / "report.html"
    page = render_report(tables)
    with replacing(target) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return target


def render_report(tables: PublishedTables) -> str:
    """Return the page."""
    facts = gather_facts(tables)
    scripts = ("patterns.js", "single_file.js") if facts.library["patterns"] else ()
    counts = Counter(pattern["status"] for pattern in facts.library["patterns"])
    return render_page(
        "single_file.html",
        scripts=scripts,
        inline_style=True,
        facts=facts,
        statuses=sorted(counts.items()),
        data=facts.library,
    )
