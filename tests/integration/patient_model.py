"""A model's server that can be made to keep a run waiting, so that something can happen in its middle.

Here: when it answers. Not here: what (tests/extraction/metered_server.py).
"""

import threading

from tests.extraction.metered_server import answer_transcript
from tests.extraction.model_server import Completion, ModelServer


class PatientModel(ModelServer):
    """A model that answers at once unless it is told to hold; `asked` is set by a request."""

    def __init__(self) -> None:
        self.asked, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        super().__init__(lambda request: self._wait(request.body["messages"][1]["content"]))

    def hold(self) -> None:
        """Keep requests waiting until `may_answer` is set."""
        self.may_answer.clear()
        self.asked.clear()

    def _wait(self, frame: str) -> Completion:
        self.asked.set()
        self.may_answer.wait(120)
        return Completion(answer_transcript(frame))
