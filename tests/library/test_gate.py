"""The gate: rewordings pass, replies that differ in guidance do not, whatever their similarity."""

import pytest

from pls_pipeline.library.gate import find_difference
from pls_pipeline.library.meaning import Meaning, read_meaning
from pls_pipeline.library.merging import merge_wordings
from pls_pipeline.library.replies import read_reply
from pls_pipeline.library.wordings import find_wordings
from tests.library.texting import Texting


def meaning_of(body: str) -> Meaning:
    texting = Texting()
    candidate = texting.reply(body)
    return read_meaning(merge_wordings(find_wordings([read_reply(candidate, texting.messages)]))[0])


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        ("The salon opens at nine on holidays.", "The salon closes at nine on holidays.", "exchanged_words"),
        ("Colour takes 2 hours.", "Colour takes 3 hours.", "numbers"),
        (
            "I found 10 rooms for you, one at rosebay.com for $90.",
            "I found a room for you at rosebay.com for $90.",
            "numbers",
        ),
        ("Colour takes about 3 hours.", "You should plan two hours for it.", "numbers"),
        ("Dogs are allowed in the waiting room.", "Dogs are not allowed in the waiting room.", "polarity"),
        ("We take cash only.", "We take cash and cards.", "opposed_words"),
        ("Cash is fine with us.", "Only cards, please.", "restriction"),
        ("You pay before the treatment.", "You pay after the treatment.", "opposed_words"),
        ("Turn the heater on when you leave.", "Turn the heater off when you leave.", "opposed_words"),
        ("We need to sign the form.", "You need to sign the form.", "opposed_words"),
        ("I moved your visit to Friday.", "I moved your visit from Friday.", "opposed_words"),
        ("Wash before you dry.", "Dry before you wash.", "order"),
        ("Can I book you in?", "I can book you in.", "question"),
        ("Members get one free towel.", "Members get unlimited free towels.", "exchanged_words"),
        ("A visit is booked.", "Unfortunately no visit is booked.", "polarity"),
        ("Wir öffnen nicht am Sonntag.", "Wir öffnen am Sonntag.", "polarity"),
    ],
)
def test_other_guidance_is_told_apart(left: str, right: str, difference: str) -> None:
    assert find_difference(meaning_of(left), meaning_of(right)) == difference
    assert find_difference(meaning_of(right), meaning_of(left)) == difference


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("You can park for free behind the salon.", "There's free parking at the back of the salon."),
        ("Your receipt was sent by mail.", "I have mailed the receipt to you."),
        ("Please wait two minutes, then try it again.", "Try once more after 2 minutes."),
        ("The towels are in the basket by the door.", "You'll find towels near the door, in a basket."),
    ],
)
def test_rewordings_pass(left: str, right: str) -> None:
    assert find_difference(meaning_of(left), meaning_of(right)) is None
