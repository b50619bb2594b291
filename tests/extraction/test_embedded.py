"""The embedded extractor: one candidate for each reply that says something."""

from pls_pipeline.extraction.embedded import EmbeddedExtractor
from pls_pipeline.extraction.people import People
from pls_pipeline.patterns import Candidate, validate_template
from pls_pipeline.settings import Settings
from tests.extraction.conversing import conversation

CATEGORIES = ("booking", "tech_issue", "access", "faq", "gift_cards", "hours", "membership", "general")


def candidates(*lines: str) -> list[Candidate]:
    [result] = EmbeddedExtractor(CATEGORIES).analyse([conversation(*lines)])
    return list(result.candidates)


def test_the_sample_of_the_users_document_gives_its_pattern() -> None:
    [found] = candidates("> Hi I need help with bay 3", "< I'll reset bay 3 for you right away")
    assert found.response_template == "I'll reset bay {{bay_number}} for you right away"
    assert found.situation == "Hi I need help with bay 3"
    assert found.category == "tech_issue"
    assert [(message.role, message.row_number) for message in found.evidence] == [("trigger", 1), ("response", 2)]


def test_declared_variables_are_used_variables() -> None:
    for found in candidates(
        "> is it free",
        "< Hi Dana! Bay 4 is free at 7pm and at 8pm, $25 an hour. Call 902-555-0142 or mail desk@example.com",
    ):
        validate_template(found.response_template, found.variables)
        assert "902-555-0142" not in found.response_template
        assert "desk@example.com" not in found.response_template
        assert "Dana" not in found.response_template


def test_the_same_value_twice_is_one_variable() -> None:
    [found] = candidates("> bay 3", "< bay 3 is off. I turn bay 3 on again")
    assert found.response_template == "bay {{bay_number}} is off. I turn bay {{bay_number}} on again"


def test_a_title_belongs_to_the_name() -> None:
    [found] = candidates("> I'd like Dr. Lee, this is Dana Lee", "< Dr. Lee has an opening at 3pm, is that fine?")
    assert found.response_template.endswith("}} has an opening at {{time}}, is that fine?")
    assert "Dr" not in found.response_template


def test_names_in_the_situation_are_masked() -> None:
    [found] = candidates(
        "> Hi this is Margaret Oduya, 902-555-0142, my door code fails", "< Try it once more with the # key"
    )
    assert "Oduya" not in found.situation
    assert "555" not in found.situation


def test_an_acknowledgement_is_set_apart_and_the_outcome_says_so() -> None:
    [result] = EmbeddedExtractor(CATEGORIES).analyse([conversation("> see you at 7", "< ok thanks!")])
    assert (result.outcome.status, len(result.candidates)) == ("nothing", 0)
    assert [r.reason for r in result.rejected] == ["acknowledgement"]


def test_an_opening_by_the_business_has_no_trigger() -> None:
    [found] = candidates("< Your gift card is ready to be picked up", "> thanks")
    assert [message.role for message in found.evidence] == ["response"]
    assert found.category == "gift_cards"


def test_the_same_conversation_gives_the_same_candidates() -> None:
    lines = ("> what are your hours", "< We're open 24/7", "> can i bring my kids", "< Kids are welcome with an adult")
    assert candidates(*lines) == candidates(*lines)


def test_a_category_of_ones_own_is_known_by_its_words() -> None:
    [result] = EmbeddedExtractor(("lost_found", "rest")).analyse(
        [conversation("> i lost my glove", "< We found one in bay 2")]
    )
    assert result.candidates[0].category == "lost_found"
    assert Settings(_env_file=None).categories == CATEGORIES  # type: ignore[call-arg]  # a parameter of pydantic-settings


def test_literal_braces_survive() -> None:
    [found] = candidates("> what do i type", "< Type {{name}} into the box, then { and }")
    assert found.response_template == r"Type {\{name}} into the box, then { and }"


def test_a_name_that_only_the_rest_of_the_conversation_gives_away_is_a_variable() -> None:
    [found] = candidates("> my name is Anouk, is my order in?", "< yes it is and anouk gets it at the desk")
    assert "anouk" not in found.response_template
    assert [variable.type for variable in found.variables] == ["person"]


def test_what_is_public_is_text() -> None:
    talk = conversation("> who do I write to?", "< Write to desk@example.com please, the mail is read daily.")
    people = People(public=frozenset({"desk@example.com"}))
    [result] = EmbeddedExtractor(CATEGORIES, people=people).analyse([talk])
    assert [found.response_template for found in result.candidates] == [
        "Write to desk@example.com please, the mail is read daily."
    ]
    assert result.masked == {}
