"""What a message says: the run that failed, where, and what to do.

Here: the record and its wordings. Not here: sending (channels.py). A message leaves the machine: it holds names of jobs
and steps, import keys and sentences of this program, and no run of digits that could be a number of a person.
"""

import re
from dataclasses import dataclass

_LONG_NUMBER = re.compile(r"(?<![\w.-])\+?\(?\d(?:[\s().-]{0,2}\d){6,}(?![\w-])")


@dataclass(frozen=True)
class Alert:
    """A run that failed.

    subject: the import key, or empty; faults: a sentence for each step; url: of the run in the UI.
    """

    job: str
    run_id: str
    subject: str
    faults: tuple[str, ...]
    url: str

    @property
    def title(self) -> str:
        """One line."""
        return f"pls-pipeline: {self.job} failed" + (f" ({self.subject})" if self.subject else "")

    @property
    def lines(self) -> tuple[str, ...]:
        """Why, and where to look."""
        return (*map(hide_numbers, self.faults), f"Run: {self.url}")

    @property
    def text(self) -> str:
        """Title and lines."""
        return "\n".join((self.title, *self.lines))

    def to_json(self) -> dict[str, object]:
        """The body that a webhook gets."""
        return {
            "event": "run_failed",
            "job": self.job,
            "run_id": self.run_id,
            "subject": self.subject,
            "faults": [hide_numbers(fault) for fault in self.faults],
            "url": self.url,
            "text": self.text,
        }


def hide_numbers(text: str) -> str:
    """The text with each run of seven or more digits, as a phone number is written, replaced by a sign.

    Digits that belong to a word stay: those of an import key, or of a run's id.
    """
    return _LONG_NUMBER.sub("#", text)
