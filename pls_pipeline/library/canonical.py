"""What a template says, politeness apart: the key under which wordings are the same after normalising.

Here: greetings, courtesies and the ways to ask that carry no guidance, as data. Not here: similarity of meaning, which
needs a gate or a judge. A word that could change the guidance (not, only, before, must) is never dropped.
"""

import re

from pls_pipeline.library.replies import class_of
from pls_pipeline.patterns import Slot, Variable, parse_template

_COURTESIES = frozenset(
    """
    please kindly thanks thank cheers sorry the a an just so well ok okay alright great perfect awesome
    """.split()  # noqa: SIM905 - a word list reads better as text
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|heya|dear|good (?:morning|afternoon|evening|day))(?: there| <NAME>| all| folks)?(?= )"
)
_WAYS_TO_ASK = re.compile(
    r"\b(?:(?:could|can|may|might|would|will) (?:i|we|you) (?:please |kindly |also )*"
    r"(?:get|have|give|tell|provide|send|share|take)(?: me| us)?(?: with)?|what(?:'s| is| was)) (?=your\b)"
)


def canonical_key(template: str, variables: tuple[Variable, ...]) -> str:
    """Words in lower case without courtesies, values by class, `?` kept.

    "Could I get your name, please?" and "May I have your name?" have one key; "your full name" has another.
    """
    types = {variable.name: variable.type for variable in variables}
    text = "".join(
        f" <{class_of(types.get(segment.name, 'text'))}> " if isinstance(segment, Slot) else segment.text.casefold()
        for segment in parse_template(template)
    )
    words = " ".join(re.findall(r"<[A-Z]+>|\w+(?:'\w+)*|\?", text.replace("’", "'")))
    without_greeting = _GREETING.sub("", words).strip()
    asked = _WAYS_TO_ASK.sub("ask ", without_greeting)
    key = " ".join(word for word in asked.split(" ") if word not in _COURTESIES)
    return key or words
