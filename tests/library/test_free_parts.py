"""A fixed sentence with free text beside it is one template; a closing after many replies is none."""

import json

from tests.library.texting import Texting, templates

STEPS = [
    "Take the left corridor.", "Go up the stairs.", "Pass the red lockers.", "Cross the courtyard.",
    "Walk by the pool.", "Follow the yellow line.", "Leave through the glass door.", "Look for the clock tower.",
    "Turn round at the fountain.",
]  # fmt: skip
ASK = "Shall I go on or do you want a map?"


def guide(closing: str) -> Texting:
    texting = Texting()
    for step in STEPS:
        texting.replies(f"{step} {closing}", times=3)
    return texting


def test_a_question_after_free_text_is_one_template() -> None:
    texting = guide(ASK)
    state = texting.build()
    assert templates(state) == [f"{{{{detail}}}} {ASK}"]
    spans = [json.loads(row["values"])[0] for row in state.provenance]
    bodies = [texting.messages[row["message_key"]].body for row in state.provenance]
    assert {body[span["start"] : span["end"]] for body, span in zip(bodies, spans, strict=True)} == set(STEPS)


def test_a_closing_that_stands_alone_is_no_template_of_its_own() -> None:
    texting = guide("Is there anything else I can do?")
    texting.replies("Is there anything else I can do?", times=10)
    assert not any("detail" in template for template in templates(texting.build()))


def test_replies_that_are_said_without_the_closing_keep_their_text() -> None:
    texting = guide("Have a nice day and see you soon.")
    for step in STEPS:
        texting.replies(step, times=2)
    assert not any("detail" in template for template in templates(texting.build()))


def test_a_text_with_its_own_full_stop_was_put_into_a_template() -> None:
    texting = Texting()
    texting.replies("The doctor says: Drink a lot of water..", "The doctor says: Rest for some days..", times=3)
    assert templates(texting.build()) == ["The doctor says: {{detail}}."]


def test_what_follows_a_colon_is_guidance() -> None:
    texting = Texting()
    texting.replies("Our policy is: no refunds.", "Our policy is: full refunds.", times=3)
    assert len(templates(texting.build())) == 2
