"""Whether two templates are the same reply, as a decision that was made on one of them needs to know.

Here: comparison of templates. Not here: which candidates are one pattern (merging.py).
"""

import re

from pls_pipeline.library.canonical import canonical_key
from pls_pipeline.patterns import MalformedTemplateError

SIMILAR = 0.8
_SLOT = re.compile(r"\{\{[a-z][a-z0-9_]*\}\}")


def skeleton(template: str) -> str:
    """The template without names of variables, case, runs of white space, and punctuation at its end."""
    return " ".join(_SLOT.sub("{{}}", template).casefold().split()).rstrip(" .!?")


def is_same_reply(left: str, right: str) -> bool:
    """Whether the templates differ in nothing but what `skeleton` leaves out."""
    return skeleton(left) == skeleton(right)


def gist(template: str) -> str:
    """What is equal in templates that differ in greetings, courtesies and what their variables hold."""
    try:
        return canonical_key(template, ())
    except MalformedTemplateError:
        return skeleton(template)


def is_similar(left: str, right: str) -> bool:
    """Whether the templates share at least 80 % of their words in order: one reply, worded or cut otherwise.

    Too weak to join patterns ("we open at", "we close at"); used only where both rest on the same messages.
    """
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(skeleton(left).split(), skeleton(right).split()) >= SIMILAR
