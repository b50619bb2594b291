"""How a page is made of a template and values, and kept harmless.

Here: Jinja2, its filters, the policy of a page, JSON within a page. Not here: what a page shows, its markup (page/).
Text from messages and file names is data: Jinja2 escapes what it writes, data for a script stands in a JSON block that
cannot end early, scripts set text only, and the policy of a page runs no other script than its own.
"""

import base64
import functools
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

PAGE = Path(__file__).parent / "page"
STYLE = "report.css"
# What was masked stands in a text as [PERSON_1].
_MASK = re.compile(r"(\[[A-Z]+(?:_[A-Z]+)*_\d+\])")
NONE = "\N{EN DASH}"

# `file:` names the folder's own style sheet where the page is opened from a disk: there, not every browser takes `self`
# for the folder.
_LINKED_STYLE = "'self' file:"


def read_part(name: str) -> str:
    """Text of a file of page/."""
    return (PAGE / name).read_text("utf-8")


def render_page(template: str, *, scripts: Sequence[str] = (), inline_style: bool = False, **values: object) -> str:
    """Return the page.

    `scripts` are files of page/ that run, in that order, as one script; `data`, where given, is the JSON that they
    read. The style sheet stands in the page (`inline_style`) or beside it. Raises jinja2.UndefinedError where a
    template names a value that was not given.
    """
    import markupsafe

    style = read_part(STYLE) if inline_style else ""
    script = "\n".join(read_part(name) for name in scripts)
    data = values.pop("data", {})
    sources = {
        "default-src": "'none'",
        "style-src": _hashed(style) if inline_style else _LINKED_STYLE,
        "script-src": _hashed(script) if script else "'none'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    # Marked as safe: files of this package, and JSON without `<`.
    return (
        _environment()
        .get_template(template)
        .render(
            policy="; ".join(f"{name} {source}" for name, source in sources.items()),
            style=markupsafe.Markup(style),  # noqa: S704
            script=markupsafe.Markup(script),  # noqa: S704
            data=markupsafe.Markup(embed_json(data)) if isinstance(data, Mapping) else "",  # noqa: S704
            **values,
        )
    )


def embed_json(value: Mapping[str, Any]) -> str:
    """Return JSON that may stand in a script element: without `<`, `>` and `&`, so that no text can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def hash_parts() -> str:
    """Hash of all files of page/ and of this module: a page made by others of them is made anew."""
    parts = [*sorted(PAGE.iterdir()), Path(__file__)]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


@functools.cache
def _environment() -> "jinja2.Environment":
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": _number, "moment": _moment, "day": _day, "dollars": _dollars, "words": _words, "percent": _percent,
        "bytes": _bytes, "plural": _plural, "decimal": _decimal, "share": _share, "price": _price, "axis": _axis,
        "places": _places, "mask_pieces": _MASK.split,
    }  # fmt: skip
    return environment


def _hashed(text: str) -> str:
    """The text as a source of a content security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _number(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"


def _plural(value: int, word: str, words: str = "") -> str:
    return f"{value:,} {word if value == 1 else words or word + 's'}"


def _moment(value: datetime | None) -> str:
    return f"{_day(value)}, {value:%H:%M}" if value else NONE


def _day(value: datetime | None) -> str:
    return f"{value.day} {value:%b %Y}" if value else NONE


def _dollars(value: float | None) -> str:
    if value is None:
        return "unknown"
    return f"${value:,.2f}" if value >= 0.01 or value == 0 else "< $0.01"


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{share * 100:.0f} %"


def _share(share: float) -> str:
    return "< 1 %" if share < 0.01 else f"{share * 100:.0f} %" if share <= 0.99 or share == 1 else "> 99 %"


def _decimal(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _price(value: float) -> str:
    """Dollars of something cheap, to two digits that count."""
    return f"${value:,.2f}" if value >= 0.1 else f"${float(f'{value:.2g}'):f}".rstrip("0")


def _axis(value: float, unit: str) -> str:
    """A tick of a chart."""
    number = f"{value:,.0f}" if value == int(value) else f"{value:.10f}".rstrip("0")
    return f"${number}" if unit == "dollars" else number


def _places(numbers: Sequence[int]) -> str:
    return ", ".join(f"{number:,}" for number in numbers) or NONE


def _bytes(value: int) -> str:
    if value < 1_000:
        return f"{value} B"
    return f"{value / 1e3:,.0f} kB" if value < 1_000_000 else f"{value / 1e6:,.1f} MB"


def _words(code: str) -> str:
    return code.replace("_", " ")
