"""The report's pages beside the single file: time to write, size, time until the browser shows and filters them.

    python -m benchmarks.report [--patterns 5000] [--imports 40]

The library is invented: each pattern has two to forty conversations in one to four imports, and a version for each of
these. The single file is the baseline: it holds the same list, with twenty conversations of each pattern. Times to
write are in seconds and, in brackets, of a processor; of three, the median. "one more import" adds a conversation to
one pattern in fifty. The browser is Debian's chromium.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pls_pipeline import tables
from pls_pipeline.imports import Manifest
from pls_pipeline.lake import Lake, open_connection
from pls_pipeline.publishing.published_tables import PublishedTables
from pls_pipeline.publishing.report.single_file import write_report
from pls_pipeline.publishing.report.site import write_report_pages
from pls_pipeline.publishing.report.tables import ReportTables

Result = TypeVar("Result")
CHROMIUM = Path("/usr/bin/chromium")
BEGIN = datetime(2025, 1, 1)
CATEGORIES = ("booking", "tech_issue", "access", "faq", "gift_cards", "hours", "membership", "general")
WORDS = (
    "booking", "bay", "door", "code", "screen", "frozen", "later", "today", "weekend", "member", "guest", "price",
    "gift", "card", "open", "lesson", "club", "parking", "refund", "receipt", "cancel", "group", "party", "league",
)  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--patterns", type=int, default=5000)
    parser.add_argument("--imports", type=int, default=40)
    arguments = parser.parse_args()
    if not CHROMIUM.exists():
        sys.exit(f"{CHROMIUM} is not there")
    with tempfile.TemporaryDirectory() as scratch:
        bench(Path(scratch), arguments.patterns, arguments.imports)


def bench(scratch: Path, patterns: int, imports: int) -> None:
    """Invent a library, write it in both forms, open both."""
    lake, manifests = invent_lake(scratch, patterns, imports, extra=0)
    collected, (tables_read, more) = timed(lambda: read(lake, manifests))
    print(f"{patterns:,} patterns of {imports} imports, {tables_read.provenance.num_rows:,} messages of evidence; "
          f"tables read in {collected} s")  # fmt: skip
    single = repeat(lambda: write_report(tables_read, scratch))
    first, (index, change) = timed(lambda: write_report_pages(tables_read, more, scratch))
    again = repeat(lambda: write_report_pages(tables_read, more, scratch))
    lake, manifests = invent_lake(scratch, patterns, imports, extra=patterns // 50)
    later = read(lake, manifests)
    one_more, (_, changed) = timed(lambda: write_report_pages(*later, scratch))
    pages = sum(path.stat().st_size for path in index.parent.rglob("*.html"))
    print(f"| {'':24} | single file | pages |\n|---|---|---|")
    print(f"| {'written, s':24} | {single} | {first}, {change.written:,} pages |")
    print(f"| {'written again, s':24} | {single} | {again}, 0 pages |")
    print(f"| {'one more import, s':24} | {single} | {one_more}, {changed.written:,} pages |")
    print(
        f"| {'size, MB':24} | {megabytes(scratch / 'report.html')} | {megabytes(index)} index, {pages / 1e6:.1f} all |"
    )
    opened = [open_in_browser(path) for path in (scratch / "report.html", index)]
    for name in opened[0]:
        print(f"| {name:24} | {opened[0][name]:.0f} | {opened[1][name]:.0f} |")


def open_in_browser(path: Path) -> dict[str, float]:
    """Milliseconds until the list is there, until the first and a second search show, and of a filter by category."""
    from playwright.sync_api import sync_playwright

    search = """text => { const box = document.getElementById("search"); const begun = performance.now();
        box.value = text; box.dispatchEvent(new Event("input")); document.body.offsetHeight;
        return performance.now() - begun; }"""
    choose = """() => { const box = document.getElementById("category"); const begun = performance.now();
        box.value = "access"; box.dispatchEvent(new Event("change")); document.body.offsetHeight;
        return performance.now() - begun; }"""
    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for _ in range(3):
            page = browser.new_page()
            page.goto(path.as_uri())
            page.locator("#patterns > li").nth(49).wait_for()
            found.setdefault("list shown, ms", []).append(
                page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
            )
            found.setdefault("first search, ms", []).append(page.evaluate(search, "door code"))
            found.setdefault("next search, ms", []).append(page.evaluate(search, "door code guest"))
            found.setdefault("filter by category, ms", []).append(page.evaluate(choose))
            page.close()
        browser.close()
    return {name: statistics.median(values) for name, values in found.items()}


def invent_lake(scratch: Path, patterns: int, imports: int, *, extra: int) -> tuple[Lake, list[Manifest]]:
    """A lake of that many patterns; the first `extra` of them have one conversation more, of a further import."""
    chance, lake = random.Random(7), Lake(str(scratch / "lake"))  # noqa: S311
    manifests = [
        Manifest(f"import_{place}", f"export {place}.csv", f"{place:064d}", 10**6, BEGIN, place, "openphone")
        for place in range(1, imports + 1 + bool(extra))
    ]
    made = [
        _invent(f"pat_{place:012d}", chance, imports, extra_import=imports + 1 if place < extra else None)
        for place in range(patterns)
    ]
    provenance = [row for _, rows, _ in made for row in rows]
    lake.write_records([pattern for pattern, _, _ in made], tables.PATTERN_LIBRARY)
    lake.write_records(provenance, tables.PATTERN_PROVENANCE)
    lake.write_records([version for _, _, versions in made for version in versions], tables.PATTERN_VERSIONS)
    messages: dict[str, list[dict[str, Any]]] = {}
    for row in provenance:
        moment = BEGIN + timedelta(minutes=row["row_number"])
        messages.setdefault(row["import_key"], []).append(
            {name: row[name] for name in ("import_key", "row_number")}
            | {"line_number": row["row_number"] + 1, "occurred_at": moment}
        )
    for key, rows in messages.items():
        lake.write_records(rows, tables.RAW_MESSAGES, key)
    return lake, manifests


def _invent(
    pattern_id: str, chance: random.Random, imports: int, extra_import: int | None
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """A pattern, its provenance and its versions."""
    reply = " ".join(chance.choices(WORDS, k=18)) + " {{customer_name}}"
    wordings = [" ".join(chance.choices(WORDS, k=16)) for _ in range(chance.randint(0, 3))]
    sources = sorted(chance.sample(range(1, imports + 1), k=chance.randint(1, 4)))
    counts = dict.fromkeys(sources, 0)
    for _ in range(chance.randint(2, 40)):
        counts[chance.choice(sources)] += 1
    counts = {source: count for source, count in counts.items() if count}
    first_row = chance.randint(1, 10**6)
    if extra_import:
        counts[extra_import] = 1
    keys = [f"import_{source}" for source in counts]
    provenance = list(_evidence(pattern_id, reply, counts, first_row))
    pattern = {
        "pattern_id": pattern_id, "version": len(keys), "status": "proposed", "category": chance.choice(CATEGORIES),
        "situation": " ".join(chance.choices(WORDS, k=9)), "response_template": reply, "wordings": wordings,
        "trigger_examples": [" ".join(chance.choices(WORDS, k=10)) for _ in range(4)],
        "variables": json.dumps([{"name": "customer_name", "type": "person", "description": "who asks"}]),
        "confidence": 0.5, "conversation_count": sum(counts.values()), "import_count": len(keys), "operator_count": 1,
        "satisfied_count": 1, "returned_count": 0, "first_import_key": keys[0], "last_import_key": keys[-1],
        "first_seen_at": BEGIN, "last_seen_at": BEGIN + timedelta(days=30), "conflicts_with": [],
    }  # fmt: skip
    seen, versions = 0, []
    for place, (key, count) in enumerate(zip(keys, counts.values(), strict=True), start=1):
        changes = {"conversation_count": [seen or None, seen + count]} | (
            {"response_template": [None, reply]} if place == 1 else {}
        )
        seen += count
        versions.append({
            "pattern_id": pattern_id, "version": place, "changes": json.dumps(changes), "import_key": key,
            "why": "created" if place == 1 else "enhanced", "extractor": "embedded", "changed_at": BEGIN,
        })  # fmt: skip
    return pattern, provenance, versions


def _evidence(pattern_id: str, reply: str, counts: dict[int, int], row: int) -> Iterator[dict[str, Any]]:
    for source, count in counts.items():
        for place in range(count):
            for role in ("trigger", "response"):
                row += 1
                yield {
                    "pattern_id": pattern_id, "import_key": f"import_{source}", "file_name": f"export {source}.csv",
                    "row_number": row, "conversation_key": f"{pattern_id}-{source}-{place}", "role": role,
                    "message_key": f"{pattern_id}-{row}", "template": reply if role == "response" else None,
                    "values": "[]",
                }  # fmt: skip


def read(lake: Lake, manifests: list[Manifest]) -> tuple[PublishedTables, ReportTables]:
    """The tables of both forms."""
    with open_connection() as connection:
        return (
            PublishedTables.collect(connection, lake, manifests),
            ReportTables.collect(connection, lake, manifests),
        )


@dataclass(frozen=True)
class Took:
    """Seconds that work took, and seconds of a processor."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} ({self.processor:.1f})"


def timed(work: Callable[[], Result]) -> tuple[Took, Result]:
    """How long the work took, and what it gave."""
    begun, used = time.perf_counter(), time.process_time()
    result = work()
    return Took(time.perf_counter() - begun, time.process_time() - used), result


def repeat(work: Callable[[], object]) -> Took:
    """The median of three."""
    took = [timed(work)[0] for _ in range(3)]
    return Took(statistics.median(one.wall for one in took), statistics.median(one.processor for one in took))


def megabytes(path: Path) -> str:
    """Size of a file."""
    return f"{path.stat().st_size / 1e6:.1f}"


if __name__ == "__main__":
    main()
