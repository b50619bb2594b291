"""The cheap tests before a recogniser never hide what it would find.

Here: the chosen recognisers beside all of them, on texts put together from what recognisers look for.
"""

import os
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pls_pipeline.entities import PERSONAL_TYPES, find_entities, find_personal, forget_texts
from pls_pipeline.entities.choosing import HIGHEST_VARYING_RANK, PERSONAL, VARYING, Choice
from pls_pipeline.entities.reading import Reading

_EXAMPLES = int(os.environ.get("PLS_PRIVACY_EXAMPLES", "40"))
_PIECES = st.sampled_from([
    "code is ", "4821#", "#", "*", "4 8 2 1", "Hi ", "Sarah", ", ", "\n", ". ", "$25", "416-555-0142",
    "+44 20 7946 0958", "@", "ana.b@x.example", " at ", " dot ", "example", "/", "https://x.example/a1B2",
    "password ", "Tee!99x", "7pm ", "May 3, 1980", "born ", "1980-04-05", "12 Maple St", "Apt 3 ",
    "ON M5V 0A1", "Lindenstraße 12 ", "plate ", "ABCD 123", "gift card ", "T9HZP8YFHN", "left on ", "order ",
    "BB-630-251", "4242 4242 4242 4242", "ending in ", "cvv 123 ", "192.0.2.7", "2001:db8::1", "ssn ",
    "987-65-4320", "rssmra85t10a562s", "GB82 WEST 1234 5698 7654 32",
    "four one six five five five zero one four two", "- Bob", "is ", "this is ", "will", "M. ", "Bell",
    "3 players ", "\u00a0", "\uff11\uff12\uff13\uff14", "é", "'s ", "(", ")", "-", "1", "22", "x",
])  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=14).map("".join))


@given(_TEXTS)
@settings(max_examples=_EXAMPLES, deadline=None)
def test_a_recogniser_left_out_for_digits_shapes_or_characters_finds_nothing(text: str) -> None:
    for choice in (PERSONAL, VARYING):
        # words belong to a rule, the other tests only save time
        without_words = Choice(replace(one, words=frozenset()) for one in choice.recognisers)
        chosen = without_words.choose(Reading(text))
        left_out = {one.find for one in choice.recognisers} - set(chosen)
        assert [span for find in left_out for span in find(Reading(text), "US")] == []


@given(_TEXTS)
@settings(max_examples=_EXAMPLES, deadline=None)
def test_personal_values_are_the_personal_ones_of_all_values(text: str) -> None:
    forget_texts()
    personal = tuple(entity for entity in find_entities(text) if entity.type in PERSONAL_TYPES)
    assert find_personal(text) == personal
    assert find_personal(text) == personal  # from what was read before


@given(_TEXTS)
@settings(max_examples=_EXAMPLES, deadline=None)
def test_no_varying_value_outranks_the_limit(text: str) -> None:
    assert all(span.rank <= HIGHEST_VARYING_RANK for span in VARYING.find_all(Reading(text), "US"))
