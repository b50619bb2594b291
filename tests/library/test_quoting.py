"""Names of customers do not stand in situations, however they are written."""

import pytest

from pls_pipeline.library.quoting import LEAST_SPEAKERS, count_speakers, quote
from tests.library.texting import Texting

COMMON = {"pls": LEAST_SPEAKERS, "bay": 40}


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("did my booking go through?? priyanka haddad tomorrow", "did my booking go through?? … tomorrow"),
        ("its me and Andre Reyes in bay 3", "its me and … in bay 3"),
        ("reset bay 3 pls", "reset bay 3 pls"),
        ("hi this is [PERSON_1], no sound", "hi this is [PERSON_1], no sound"),
        ("I've booked Friday, I dont see it", "I've booked Friday, I dont see it"),
        ("STOP. Where is the door?", "STOP. Where is the door?"),
    ],
)
def test_words_that_few_people_say_are_left_out(said: str, quoted: str) -> None:
    assert quote(said, COMMON) == quoted


def test_speakers_are_conversations_not_messages() -> None:
    texting = Texting()
    for conversation in ("a", "a", "b"):
        texting.reply("Of course", asked="Pls pls reset", conversation=conversation)
    assert count_speakers(texting.candidates)["pls"] == 2


def test_small_words_and_contractions_stand_beside_what_is_masked() -> None:
    for said in ("[NAME_1] has a lot of knots", "I'd like it, won't hurt, it's the dog's bath", "don't say I can't"):
        assert quote(said, {}) == said
    assert quote("this is Zbrnyk's coat and zbrnyk's hat", {}) == "this is … coat and … hat"
