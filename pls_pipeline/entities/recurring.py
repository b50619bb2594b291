"""Names that several conversations hold: staff, regular customers.

Here: learning them from an export, so that they are known where nothing announces them. Not here: what is done with
known names (known.py).
"""

from collections import defaultdict
from collections.abc import Iterable

from pls_pipeline.entities.finding import find_entities
from pls_pipeline.entities.records import NOTHING_KNOWN, KnownValues


def find_recurring_names(
    conversations: Iterable[Iterable[str]], known: KnownValues = NOTHING_KNOWN, region: str = "US", at_least: int = 3
) -> frozenset[str]:
    """Single words of names that at least so many conversations hold, as they are written; for `KnownValues.names`.

    `conversations` are the bodies of each conversation's messages.
    """
    holders: dict[str, set[int]] = defaultdict(set)
    for number, bodies in enumerate(conversations):
        for body in set(bodies):
            for entity in find_entities(body, known, region):
                if entity.type == "person":
                    for word in entity.text.split():
                        holders[word].add(number)
    return frozenset(word for word, numbers in holders.items() if len(numbers) >= at_least)
