"""The library's tables as one value, and the settings that shape it.

Here: LibraryState (rows of the library's tables) and LibraryOptions. Not here: how rows come about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class LibraryState:
    """Rows of pattern_library, pattern_versions, pattern_aliases, pattern_provenance, merge_decisions and
    pattern_evidence.

    The keys of a row are the columns of its table in tables/.
    """

    patterns: Sequence[Row] = field(default_factory=tuple)
    versions: Sequence[Row] = field(default_factory=tuple)
    aliases: Sequence[Row] = field(default_factory=tuple)
    provenance: Sequence[Row] = field(default_factory=tuple)
    decisions: Sequence[Row] = field(default_factory=tuple)
    evidence: Sequence[Row] = field(default_factory=tuple)

    @classmethod
    def empty(cls) -> "LibraryState":
        """The library before the first import."""
        return cls()


@dataclass(frozen=True)
class LibraryOptions:
    """`min_conversations` is the least that is asked of the embedded extractor's candidates (support.py asks for more
    where replies are prepared ones); of a model's, one is enough.

    Below `small_library` conversations in all, one conversation is enough for every candidate, so that a first export
    of a few messages shows something.
    """

    min_conversations: int = 2
    small_library: int = 20
    categories: tuple[str, ...] = ("general",)
