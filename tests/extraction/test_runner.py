"""A run over the conversations of an import: what is analysed, stored, and left for the next run."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.conversations import Conversation
from pls_pipeline.extraction.progress import ExtractionProgress
from pls_pipeline.extraction.records import ConversationResult, ExtractionStoppedError, OutcomeStatus
from pls_pipeline.extraction.runner import ExtractionSummary, ResultStore, run_extraction
from tests.extraction.made_results import IMPORT, LakeStore, MadeExtractor, MemoryStore, result, talks

KEYS = tuple(f"talk {number:02}" for number in range(12))


def run(
    conversations: list[Conversation],
    store: ResultStore,
    extractor: MadeExtractor | None = None,
    limit: int = 500,
    commit_every: int = 10,
) -> ExtractionSummary:
    return run_extraction(
        conversations, extractor or MadeExtractor(), store, import_key=IMPORT, limit=limit, commit_every=commit_every
    )


def statuses(store: ResultStore) -> dict[str, str]:
    outcomes = store.load().outcomes
    assert len({outcome.conversation_key for outcome in outcomes}) == len(outcomes)
    return {outcome.conversation_key: outcome.status for outcome in outcomes}


def test_what_is_over_the_limit_is_deferred_and_runs_accumulate(tmp_path: Path) -> None:
    store, extractor = LakeStore(tmp_path), MadeExtractor()
    seen = []
    for _ in range(4):
        summary = run(talks(*KEYS), store, extractor, limit=5)
        seen.append((summary.already_analysed, summary.analysed, summary.deferred, len(store.load().candidates)))
        assert summary.eligible == len(KEYS) == len(statuses(store))
    assert seen == [(0, 5, 7, 5), (5, 5, 2, 10), (10, 2, 0, 12), (12, 0, 0, 12)]
    assert sorted(extractor.analysed) == sorted((talk.conversation_key, talk.fingerprint) for talk in talks(*KEYS))
    assert {outcome.reason for outcome in store.load().outcomes} == {None}


def test_a_deferred_conversation_says_why() -> None:
    store = MemoryStore()
    run(talks("a", "b"), store, limit=1)
    assert [outcome.reason for outcome in store.results.outcomes] == [None, "over the limit of 1 conversations a run"]


def test_results_are_committed_every_few_and_at_the_end() -> None:
    store = MemoryStore()
    run(talks(*KEYS), store, commit_every=5)
    assert store.done_at_commits == [0, 5, 10, 12]


def test_progress_is_told_at_each_commit() -> None:
    told: list[tuple[int, int]] = []
    run_extraction(
        talks(*KEYS),
        MadeExtractor(),
        MemoryStore(),
        import_key=IMPORT,
        limit=11,
        commit_every=5,
        on_progress=lambda progress: told.append((progress.done, progress.total)),
    )
    assert told == [(0, 11), (5, 11), (10, 11), (11, 11)]


def test_progress_is_told_every_ten_results_where_commits_are_rarer() -> None:
    told: list[ExtractionProgress] = []
    run_extraction(
        talks(*(f"talk {number}" for number in range(25))),
        MadeExtractor(lambda talk: "nothing" if talk.conversation_key.endswith("5") else "extracted"),
        MemoryStore(),
        import_key=IMPORT,
        commit_every=100,
        on_progress=told.append,
    )
    assert [progress.done for progress in told] == [0, 10, 20, 25]
    assert told[-1] == ExtractionProgress(
        25, 25, patterns=23, rejected=2, requests=25, prompt_tokens=2500, completion_tokens=0, cost_usd=0.0
    )


def test_a_failed_conversation_is_analysed_again_and_its_use_adds_up() -> None:
    store = MemoryStore()
    run(talks("a", "b"), store, MadeExtractor(lambda talk: "failed" if talk.conversation_key == "a" else "nothing"))
    assert statuses(store) == {"a": "failed", "b": "nothing"}
    again = MadeExtractor()
    summary = run(talks("a", "b"), store, again)
    assert [key for key, _ in again.analysed] == ["a"]
    first = store.results.outcomes[0]
    assert (first.status, first.prompt_tokens, first.attempts) == ("extracted", 200, 2)
    assert summary.prompt_tokens == 100


def test_conversations_that_fail_do_not_hold_up_the_others() -> None:
    store = MemoryStore()
    run(talks("a", "b"), store, MadeExtractor(lambda _: "failed"), limit=1)
    second = MadeExtractor()
    run(talks("a", "b"), store, second, limit=1)
    assert [key for key, _ in second.analysed] == ["b"]
    assert statuses(store) == {"a": "deferred", "b": "extracted"}


def test_a_changed_conversation_is_analysed_again_and_its_old_candidates_go(tmp_path: Path) -> None:
    store = LakeStore(tmp_path)
    run(talks("a", "b"), store)
    again = MadeExtractor()
    run([*talks("a", version=2), *talks("b")], store, again)
    assert again.analysed == [("a", "a v2")]
    assert [candidate.candidate_id for candidate in store.load().candidates] == ["cand a v2", "cand b v1"]


def test_results_of_conversations_that_are_gone_go(tmp_path: Path) -> None:
    store = LakeStore(tmp_path)
    run(talks("a", "b"), store, MadeExtractor(lambda talk: "nothing" if talk.conversation_key == "a" else "extracted"))
    run([replace(talk, status="automated") for talk in talks("b")], store)
    stored = store.load()
    assert (stored.outcomes, stored.candidates, stored.rejected) == ((), (), ())


def test_only_eligible_conversations_are_analysed() -> None:
    kept = [
        replace(talk, status=status)
        for talk, status in zip(talks(*"abc"), ("automated", "one_sided", "empty"), strict=True)
    ]
    extractor, store = MadeExtractor(), MemoryStore()
    assert run([*kept, *talks("d")], store, extractor).eligible == 1
    assert [key for key, _ in extractor.analysed] == ["d"]


def test_a_stop_keeps_what_is_done_and_defers_the_rest_with_the_reason() -> None:
    store = MemoryStore()
    with pytest.raises(ExtractionStoppedError, match="the key was refused"):
        run(talks(*KEYS), store, MadeExtractor(stop_after=7), commit_every=5)
    assert list(statuses(store).values()) == ["extracted"] * 7 + ["deferred"] * 5
    assert store.results.outcomes[-1].reason == "the run stopped: the key was refused: set another one"
    after = MadeExtractor()
    run(talks(*KEYS), store, after)
    assert len(after.analysed) == 5


def test_whatever_ends_a_run_what_came_before_is_stored() -> None:
    def fail_at_the_eighth(talk: Conversation) -> OutcomeStatus:
        if talk.conversation_key == KEYS[7]:
            raise ZeroDivisionError
        return "extracted"

    store = MemoryStore()
    with pytest.raises(ZeroDivisionError):
        run(talks(*KEYS), store, MadeExtractor(fail_at_the_eighth), commit_every=5)
    assert list(statuses(store).values()) == ["extracted"] * 7 + ["deferred"] * 5


def test_rows_are_the_same_whichever_result_comes_first() -> None:
    forwards, backwards = MemoryStore(), MemoryStore()
    run(talks(*KEYS), forwards, MadeExtractor())
    run(talks(*KEYS), backwards, MadeExtractor(backwards=True))
    assert forwards.results == backwards.results


def test_a_run_that_finds_everything_analysed_stores_the_same_rows() -> None:
    store = MemoryStore()
    run(talks(*KEYS), store)
    before = store.results
    summary = run(talks(*KEYS), store, MadeExtractor(lambda _: "failed"))
    assert (summary.analysed, store.results) == (0, before)


def test_what_the_extractor_leaves_out_has_failed_and_what_it_invents_is_refused() -> None:
    class Forgetful(MadeExtractor):
        def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
            yield from (result(talk) for talk in conversations[:-1])

    class Inventive(MadeExtractor):
        def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
            yield result(talks("not one of them", version=len(conversations))[0])

    store = MemoryStore()
    run(talks("a", "b"), store, Forgetful())
    assert [(outcome.status, outcome.reason) for outcome in store.results.outcomes][1] == ("failed", "no_result")
    with pytest.raises(ValueError, match="not asked for"):
        run(talks("c"), MemoryStore(), Inventive())


def test_an_unknown_price_makes_the_cost_unknown() -> None:
    class Unpriced(MadeExtractor):
        def analyse(self, conversations: Sequence[Conversation]) -> Iterator[ConversationResult]:
            for made in super().analyse(conversations):
                yield ConversationResult(replace(made.outcome, cost_usd=None), made.candidates, made.rejected)

    assert run(talks("a"), MemoryStore(), Unpriced()).cost_usd is None
    assert run(talks("a"), MemoryStore()).cost_usd == 0.0


@pytest.mark.parametrize(("limit", "commit_every"), [(0, 10), (5, 0)])
def test_limits_below_one_are_refused(limit: int, commit_every: int) -> None:
    with pytest.raises(ValueError, match="must be 1 or more"):
        run(talks("a"), MemoryStore(), limit=limit, commit_every=commit_every)


def test_conversations_of_another_import_are_refused() -> None:
    with pytest.raises(ValueError, match="does not belong"):
        run_extraction(talks("a"), MadeExtractor(), MemoryStore(), import_key="two")


def test_a_conversation_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        run(talks("a", "a"), MemoryStore())


one_run = st.fixed_dictionaries(
    {
        "versions": st.dictionaries(st.sampled_from(KEYS[:6]), st.integers(1, 2)),
        "failing": st.sets(st.sampled_from(KEYS[:6])),
        "nothing": st.sets(st.sampled_from(KEYS[:6])),
        "limit": st.integers(1, 4),
        "commit_every": st.integers(1, 3),
        "stop_after": st.none() | st.integers(0, 4),
    }
)


@given(runs=st.lists(one_run, max_size=6))
def test_over_any_runs_each_eligible_conversation_has_one_outcome_and_is_analysed_once(
    runs: list[dict[str, Any]],
) -> None:
    store = MemoryStore()
    done: set[tuple[str, str]] = set()
    for plan in runs:

        def judge(talk: Conversation, plan: dict[str, Any] = plan) -> OutcomeStatus:
            if talk.conversation_key in plan["failing"]:
                return "failed"
            return "nothing" if talk.conversation_key in plan["nothing"] else "extracted"

        conversations = [talk for key, version in plan["versions"].items() for talk in talks(key, version=version)]
        extractor = MadeExtractor(judge, stop_after=plan["stop_after"])
        try:
            run(conversations, store, extractor, plan["limit"], plan["commit_every"])
        except ExtractionStoppedError:
            assert len(extractor.analysed) == plan["stop_after"]
        outcomes = store.results.outcomes
        assert [(o.conversation_key, o.fingerprint) for o in outcomes] == [
            (talk.conversation_key, talk.fingerprint) for talk in conversations
        ]
        assert not done.intersection(extractor.analysed)
        done = {(o.conversation_key, o.fingerprint) for o in outcomes if o.is_done}
        assert {c.candidate_id for c in store.results.candidates} == {
            f"cand {o.fingerprint}" for o in outcomes if o.status == "extracted"
        }
