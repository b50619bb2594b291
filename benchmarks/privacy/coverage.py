"""How much of what operators say the library covers.

Here: the share of replies of families with five messages or more that are evidence of a pattern. Not here: how well
they are grouped (benchmarks/library.py).
"""

from pathlib import Path

import duckdb

from benchmarks.privacy.planting import Planted

_FEWEST_MESSAGES = 5


def measure_coverage(planted: Planted, data: Path) -> float:
    """Share of the replies of frequent families that are a response in pattern_provenance."""
    frequent = {name for name, family in planted.header["families"].items() if family["messages"] >= _FEWEST_MESSAGES}
    replies = {message["id"] for message in planted.messages if message.get("family") in frequent}
    with duckdb.connect() as connection:
        provenance = connection.read_parquet(str(data / "lake/pattern_provenance.parquet"))
        cited = {row[0] for row in provenance.filter("role = 'response'").project("message_id").fetchall()}
    return len(replies & cited) / len(replies)
