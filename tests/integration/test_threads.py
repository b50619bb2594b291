"""Three weekly exports of an account with threads of months: the lake must hold what their truth says.

The generator and its corpora lie beside the repository and are not part of it; without them the test is skipped.
PLS_THREAD_SEEDS=1,2,3 and PLS_THREAD_CONVERSATIONS=600 make it larger.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.conversations import Conversation
from pls_pipeline.conversations.episodes import CONTEXT_MESSAGES
from pls_pipeline.extraction.embedded import EmbeddedExtractor
from pls_pipeline.extraction.runner import ExtractionSummary, run_extraction
from pls_pipeline.imports import ImportRegistry
from pls_pipeline.lake import Lake, open_connection
from pls_pipeline.orchestration.results import LakeResults
from pls_pipeline.sources import read_export
from pls_pipeline.tables import (
    DEDUPLICATED_MESSAGES,
    EXTRACTED_PATTERNS,
    EXTRACTION_OUTCOMES,
    GROUPED_CONVERSATIONS,
    RAW_MESSAGES,
    REJECTED_ROWS,
)
from tests.message_rows import claim, group

pytestmark = pytest.mark.integration

CORPORA = Path(__file__).resolve().parents[2] / "../shared/eval"
SEEDS = os.environ.get("PLS_THREAD_SEEDS", "1").split(",")
SIZE = os.environ.get("PLS_THREAD_CONVERSATIONS", "150")
HALF_DAY = timedelta(hours=12)


@dataclass(frozen=True)
class Weeks:
    """The three exports, imported in order, and their truth."""

    lake: Lake
    keys: list[str]
    summaries: list[ExtractionSummary]
    truth: dict[str, Any]

    @cached_property
    def grouped(self) -> list[list[Conversation]]:
        """The conversations of each import."""
        return [
            [Conversation.from_row(row) for row in self.lake.read(GROUPED_CONVERSATIONS, [key])] for key in self.keys
        ]

    @cached_property
    def threads(self) -> dict[str, Conversation]:
        """Each thread as the last import that brought something to it sees it."""
        return {str(talk.conversation_id): talk for talks in self.grouped for talk in talks}

    def new_ids(self, week: int) -> set[str]:
        """What the truth says is new in an export, counted from 1."""
        return {name for name, message in self.truth["messages"].items() if message["first_export"] == week}


@pytest.fixture(scope="module", params=[(corpus, seed) for corpus in ("star", "sgd") for seed in SEEDS], ids=str)
def weeks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    corpus, seed = request.param
    generator = CORPORA / "generators" / "gen_threads.py"
    if not generator.is_file():
        pytest.skip(f"no generator at {generator}")
    folder = tmp_path_factory.mktemp("weeks")
    clean = [str(path) for path in sorted((CORPORA / corpus / "exports").glob("*.csv"))]
    run = [sys.executable, str(generator), "--in", *clean, "--out", str(folder), "--seed", seed, "--convs", SIZE]
    subprocess.run(run, check=True, capture_output=True)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    registry, lake = ImportRegistry(str(folder / "imports")), Lake(str(folder / "lake"))
    keys: list[str] = []
    summaries = []
    for number, export in enumerate(truth["exports"], start=1):
        file = folder / f"week_{number}.csv"
        with zipfile.ZipFile(folder / export["dir"] / export["zip"]) as archive:
            file.write_bytes(archive.read(f"{truth['org']}_messages.csv"))
        keys.append(import_messages(registry, lake, file, keys))
        summaries.append(analyse(lake, keys[-1]))
    return Weeks(lake, keys, summaries, truth)


def import_messages(registry: ImportRegistry, lake: Lake, file: Path, earlier: list[str]) -> str:
    key = registry.land(file).import_key
    with registry.local_file(key) as path, open_connection() as connection:
        reading = read_export(connection, path, key, file.name)
        lake.write(reading.messages, RAW_MESSAGES, key)
        lake.write(reading.rejected, REJECTED_ROWS, key)
    claim(lake, key)
    group(lake, key, earlier)
    return key


def analyse(lake: Lake, key: str) -> ExtractionSummary:
    talks = [Conversation.from_row(row) for row in lake.read(GROUPED_CONVERSATIONS, [key])]
    extractor = EmbeddedExtractor(["general"])
    return run_extraction(talks, extractor, LakeResults(lake, key), import_key=key, limit=10_000, commit_every=10_000)


def truth_time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def test_every_message_is_there_once_and_word_for_word(weeks: Weeks) -> None:
    assert weeks.lake.read(REJECTED_ROWS) == []
    found = {
        row["message_id"]: (row["body"], row["direction"], row["occurred_at"], row["conversation_id"])
        for row in weeks.lake.read(DEDUPLICATED_MESSAGES)
    }
    assert found == {
        name: (message["body"], message["direction"], truth_time(message["created"]), message["thread"])
        for name, message in weeks.truth["messages"].items()
    }
    flags = Counter(flag for message in weeks.truth["messages"].values() for flag in message["flags"])
    assert flags["lone_cr"] == sum("\r" in body for body, *_ in found.values()) > 0
    assert flags["empty_body"] == sum(not body for body, *_ in found.values()) > 0


def test_each_export_brings_what_is_new_in_it_late_rows_too(weeks: Weeks) -> None:
    for week, talks in enumerate(weeks.grouped, start=1):
        new = Counter(message.message_id for talk in talks for message in talk.messages if message.is_new)
        assert new == Counter(weeks.new_ids(week))
        assert {talk.conversation_id for talk in talks} == {
            weeks.truth["messages"][name]["thread"] for name in weeks.new_ids(week)
        }
    late = [message for message in weeks.truth["messages"].values() if "late" in message["flags"]]
    assert late
    assert {message["first_export"] for message in late} == {2}


def test_threads_and_their_episodes_are_those_of_the_truth(weeks: Weeks) -> None:
    assert {
        name: [
            [message.message_id for message in talk.messages if message.episode == number]
            for number in range(1, talk.messages[-1].episode + 1)
        ]
        for name, talk in weeks.threads.items()
    } == {name: [one["ids"] for one in thread["episodes"]] for name, thread in weeks.truth["threads"].items()}
    for name, thread in weeks.truth["threads"].items():
        talk = weeks.threads[name]
        assert (talk.started_at, talk.ended_at) == (truth_time(thread["first"]), truth_time(thread["last"]))
        for number, episode in enumerate(thread["episodes"], start=1):
            times = [message.occurred_at for message in talk.messages if message.episode == number]
            assert (times[0], times[-1]) == (truth_time(episode["start"]), truth_time(episode["end"]))


def silences(weeks: Weeks) -> Iterator[tuple[timedelta, bool]]:
    """Each silence within a thread, and whether a new episode begins after it."""
    for talk in weeks.threads.values():
        for before, after in pairwise(talk.messages):
            yield after.occurred_at - before.occurred_at, after.episode > before.episode


def test_twelve_hours_are_no_new_episode_and_a_millisecond_more_is(weeks: Weeks) -> None:
    assert all(begins == (silence > HALF_DAY) for silence, begins in silences(weeks))
    assert any(silence == HALF_DAY for silence, _ in silences(weeks))
    assert any(HALF_DAY < silence <= HALF_DAY + timedelta(seconds=1) for silence, _ in silences(weeks))


def test_lines_groups_self_texts_and_anonymous_callers_have_their_place(weeks: Weeks) -> None:
    for name, thread in weeks.truth["threads"].items():
        talk = weeks.threads[name]
        assert talk.own_number == thread["line"]
        outsiders = set(talk.participants)
        assert outsiders.isdisjoint(weeks.truth["own_numbers"])
        if thread["kind"] == "self":
            assert (outsiders, talk.status) == (set(), "one_sided")
        elif thread["kind"] == "anonymous":
            assert (outsiders, talk.status) == ({"Anonymous"}, "one_sided")
        else:
            assert thread["customer"] in outsiders
            assert (len(outsiders) > 1) == (thread["kind"] == "group")
    assert {thread["kind"] for thread in weeks.truth["threads"].values()} >= {"direct", "group", "self", "anonymous"}
    assert len({talk.own_number for talk in weeks.threads.values()}) == 3


def test_candidates_come_from_new_replies_only(weeks: Weeks) -> None:
    messages = weeks.truth["messages"]
    for week, key in enumerate(weeks.keys, start=1):
        new = weeks.new_ids(week)
        has_news = {(messages[name]["thread"], messages[name]["episode"]) for name in new}
        candidates = weeks.lake.read(EXTRACTED_PATTERNS, [key])
        cited = [one for row in candidates for one in json.loads(row["evidence"])]
        assert {one["message_id"] for one in cited if one["role"] == "response"} <= new
        assert {(messages[one["message_id"]]["thread"], messages[one["message_id"]]["episode"]) for one in cited} <= (
            has_news
        )
        assert candidates


def test_what_is_shown_are_the_episodes_with_news_and_little_before_them(weeks: Weeks) -> None:
    for talk in (talk for talks in weeks.grouped for talk in talks):
        with_news = {message.episode for message in talk.messages if message.is_new}
        shown = talk.shown_messages()
        whole = [message for message in talk.messages if message.episode in with_news]
        assert [message for message in shown if message.episode in with_news] == whole
        assert len(shown) - len(whole) <= CONTEXT_MESSAGES * len(with_news)


def test_no_thread_without_news_gets_an_outcome_and_a_second_run_analyses_nothing(weeks: Weeks) -> None:
    for week, (key, summary) in enumerate(zip(weeks.keys, weeks.summaries, strict=True), start=1):
        threads = {f"thread:{weeks.truth['messages'][name]['thread']}" for name in weeks.new_ids(week)}
        outcomes = weeks.lake.read(EXTRACTION_OUTCOMES, [key])
        assert {outcome["conversation_key"] for outcome in outcomes} <= threads
        assert summary.analysed == len(outcomes) > 0
        earlier = weeks.keys[: week - 1]
        group(weeks.lake, key, earlier)
        again = analyse(weeks.lake, key)
        assert (again.analysed, again.already_analysed) == (0, summary.analysed)
