"""What an extractor is told before it begins, beside the conversations and the settings.

Here: the record alone. Not here: how it is read from the lake (orchestration/knowledge.py).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.extraction.people import NOBODY, People


@dataclass(frozen=True)
class Knowledge:
    """`people`: those that the account's archives name. `patterns`: approved ones, which a model may cite.

    `counted_answers`: keys of the kept answers whose cost an outcome carries; None where every kept answer counts so.
    """

    people: People = NOBODY
    patterns: tuple[KnownPattern, ...] = ()
    counted_answers: Iterable[str] | None = None


NOTHING = Knowledge()
