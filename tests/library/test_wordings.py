"""What varies between replies becomes a variable; what does not, or changes the meaning, does not."""

from tests.library.texting import Texting, templates


def test_a_value_that_varies_is_a_variable() -> None:
    texting = Texting()
    texting.replies("I'll reset bay 3 for you right away", "I'll reset bay 5 for you right away")
    assert templates(texting.build()) == ["I'll reset bay {{bay_number}} for you right away"]


def test_a_value_that_never_varies_is_text() -> None:
    texting = Texting()
    texting.replies("We are open until 11pm every day.", times=4)
    assert templates(texting.build()) == ["We are open until 11pm every day."]


def test_numbers_that_come_back_part_the_replies() -> None:
    texting = Texting()
    texting.replies("The late fee is $10 after the first hour.", "The late fee is $20 after the first hour.", times=5)
    assert templates(texting.build()) == [
        "The late fee is $10 after the first hour.",
        "The late fee is $20 after the first hour.",
    ]


def test_an_opposite_is_no_value() -> None:
    texting = Texting()
    texting.replies("the doors open at nine on every holiday", "the doors close at nine on every holiday", times=3)
    assert len(templates(texting.build())) == 2


def test_names_in_capitals_align_whatever_their_length() -> None:
    texting = Texting()
    for city in ("Chicago", "Los Angeles", "New York City", "Boston"):
        texting.reply(f"Your parcel has reached our depot in {city} and leaves tonight.")
    assert templates(texting.build()) == ["Your parcel has reached our depot in {{location}} and leaves tonight."]


def test_many_plain_words_in_a_long_statement_are_a_variable() -> None:
    texting = Texting()
    for drink in ("cola", "water", "iced tea", "ginger ale", "coffee", "orange juice", "milk"):
        texting.reply(f"the fridge behind the desk has {drink} and you can pay for it by card")
    assert templates(texting.build()) == ["the fridge behind the desk has {{detail}} and you can pay for it by card"]


def test_courtesies_make_wordings_not_patterns() -> None:
    texting = Texting()
    texting.replies("Could I get your booking ID, please?", "Can I have your booking ID?", times=3)
    state = texting.build()
    assert len(state.patterns) == 1
    assert len(state.patterns[0]["wordings"]) == 1


def test_punctuation_and_case_do_not_part_replies() -> None:
    texting = Texting()
    texting.replies("Thank you and goodbye.", "thank you and goodbye!", "Thank you and goodbye.")
    assert templates(texting.build()) == ["Thank you and goodbye."]


def test_values_are_spans_of_the_body() -> None:
    texting = Texting()
    for bay, time in ((3, "7pm"), (12, "8:30 pm"), (4, "9 am")):
        texting.reply(f"You're all set, bay {bay} at {time}. See you then!")
    state = texting.build()
    import json

    for row in state.provenance:
        body = texting.messages[row["message_key"]].body
        found = {value["name"]: body[value["start"] : value["end"]] for value in json.loads(row["values"])}
        assert found["bay_number"] in ("3", "12", "4")
        assert found["time"] in ("7pm", "8:30 pm", "9 am")


def test_two_hours_beside_a_bay_and_a_time_are_a_value() -> None:
    texting = Texting()
    for bay, time, hours in (
        (3, "7pm", "1 hour"),
        (5, "8pm", "2 hours"),
        (2, "9pm", "1 hour"),
        (4, "10am", "2 hours"),
        (1, "11am", "2 hours"),
    ):
        texting.reply(f"Done! You're booked in bay {bay} at {time} for {hours}. See you soon.")
    assert templates(texting.build()) == [
        "Done! You're booked in bay {{bay_number}} at {{time}} for {{hours}} hours. See you soon."
    ]


def test_conditions_part_the_replies_however_many_there_are() -> None:
    texting = Texting()
    for minutes in (10, 15, 30):
        texting.replies(f"We hold your table for {minutes} minutes if you are late.", times=4)
    assert len(templates(texting.build())) == 3


def test_a_number_that_was_never_seen_to_differ_is_text() -> None:
    texting = Texting()
    texting.reply("A table has room for 6 players and costs $40", extractor="openai")
    assert templates(texting.build()) == ["A table has room for 6 players and costs {{price}}"]


def test_words_beside_a_value_part_the_replies() -> None:
    texting = Texting()
    for bay in range(1, 7):
        texting.replies(
            f"I turned the heat in bay {bay} up two degrees.", f"I turned the heat in bay {bay} down two degrees."
        )
    assert templates(texting.build()) == [
        "I turned the heat in bay {{bay_number}} down two degrees.",
        "I turned the heat in bay {{bay_number}} up two degrees.",
    ]
