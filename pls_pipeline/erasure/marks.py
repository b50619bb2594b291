"""What is remembered of a forgotten customer: hashes of his values under a secret, so that he can be kept out.

Here: making marks and asking whether a text holds a marked value. Not here: where they are kept (register.py).
A mark is `kind:length:HMAC-SHA-256`. Whoever has marks and secret can try numbers against them, which is what they are
for; marks alone tell nothing. The length is there because a number is looked for in every run of digits of a text.
"""

import functools
import hashlib
import hmac
from collections.abc import Iterable

from pls_pipeline.erasure.values import Value, emails, number_runs, read_run, thread_tokens

_REMEMBERED_RUNS = 1 << 16


def make_mark(secret: bytes, value: Value) -> str:
    """The mark of a value."""
    digest = hmac.new(secret, f"{value.kind}:{value.text}".encode(), hashlib.sha256).hexdigest()
    return f"{value.kind}:{len(value.text)}:{digest}"


class Marks:
    """The marks of all customers to be kept out, or of one who is to be erased."""

    def __init__(self, secret: bytes, marks: Iterable[str]) -> None:
        self.marks = frozenset(marks)
        self._secret = secret
        self._lengths = sorted({int(mark.split(":")[1]) for mark in self.marks if mark.startswith("phone:")})
        self._holds_number = functools.lru_cache(_REMEMBERED_RUNS)(self._look_for_number)

    @classmethod
    def of(cls, secret: bytes, values: Iterable[Value]) -> "Marks":
        """The marks of these values."""
        return cls(secret, (make_mark(secret, value) for value in values))

    def __bool__(self) -> bool:
        """Whether anybody is to be kept out."""
        return bool(self.marks)

    def has(self, value: Value) -> bool:
        """Whether a value is marked."""
        return make_mark(self._secret, value) in self.marks

    def find_in(self, text: str) -> bool:
        """Whether a text holds a marked number or address, in any form."""
        return any(map(self.is_number, number_runs(text))) or any(
            self.has(Value("email", each)) for each in emails(text)
        )

    def find_in_record(self, text: str) -> bool:
        """Whether the text of a record holds a marked number, address or thread."""
        return self.find_in(text) or any(self.has(Value("thread", token)) for token in thread_tokens(text))

    def is_number(self, run: str) -> bool:
        """Whether a run of digits and signs, or of digits in words, holds a marked number."""
        return self._holds_number(read_run(run))

    def _look_for_number(self, digits: str) -> bool:
        return any(
            self.has(Value("phone", digits[start : start + length]))
            for length in self._lengths
            for start in range(len(digits) - length + 1)
        )
