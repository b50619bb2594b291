"""Approved patterns made by hand, and rows of pattern_library that hold them."""

import json
from dataclasses import asdict, replace
from typing import Any

from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.patterns import Variable

CODE = KnownPattern(
    "pat_code",
    "access",
    "The code of the door does not work.",
    (
        "Your code is {{access_code}}, bay {{bay_number}} is yours until {{time}}.",
        "The code for bay {{bay_number}} is {{access_code}}.",
    ),
    (Variable("access_code", "access_code", "opens the door"), Variable("bay_number", "unit_number"),
     Variable("time", "time")),
    ("door code isnt working",),
)  # fmt: skip
PARKING = KnownPattern("pat_parking", "faq", "Where to park.", ("Parking is behind the building, by the green gate.",))
CLUBS = KnownPattern("pat_clubs", "faq", "Whether clubs can be rented.", ("Clubs are free for beginners.",))


def renamed(pattern: KnownPattern, pattern_id: str) -> KnownPattern:
    return replace(pattern, pattern_id=pattern_id)


def row(pattern: KnownPattern, status: str = "approved") -> dict[str, Any]:
    """The columns of pattern_library that are read."""
    return {
        "pattern_id": pattern.pattern_id,
        "status": status,
        "category": pattern.category,
        "situation": pattern.situation,
        "trigger_examples": list(pattern.examples),
        "response_template": pattern.templates[0],
        "wordings": list(pattern.templates[1:]),
        "variables": json.dumps([asdict(variable) for variable in pattern.variables]),
    }
