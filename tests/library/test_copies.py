"""An import that repeats another one under other dates changes no template, and an approved template keeps its
variables."""

import json

from pls_pipeline.library.decisions import Action
from tests.library.test_review import Reviewed
from tests.library.texting import Texting, templates

TIMES = ("9 am", "1:30 pm", "4 pm", "7 pm")
BOOKED = "You are booked for {{time}}, please ring the bell at the side door."


def bring(texting: Texting, import_key: str) -> None:
    for time in TIMES:
        body = BOOKED.replace("{{time}}", time)
        conversation = f"{import_key} {time}"
        texting.reply(body, asked="can I come in today?", conversation=conversation, import_key=import_key)
        texting.reply("Towels are 2 dollars each.", asked="how much are towels?", import_key=import_key)
    for hours in (24, 48):
        for _ in range(3):
            texting.reply(f"We answer within {hours} hours.", asked=f"{hours}?", import_key=import_key)


def test_a_repeated_import_leaves_the_templates_as_they_are() -> None:
    texting = Texting()
    bring(texting, "one")
    before = texting.build()
    for import_key in ("two", "three"):
        bring(texting, import_key)
    after = texting.build(before)
    assert set(templates(before)) == set(templates(after)) >= {BOOKED, "We answer within 24 hours."}
    assert {row["pattern_id"] for row in before.patterns} == {row["pattern_id"] for row in after.patterns}
    counts = {row["response_template"]: row["conversation_count"] for row in after.patterns}
    assert counts[BOOKED] == 3 * len(TIMES)


def test_a_copy_is_no_second_conversation() -> None:
    texting = Texting()
    for import_key in ("one", "two"):
        texting.reply(
            "The lamp over the third table is broken until the man from the shop comes by.",
            asked="why is it so dark where we are sitting tonight",
            import_key=import_key,
        )
    assert texting.build().patterns == []


def test_an_approved_template_keeps_its_variables() -> None:
    texting = Texting()
    texting.replies(*(BOOKED.replace("{{time}}", time) for time in TIMES[:2]))
    library = Reviewed(texting)
    pattern_id = library.only["pattern_id"]
    library.ask(pattern_id, Action.APPROVE)
    texting.replies(*(BOOKED.replace("{{time}}", time) for time in TIMES[:2]), times=10)
    texting.reply("You are booked for no time, please ring the bell at the side door.")
    library.build()
    row = library.row(pattern_id)
    assert (row["status"], row["response_template"], row["conversation_count"]) == ("approved", BOOKED, 22)
    values = [json.loads(item["values"]) for item in library.state.provenance if item["pattern_id"] == pattern_id]
    assert all(len(found) == 1 for found in values)
    library.ask(pattern_id, Action.REJECT)
    library.build()
    assert BOOKED not in {item["response_template"] for item in library.state.patterns if item["status"] == "proposed"}
