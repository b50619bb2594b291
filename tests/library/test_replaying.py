"""Versions replay to the library as it stands, and to what it was."""

from datetime import timedelta

from pls_pipeline.library.differences import compare_libraries
from pls_pipeline.library.replaying import replay_library, replay_version
from tests.library.texting import NOON, Texting


def test_versions_replay_to_every_state_that_the_library_had() -> None:
    texting = Texting()
    texting.replies("I'll reset bay 3 for you", "I'll reset bay 4 for you")
    first = texting.build()
    texting.reply("I'll reset bay 9 for you", import_key="two")
    texting.replies("We open at 9am on Sunday", times=2)
    second = texting.build(first, now=NOON + timedelta(days=1))
    third = texting.build(second, candidates=texting.candidates[:3], now=NOON + timedelta(days=2))
    fourth = texting.build(third, now=NOON + timedelta(days=3))
    for days, state in enumerate((first, second, third, fourth)):
        replayed = replay_library(fourth.versions, NOON + timedelta(days=days))
        assert compare_libraries(replayed, state.patterns) == []
        assert [(row["pattern_id"], row["version"], row["updated_at"]) for row in replayed] == [
            (row["pattern_id"], row["version"], row["updated_at"]) for row in state.patterns
        ]
    assert replay_library(fourth.versions, NOON - timedelta(days=1)) == []
    assert replay_version(fourth.versions, first.patterns[0]["pattern_id"], 1) is not None
    assert replay_version(fourth.versions, first.patterns[0]["pattern_id"], 9) is None


def test_a_difference_names_what_began_ended_and_changed() -> None:
    texting = Texting()
    texting.replies("I'll reset bay 3 for you", "I'll reset bay 4 for you")
    first = texting.build()
    texting.reply("I'll reset bay 9 for you", import_key="two")
    texting.replies("We open at 9am on Sunday", times=2)
    second = texting.build(first, now=NOON + timedelta(days=1))
    created, changed = compare_libraries(first.patterns, second.patterns)
    assert (created.kind, changed.kind) == ("created", "changed")
    assert changed.fields["conversation_count"] == (2, 3)
    assert [change.kind for change in compare_libraries(second.patterns, [])] == ["vanished", "vanished"]
