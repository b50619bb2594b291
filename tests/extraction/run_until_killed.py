"""A process for test_kill.py: analyses into a lake, says when it has given so many results, waits to be killed.

Arguments: root of the lake, number of conversations, number of results.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.records import ConversationResult
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.made_results import IMPORT, LakeStore, MadeExtractor, talks


class WaitingExtractor(MadeExtractor):
    """Gives some results, then none any more."""

    def __init__(self, results: int) -> None:
        super().__init__()
        self._results = results

    def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
        yield from super().analyse(conversations[: self._results])
        sys.stdout.write("given\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    root, conversations, results = sys.argv[1:]
    keys = [f"talk {number:02}" for number in range(int(conversations))]
    run_extraction(talks(*keys), WaitingExtractor(int(results)), LakeStore(Path(root)), import_key=IMPORT)
