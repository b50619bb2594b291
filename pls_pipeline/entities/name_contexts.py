"""What stands before a name and after it, and how much that tells.

Here: the weights of contexts, and the variable name that a context suggests. Not here: the words themselves
(name_words.py). A weight is counted in evidence, as people.py explains.
"""

import re

from pls_pipeline.entities import lexicon as lx
from pls_pipeline.entities.sentences import Words

_NUMBER_NEXT = re.compile(r"[ (]{1,2}\+?\(?(\d[\d ().-]*)")
_NUMBERED_NOUN = re.compile(r" [^\W\d_]+ #?[A-Za-z]?\d")
_DIGIT = re.compile(r"\d")
_MAIL_NEXT = re.compile(r"[\s(<,:-]{1,3}[\w.+-]{1,64}@")
_NEW_CLAUSE = frozenset(["we", "we'll", "i", "i'll", "i've", "we've", "your", "you", "you're", "it's"])
_CLAUSE_BREAK = ("!", ":", ";", " - ", ", ")
Context = tuple[float, str]


def weigh_before(words: Words, index: int, last: int) -> Context:
    """Evidence of what stands before the words `index` to `last`, and the variable name it suggests."""
    if words.starts_sentence(index) and words.after(last, 2) == ", " and last + 1 < words.count:
        return (2.5 if words.lower[last + 1] in lx.CLAUSE_STARTS else 1), "customer_name"
    if not index:
        return 0, "customer_name"
    gap = words.gap(index - 1)
    if gap == " ":
        return _weigh_after_space(words, index, last)
    return _weigh_after_mark(words, index, last, gap, gap.strip())


def _weigh_after_mark(words: Words, index: int, last: int, gap: str, mark: str) -> Context:
    before = words.lower[index - 1]
    if mark == "." and "\n" not in gap and before in lx.HONORIFICS:
        return _weigh_honorific(words, index)
    if mark in {",", "!", ":", ""} and len(gap) <= 2 and gap != "\n\n":
        introduced = _weigh_introduction(words, index) if mark in {":", ""} else None
        if introduced:
            return introduced
        if _greeted(words, index):
            near = mark in {"", ":"} or gap in {",", "!"} or (mark == "," and words.closed(last))
            return (3 if near else 2 if mark == "!" else 1.5), "customer_name"
    if "\n" in gap or mark[-1:] in {".", "!", "?", ";"}:
        return 0, "customer_name"
    if mark[-1:] == ",":
        return _weigh_after_comma(words, index, last)
    if mark[-1:].isdigit() and gap.endswith(" "):
        told_the_time = words.closed(last) and (words.capital[index] or ":" in mark)
        return (2 if told_the_time else 0), "customer_name"
    return (1 if mark[-1:] in {":", "-", "("} else 0), "person_name"


def _weigh_after_comma(words: Words, index: int, last: int) -> Context:
    if words.lower[index - 1] in lx.RELATIONS:
        return 2, "person_name"
    if words.closed(last) and _DIGIT.search(words.gap(index - 1)):
        return 2, "customer_name"
    capital = words.capital[index - 1] and not words.starts_sentence(index - 1)
    if not words.closed(last):
        if words.after(last, 1) != "," or capital:
            return 0.5, "customer_name"
        return (2.5 if words.capital[index] and not words.capital[index - 1] else 1.5), "customer_name"
    if words.capital[index - 1]:
        place = capital and words.lower[index - 1] not in lx.STREET_ENDS
    else:
        place = index > 1 and words.lower[index - 2] in lx.PLACE_PREPOSITIONS and not words.capital[index]
    return (0 if place else 2), "customer_name"


def _weigh_after_space(words: Words, index: int, last: int) -> Context:
    before = words.lower[index - 1]
    if before in lx.HONORIFICS:
        return _weigh_honorific(words, index)
    special = _weigh_introduction(words, index)
    if special:
        return special
    if _greeted(words, index):
        return 3, "customer_name"
    if words.capital[index] and words.capital[index - 1] and not words.starts_sentence(index - 1):
        return -2, "person_name"
    if before in lx.RELATIONS:
        return 3, "person_name"
    if before in lx.PERSON_OBJECT_VERBS:
        return 2.5, "staff_name"
    if before == "to":
        given = not lx.GIVING.isdisjoint(words.lower[max(0, index - 6) : index])
        return (2.5 if given and words.capital[index] else 2 if given else -3), "person_name"
    if before in {"for", "by", "from", "of"}:
        return _weigh_of(words, index, before), "person_name"
    if before in lx.AUXILIARIES and (words.starts_sentence(index - 1) or words.gap(index - 2) == ", "):
        return 1.5, "person_name"
    return _weigh_address(words, index, last, before)


def _weigh_honorific(words: Words, index: int) -> Context:
    before = words.lower[index - 1]
    plain_word = before in lx.PLAIN_WORDS_TOO and not (words.capital[index] and words.capital[index - 1])
    plain_word = plain_word or (words.capital[index] and words.odd_capitals(index - 1))
    return (0 if plain_word else 5), "doctor_name" if before == "dr" else "customer_name"


