"""Rows of pattern_versions for the sample lake."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any


def make_versions(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A version for each import of a pattern; the first holds one conversation."""
    reply = row["response_template"]
    first = {
        "conversation_count": [None, 1], "import_count": [None, 1], "confidence": [None, 0.2],
        "response_template": [None, reply], "wordings": [None, []], "satisfied_count": [None, 0],
        "status": [None, "proposed"],
    }  # fmt: skip
    then = {
        "conversation_count": [1, row["conversation_count"]], "import_count": [1, 2], "wordings": [[], row["wordings"]],
        "status": ["proposed", row["status"]], "confidence": [0.2, row["confidence"]],
    }  # fmt: skip
    for version, changes in enumerate([first, then][: row["version"]], start=1):
        yield {
            "pattern_id": row["pattern_id"], "version": version, "changes": json.dumps(changes),
            "why": "created" if version == 1 else "enhanced", "extractor": "embedded", "prompt_version": "embedded-1",
            "import_key": row["first_import_key"] if version == 1 else row["last_import_key"],
            "changed_at": datetime(2025, 4, version),
        }  # fmt: skip
