"""Rules for automatic texts as a person writes them, and what grouping makes of them."""

import uuid
from pathlib import Path

import pytest
from pydantic import ValidationError

from pls_pipeline.cli.diagnosis import diagnose
from pls_pipeline.conversations import GroupingOptions
from pls_pipeline.conversations.automated import AUTOMATED_RULES
from pls_pipeline.lake import Lake
from pls_pipeline.settings import Settings
from pls_pipeline.text_rules import TextRule, parse_text_rules
from tests.message_rows import bring, group, message, reply


def test_a_rule_is_a_reason_and_an_expression_and_several_are_parted_by_two_semicolons() -> None:
    assert parse_text_rules(r"reminder: ^reminder: \w ;; survey_2: rate (us|;;it) ;; ") == (
        TextRule("reminder", r"^reminder: \w"),
        TextRule("survey_2", "rate (us|;;it)"),
    )
    assert parse_text_rules("a: x\nb: y") == (TextRule("a", "x"), TextRule("b", "y"))
    assert parse_text_rules(" ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("reminder", "no reason or no regular expression"),
        (": x", "no reason or no regular expression"),
        ("a: ", "no reason or no regular expression"),
        ("Reminder!: x", "a reason of a-z, 0-9 and _"),
        ("ok: x ;; reminder: (", "the rule `reminder` has a regular expression that cannot be read"),
        ("reminder: (?=x)", "cannot be read"),
        ("reminder: x*", "found in every text"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Settings(automated_rules=text)  # type: ignore[arg-type]  # as the environment gives it


def test_pls_check_says_which_rule_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLS_AUTOMATED_RULES", "reminder: (")
    [finding] = diagnose(tmp_path)
    assert "PLS_AUTOMATED_RULES" in finding.found
    assert "the rule `reminder` has a regular expression that cannot be read" in finding.found
    assert finding.advice


def test_settings_name_every_reason_that_comes_with_the_program() -> None:
    assert {rule.reason for rule in AUTOMATED_RULES} | {"broadcast"} == set(Settings().automated_reasons)


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(ValidationError, match="auto_reply"):
        Settings(automated_reasons="autoreply")  # type: ignore[arg-type]  # as the environment gives it


def test_the_defaults_of_the_settings_are_those_of_grouping() -> None:
    assert GroupingOptions.from_settings(Settings(_env_file=None)) == GroupingOptions()  # type: ignore[call-arg]  # pydantic-settings' own argument


def test_rules_of_the_settings_add_reasons_and_leave_others_out() -> None:
    settings = Settings(automated_rules="reminder: ^reminder", automated_reasons="code")  # type: ignore[arg-type]  # as the environment gives them
    options = GroupingOptions.from_settings(settings)
    assert options.broadcast_conversations is None
    lake = Lake(f"memory://{uuid.uuid4().hex}")
    rows = [
        message(0, "Is REMINDER on?"),
        reply(1, "Reminder:\nbay 3 at 7"),
        reply(2, "(auto-reply)"),
        message(3, "STOP"),
        message(4, "123456 is your login code"),
    ]
    bring(lake, rows, "one")
    (conversation,) = group(lake, "one", options=options)
    reasons = [one["automated_reason"] for one in conversation["messages"]]
    assert reasons == [None, "reminder", None, None, "code"]
    assert conversation["automated_reasons"] == ["code", "reminder"]


def test_messages_of_a_thread_that_is_kept_out_have_its_prefix_as_their_reason() -> None:
    lake = Lake(f"memory://{uuid.uuid4().hex}")
    thread = {"conversation_id": "CN2cc08d4c7"}
    bring(lake, [reply(0, "Your receipt", **thread)], "one")
    (conversation,) = bring(lake, [message(1, "thanks", **thread)], "two", ["one"])
    assert [one["automated_reason"] for one in conversation["messages"]] == ["conversation_prefix"] * 2
    assert (conversation["status"], conversation["automated_reasons"]) == ("automated", ["conversation_prefix"])