def _weigh_of(words: Words, index: int, before: str) -> float:
    two = words.lower[index - 2] if index > 1 else ""
    if before == "for":
        return 3 if two in {"ask", "asking", "asked"} else 2 if two in lx.BOOKED else 0.5
    if before == "from":
        wrote = not lx.WRITING.isdisjoint(words.lower[max(0, index - 6) : index - 1])
        return 1.5 if wrote else 1 if two in lx.BOOKED else -1
    return 0.5 if before == "by" else -2


def _weigh_introduction(words: Words, index: int) -> Context | None:
    """Evidence of "my name is", "this is", "under", "called" before the word."""
    before = words.lower[index - 1]
    two = words.lower[index - 2] if index > 1 else ""
    if before in lx.NAMING and two in lx.ASKED_NAMES and words.gap(index - 1) == " ":
        return 1, "person_name"
    if before in lx.NAMING or (before in lx.COPULAS and two in lx.NAME_NOUNS):
        return 4, "person_name"
    if before in {"under", "called", "named", "aka", "signed", "addressed"} or (before, two) in {
        ("me", "call"),
        ("of", "name"),
    }:
        return 3, "person_name"
    if before in lx.COPULAS and index > 2 and not lx.RELATIONS.isdisjoint(words.lower[max(0, index - 4) : index - 1]):
        return 3, "person_name"
    if before in lx.SELF_COPULAS or (before in lx.COPULAS and two in lx.SELF_SUBJECTS):
        opening = index < 6 or words.starts_sentence(index - 1) or words.starts_sentence(index - 2)
        return (2.5 if opening else 1.5), "staff_name"
    return None


def _greeted(words: Words, index: int) -> bool:
    """Whether a greeting stands before the word, with at most four words of courtesy between."""
    for here in range(index - 1, max(-1, index - 6), -1):
        word = words.lower[here]
        if word in lx.GREETINGS:
            return True
        if word in lx.GREETING_NOUNS and (words.starts_sentence(here) or words.lower[here - 1] in lx.GREETING_STARTS):
            return True
        if word not in lx.AFTER_GREETING or not here or words.gap(here - 1) not in {" ", ""}:
            return False
    return False


def _weigh_address(words: Words, index: int, last: int, before: str) -> Context:
    """Evidence that somebody is addressed without a comma: "I understand Aisha, …", "til noon hassan"."""
    closed, early = words.closed(last), words.early(index)
    goes_on = last + 1 < words.count and words.gap(last) == " " and words.lower[last + 1] in _NEW_CLAUSE
    if before in lx.CLAUSE_ENDS and (closed or goes_on or words.after(last, 1) == ","):
        return (2.5 if early else 2), "customer_name"
    if before in lx.OPENERS and words.starts_sentence(index - 1):
        return 2.5, "customer_name"
    if before in lx.DETERMINERS or before in lx.PREPOSITIONS:
        return -3, "person_name"
    if before in {"and", "&", "or"}:
        return 0, "person_name"
    if early and words.after(last, 3).startswith(_CLAUSE_BREAK):
        return 1.5, "customer_name"
    if words.capital[index] and words.lower[last].endswith("'s"):
        return 0.5, "person_name"
    return (0 if before in lx.FUNCTION_WORDS else -1), "person_name"


def weigh_after(words: Words, last: int) -> float:
    """Evidence of what follows the word `last`."""
    if words.lower[last].endswith("'s"):
        follower = words.lower[last + 1] if last + 1 < words.count else ""
        owns = follower and words.gap(last) == " " and follower not in lx.FUNCTION_WORDS and not words.capital[last + 1]
        return 4 if owns and follower in lx.BELONGINGS else 2.5 if owns else 0.5
    if _MAIL_NEXT.match(words.plain, words.ends[last]):
        return 2.5
    if words.closed(last):
        return 1
    number = _NUMBER_NEXT.match(words.plain, words.ends[last])
    if number:
        return 3 if sum(character.isdigit() for character in number[1]) >= 7 else -2
    if last + 1 >= words.count:
        return 1
    gap, follower = words.gap(last), words.lower[last + 1]
    if gap.startswith(","):
        return 1.5 if follower in lx.CLAUSE_STARTS else 0.5
    return 0.5 if gap.strip() else _weigh_next_word(words, last, follower)


def _weigh_next_word(words: Words, last: int, follower: str) -> float:
    after = words.lower[last + 2] if last + 2 < words.count else ""
    if follower in {"here", "speaking"} or (follower == "from" and last < 4):
        return 2
    if follower in {"will", "can", "could", "would"} and after in lx.PERSON_ACTIONS:
        return 1 if after == "be" and follower != "will" else 2.5
    acts = after if follower in {"just", "also", "already", "has"} else follower
    if acts in lx.PERSON_SUBJECT_VERBS or (follower == "is" and after in lx.PERSON_STATES):
        return 2
    if (
        follower in lx.AUXILIARIES
        or follower in lx.CLAUSE_STARTS
        or _NUMBERED_NOUN.match(words.plain, words.ends[last])
    ):
        return 1
    if follower in lx.FUNCTION_WORDS or follower in lx.PERSON_ACTIONS:
        return 0.5
    if follower.endswith(("ing", "ed")):
        return 0
    return -0.5 if words.unknown(last + 1) else -1.5
