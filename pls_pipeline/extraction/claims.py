"""What a model's pattern claims about a reply: words of its own, or a known pattern that it cites.

Here: from an answer to the templates of which one must be what the reply says. Not here: whether it is
(verification.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pls_pipeline.extraction.answer import PatternAnswer
from pls_pipeline.extraction.citations import RejectedPatternError
from pls_pipeline.extraction.known_patterns import KnownPattern
from pls_pipeline.patterns import Variable


@dataclass(frozen=True)
class Claim:
    """`templates`: one of them is the reply. `declared`: what the library knows of its variables, by name.

    `known_pattern_id`: the pattern that is cited, None where the model wrote the template; `differs` is the reason of
    rejection where no template is what the reply says.
    """

    category: str
    situation: str
    templates: tuple[str, ...]
    declared: Mapping[str, Variable] = field(default_factory=dict)
    known_pattern_id: str | None = None
    differs: str = "reply_differs"


def read_claim(pattern: PatternAnswer, known: Sequence[KnownPattern]) -> Claim:
    """Return what the pattern claims; `known` were offered to the model, numbered from 1.

    A pattern that is cited stands with its own category, situation and templates, whatever the answer says of them.
    Raises RejectedPatternError where the number was not offered.
    """
    number = pattern.known_pattern
    if number is None:
        return Claim(pattern.category, pattern.situation, (pattern.response_template,))
    if not 1 <= number <= len(known):
        raise RejectedPatternError("unknown_pattern", f"no known pattern {number} was offered")
    cited = known[number - 1]
    return Claim(
        cited.category,
        cited.situation,
        cited.templates,
        {variable.name: variable for variable in cited.variables},
        cited.pattern_id,
        "known_pattern_differs",
    )
