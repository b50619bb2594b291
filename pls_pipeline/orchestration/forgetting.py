"""Forgetting a customer: the steps that take all that is held of him out of every place.

Here: the order of the steps, and what is noted so that an erasure which was cut off can be completed. Not here: what he
is known by and what goes (forgetting_plan.py), how a file or a row loses his words (erasure/), files beside the lake
(leftovers.py).

The marks of the customer are stored first, with the keys of all that is to be done. From then on every run of an
import keeps him out, and running the command again does what is left: a step finds nothing to do where it was done.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import dagster as dg

from pls_pipeline.erasure.history import drop_evidence, find_texts, follow_aliases, scrub_decisions, scrub_versions
from pls_pipeline.erasure.marks import Marks
from pls_pipeline.erasure.register import Erasure, Pending, find_unfinished, make_secret
from pls_pipeline.erasure.values import Value
from pls_pipeline.orchestration import runs
from pls_pipeline.orchestration.forgetting_plan import Holdings, find_holdings, forecast_forgetting, identify_customer
from pls_pipeline.orchestration.jobs import IMPORT_STAGES
from pls_pipeline.orchestration.keeping_out import load_register, redact_landed_copy, store_register
from pls_pipeline.orchestration.leftovers import erase_leftovers, find_leftovers
from pls_pipeline.orchestration.names import LEDGER_POOL, LIBRARY_POOL
from pls_pipeline.orchestration.publication import publish
from pls_pipeline.orchestration.removal import refuse_while_running
from pls_pipeline.orchestration.removal_forecast import Forecast, compare_states
from pls_pipeline.tables import (
    EXTRACTED_PATTERNS,
    EXTRACTION_OUTCOMES,
    PATTERN_ALIASES,
    PATTERN_EVIDENCE,
    PATTERN_LIBRARY,
    PATTERN_VERSIONS,
    RAW_MESSAGES,
    REJECTED_CANDIDATES,
    REVIEW_DECISIONS,
)

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest
    from pls_pipeline.orchestration.pipeline import Pipeline

_ORIGIN = "pls forget"


class ForgettingStoppedError(RuntimeError):
    """A run that the erasure needs failed; the sentence says which, and that the command can be repeated."""


@dataclass(frozen=True)
class ForgettingPlan:
    """What an erasure would do.

    values: numbers and addresses of the customer; holdings: what is held of him; forecast: what the patterns become;
    leftovers: files of the inbox and the exports that go or lose his records; is_begun: an erasure of him was cut off;
    is_done: he was forgotten, and nothing is held of him.
    """

    values: tuple[Value, ...]
    holdings: Holdings
    forecast: Forecast
    leftovers: tuple[str, ...]
    is_begun: bool
    is_done: bool


@dataclass(frozen=True)
class ForgettingReport:
    """What was done: the audit line, what became of the patterns, which files went, how many answers were emptied."""

    erasure: Erasure
    became: Forecast
    leftovers: tuple[str, ...]
    answers: int


def plan_forgetting(pipeline: "Pipeline", typed: str) -> ForgettingPlan:
    """Look up what an erasure would do. Raises UnknownCustomerError, OwnNumberError."""
    secret = make_secret(pipeline.settings.data_dir)
    with pipeline.session() as session:
        values = tuple(identify_customer(session, typed, pipeline.settings.default_region))
        holdings = find_holdings(session, Marks.of(secret, values), secret)
        forecast = forecast_forgetting(pipeline, session, holdings.pending.messages)
        leftovers = find_leftovers(pipeline, session, holdings.marks, holdings.pending.patterns)
    register = load_register(pipeline.lake)
    begun = find_unfinished(register, holdings.marks.marks)
    known = frozenset(mark for item in register for mark in item.marks)
    is_done = not begun and not holdings.pending.imports and not leftovers and holdings.marks.marks <= known
    return ForgettingPlan(values, holdings, forecast, leftovers, begun is not None, is_done)


def forget_customer(
    pipeline: "Pipeline",
    instance: dg.DagsterInstance,
    definitions: dg.Definitions,
    values: tuple[Value, ...],
    on_step: Callable[[str], None],
    own_run: str | None = None,
) -> ForgettingReport:
    """Take the customer out of every place, and keep him out from now on. `own_run`: the run that does it, if any.

    Raises RunUnderWayError before anything is erased, ForgettingStoppedError where a run fails.
    """
    before = pipeline.lake.read(PATTERN_LIBRARY)
    on_step("erasing from the imported files")
    with pipeline.lake.serialised(LEDGER_POOL), pipeline.lake.serialised(LIBRARY_POOL):
        refuse_while_running(instance, own_run)
        erasure, marks = _begin(pipeline, values)
        pending = erasure.pending or Pending()
        _erase_landed_copies(pipeline, marks, pending)
        answers = _erase_answers(pipeline, pending)
        pipeline.lake.write_records(
            drop_evidence(pipeline.lake.read(PATTERN_EVIDENCE), pending.messages), PATTERN_EVIDENCE
        )
    for manifest in order_imports(pipeline, pending.imports):
        on_step(f"running {manifest.import_key} again")
        _require(runs.run_import(instance, definitions, manifest, _ORIGIN, IMPORT_STAGES))
    on_step("rebuilding the library")
    _require(runs.run_library(instance, definitions, _ORIGIN))
    became = compare_states(before, pipeline.lake.read(PATTERN_LIBRARY))
    with pipeline.lake.serialised(LIBRARY_POOL):
        scrub_history(pipeline, pending)
        with pipeline.session() as session:
            leftovers = erase_leftovers(pipeline, session, marks, pending.patterns)
    publish(pipeline)
    return ForgettingReport(_complete(pipeline, erasure, became), became, leftovers, answers)


def _begin(pipeline: "Pipeline", values: tuple[Value, ...]) -> tuple[Erasure, Marks]:
    """Store the marks and what is to be done; what an erasure that was cut off has left is added."""
    from pls_pipeline.extraction.answer_erasing import erase_offers

    secret = make_secret(pipeline.settings.data_dir)
    register = load_register(pipeline.lake)
    with pipeline.session() as session:
        holdings = find_holdings(session, Marks.of(secret, values), secret)
        earlier = find_unfinished(register, holdings.marks.marks)
        marks = Marks(secret, holdings.marks.marks | (earlier.marks if earlier else frozenset()))
        pending = holdings.pending | ((earlier and earlier.pending) or Pending())
        pending = replace(
            pending, patterns=follow_aliases(pending.patterns, pipeline.lake.read(PATTERN_ALIASES)),
        )  # fmt: skip
        erasure = Erasure(
            erasure_id=earlier.erasure_id if earlier else f"for_{uuid4().hex[:12]}",
            marks=marks.marks,
            begun_at=earlier.begun_at if earlier else _now(),
            pending=pending,
            imports=len(pending.imports),
            messages=len(pending.messages),
        )
        store_register(pipeline.lake, [*(item for item in register if item is not earlier), erasure])
    erase_offers(pipeline.lake.root, pending.patterns)
    _drop_results(pipeline, pending, holdings.conversations)
    return erasure, marks


def _drop_results(pipeline: "Pipeline", pending: Pending, conversations: AbstractSet[str]) -> None:
    """Take what was extracted from his conversations out before their imports run again: a run may stop before that."""
    for key in pending.imports:
        for table in (EXTRACTED_PATTERNS, REJECTED_CANDIDATES, EXTRACTION_OUTCOMES):
            rows = pipeline.lake.read(table, [key])
            left = [row for row in rows if row["conversation_key"] not in conversations]
            if len(left) < len(rows):
                pipeline.lake.write_records(left, table, key)


def _erase_landed_copies(pipeline: "Pipeline", marks: Marks, pending: Pending) -> None:
    """Redact all copies that can hold him: what is no table of the lake, such as lists of calls, is in archives."""
    read = set(pipeline.lake.partitions(RAW_MESSAGES))
    with pipeline.session() as session:
        for manifest in pipeline.registry.manifests():
            key = manifest.import_key
            if key in pending.imports or key not in read or manifest.file_name.lower().endswith(".zip"):
                redact_landed_copy(pipeline, session, manifest, marks)


def _erase_answers(pipeline: "Pipeline", pending: Pending) -> int:
    from pls_pipeline.extraction.answer_erasing import erase_answers

    outcomes = pipeline.lake.read(EXTRACTION_OUTCOMES)
    wanted = {key for row in outcomes for key in row["answer_keys"] or ()}
    return erase_answers(pipeline.lake.root, pending.answers, wanted)


def order_imports(pipeline: "Pipeline", keys: AbstractSet[str]) -> "list[Manifest]":
    """Their manifests, those first that took possession of their messages first: what the others lean on."""
    from pls_pipeline.orchestration.ledger import read_positions

    positions = read_positions(pipeline.lake)
    manifests = [manifest for manifest in pipeline.registry.manifests() if manifest.import_key in keys]
    return sorted(manifests, key=lambda manifest: positions.get(manifest.import_key, manifest.sequence))


def scrub_history(pipeline: "Pipeline", pending: Pending) -> None:
    """Take his words out of the history of patterns that rested on his messages, under the library's lock."""
    lake = pipeline.lake
    kept = find_texts(lake.read(PATTERN_LIBRARY))
    patterns = follow_aliases(pending.patterns, lake.read(PATTERN_ALIASES))
    lake.write_records(scrub_versions(lake.read(PATTERN_VERSIONS), patterns, kept), PATTERN_VERSIONS)
    decisions = lake.read(REVIEW_DECISIONS)
    if decisions:
        lake.write_records(scrub_decisions(decisions, patterns, pending.messages, kept), REVIEW_DECISIONS)


def _complete(pipeline: "Pipeline", erasure: Erasure, became: Forecast) -> Erasure:
    completed = replace(
        erasure,
        completed_at=_now(),
        pending=None,
        patterns_changed=len(became.changing),
        patterns_vanished=len(became.vanishing),
        approvals_lost=len(became.losing_approval),
    )
    with pipeline.lake.serialised(LIBRARY_POOL):
        register = load_register(pipeline.lake)
        kept = [completed if item.erasure_id == erasure.erasure_id else item for item in register]
        store_register(pipeline.lake, kept)
    return completed


def _require(report: runs.RunReport) -> None:
    if not report.succeeded:
        raise ForgettingStoppedError(
            f"The erasure stopped: {'; '.join(report.faults)} (run {report.run_id}). The customer is kept out already; "
            "once this is mended, run the command again: it does what is left."
        )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
