"""The report: one HTML file that needs no network and no other file.

Here: how the page is put together and kept harmless. Not here: what it shows (report_facts.py), its markup, style and
script (report_page/). Text from messages and file names is data: Jinja2 escapes what it writes, the library stands in a
JSON block that cannot end early, the script sets text only, and the page's policy runs no other script than its own.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pls_pipeline.lake import replacing
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report_facts import gather_facts

PAGE = Path(__file__).parent / "report_page"


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
    import jinja2
    import markupsafe

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "moment": _moment, "day": _day, "dollars": _dollars, "words": _words}
    facts = gather_facts(tables)
    style, script = (PAGE / "page.css").read_text("utf-8"), (PAGE / "page.js").read_text("utf-8")
    own = f"style-src '{_source(style)}'; script-src '{_source(script)}'"
    # Marked as safe: files of this package, and JSON without `<`.
    return environment.get_template("page.html").render(
        facts=facts,
        style=markupsafe.Markup(style),  # noqa: S704
        script=markupsafe.Markup(script),  # noqa: S704
        library=markupsafe.Markup(embed_json(facts.library)),  # noqa: S704
        policy=f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'",
    )


def embed_json(value: Mapping[str, Any]) -> str:
    """Return JSON that may stand in a script element: without `<`, `>` and `&`, so that no text can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _source(text: str) -> str:
    """The text as a source of a content security policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _number(value: int) -> str:
    return f"{value:,}"


def _moment(value: datetime | None) -> str:
    return f"{_day(value)}, {value:%H:%M}" if value else "\N{EN DASH}"


def _day(value: datetime | None) -> str:
    return f"{value.day} {value:%b %Y}" if value else "\N{EN DASH}"


def _dollars(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"${value:,.2f}" if value >= 0.01 or value == 0 else "< $0.01"


def _words(code: str) -> str:
    return code.replace("_", " ")
