"""Sets of words written as text.

Here: how a closed class is written in a module that needs one. Not here: the classes themselves.
"""


def words_of(text: str) -> frozenset[str]:
    """The words of the text, each once."""
    return frozenset(text.split())
