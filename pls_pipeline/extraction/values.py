"""Values in a reply that may become variables: the entities of entities.py, and what only alignment can judge later.

Here: proper names, quoted texts and bare numbers, found by their form. They are proposals: where a value is the same in
every instance of a reply, the library puts it back as text. Not here: personal data (entities.py, privacy.py).
"""

import re
from collections.abc import Iterable

from pls_pipeline.entities import Entity

# Function words of English and the greetings that begin a sentence: a capital letter there says nothing.
_SENTENCE_STARTERS = frozenset(
    """
    a an the this that these those there here it its it's i i'm i'll i've i'd we we're we'll we've you you're you'll
    your yours he she they their our ours my mine me us him her them his who what when where why how which whose
    is are was were be been am do does did have has had can could will would shall should may might must
    if then so and or but because as at by for from in into of off on onto out over to under up with without about after
    before between during until while not no yes yep yeah ok okay sure great good perfect thanks thank please sorry hi
    hello hey dear welcome let lets let's just also any all some each every both either neither more most other another
    one two three first next last only very too now today tomorrow tonight once unfortunately alright absolutely
    """.split()  # noqa: SIM905 - a word list reads better as text
)
_CAPITALISED = r"(?:[A-ZÀ-ÖØ-Þ][\w’'&.-]*[\w’'])"
_PROPER_RUN = re.compile(rf"(?<![\w@#/.]){_CAPITALISED}(?:[ ](?:(?:of|the|&|de|la|del|van|von)[ ])*{_CAPITALISED})*")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:]['\"”’)]*\s+|[\n•*\-–—(\"“]\s*)$")
_QUOTED = re.compile(r"(?<!\w)(?:'([^'\n]{1,80})'|\"([^\"\n]{1,80})\"|“([^”\n]{1,80})”|‘([^’\n]{1,80})’)(?!\w)")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")
_TITLE_BEFORE = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.? $")
_LOCATION_BEFORE = re.compile(r"\b(?:in|at|to|from|near|on|towards?)\s+(?:the\s+)?$", re.IGNORECASE)
# "I've moved your booking Priyanka, it is at 7" against "it is a Honda".
_ADDRESSED_AFTER = re.compile(r" ?[,.!?:](?:\s|$)")
_DESCRIBED_BEFORE = re.compile(
    r"\b(?:an?|the|is|was|of|and|or|called|tap|press|choose|select|with|by|for)\s+$", re.IGNORECASE
)
_COUNTED = re.compile(r"\s{1,2}([a-z]{3,20})\b")


def find_values(body: str, entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """The entities, and the quoted texts, proper names and numbers beside them: sorted, not overlapping.

    A quoted text takes the place of the entities within it, since the quotes say that it is one value.
    """
    found: list[Entity] = []
    for entity in entities:
        titled = _with_title(body, entity) if entity.type == "person" else entity
        found.append(titled if _is_free(titled, found) else entity)
    for match in _QUOTED.finditer(body):
        start, end = match.span(match.lastindex or 0)
        overlapping = [e for e in found if e.start < end and start < e.end]
        if all(start <= e.start and e.end <= end for e in overlapping) and body[start:end].strip():
            found = [e for e in found if e not in overlapping]
            found.append(Entity("quoted", start, end, body[start:end], "quoted_text"))
    found += [value for value in _proper_names(body) if _is_free(value, found)]
    for match in _NUMBER.finditer(body):
        value = Entity("number", *match.span(), match.group(), _name_number(body, match.end()))
        if _is_free(value, found):
            found.append(value)
    return tuple(sorted(found, key=lambda value: value.start))


def _with_title(body: str, person: Entity) -> Entity:
    """A title belongs to the name: "Dr. Lee" may be "Nurse Kim" the next time."""
    title = _TITLE_BEFORE.search(body, max(0, person.start - 8), person.start)
    return person._replace(start=title.start(), text=body[title.start() : person.end]) if title else person


def _is_free(value: Entity, others: list[Entity]) -> bool:
    return all(value.end <= other.start or other.end <= value.start for other in others)


def _proper_names(body: str) -> Iterable[Entity]:
    for match in _PROPER_RUN.finditer(body):
        start, words = match.start(), match.group().split(" ")
        starts_sentence = _SENTENCE_START.search(body, max(0, start - 8), start) is not None
        while words and (words[0].casefold().replace("’", "'") in _SENTENCE_STARTERS):
            start += len(words.pop(0)) + 1
            starts_sentence = False
        text = " ".join(words)
        is_one_word_in_capitals = len(words) == 1 and text.isupper()
        if not words or is_one_word_in_capitals or (starts_sentence and len(words) == 1):
            continue
        name = _name_name(body, start, start + len(text), is_one_word=len(words) == 1)
        yield Entity("proper_name", start, start + len(text), text, name)


def _name_name(body: str, start: int, end: int, *, is_one_word: bool) -> str:
    if _LOCATION_BEFORE.search(body, max(0, start - 16), start):
        return "location"
    is_addressed = (
        is_one_word and _ADDRESSED_AFTER.match(body, end) and not _DESCRIBED_BEFORE.search(body[:start][-16:])
    )
    return "customer_name" if is_addressed else "name"


def _name_number(body: str, end: int) -> str:
    noun = _COUNTED.match(body, end)
    return f"number_of_{noun[1]}" if noun and noun[1] not in _SENTENCE_STARTERS else "number"
