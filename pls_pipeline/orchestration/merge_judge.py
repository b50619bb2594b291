"""The model as the library's judge: rounds of asking, verdicts that stay, and what a build paid for them.

Here: the library's Judge on top of extraction/judging/, and the table judged_pairs. Not here: when the gate is unsure
(library/judging.py), the question (extraction/judging/question.py), what judging costs (judge_costs.py).

The library compares one pair after the other, and a model takes a second for each. So a pair without a verdict counts
as unsure at first; `catch_up` asks about all of them at once, and the comparison goes over the library again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pls_pipeline.library.judging import Comparison, Judge, Ruling, Verdict
from pls_pipeline.tables.judged_pairs import JUDGED_PAIRS

if TYPE_CHECKING:
    from pls_pipeline.extraction.judging.pair_judge import PairJudge
    from pls_pipeline.extraction.judging.question import PairAnswer, ReplyPair
    from pls_pipeline.orchestration.pipeline import Pipeline, Session

# What a build pays at most is known: a pair takes about 900 tokens. The rest is asked by the next build.
MOST_PAIRS_A_BUILD = 500
NOT_ASKED = Ruling(Verdict.UNSURE, "not_asked")


@dataclass(frozen=True)
class StoredVerdict:
    """What was said of a pair, by its name (ReplyPair.name)."""

    verdict: Verdict
    reason: str


class ModelJudge:
    """A Judge that asks the model, at most `most_pairs` pairs a build; without `judge` it knows earlier verdicts alone.

    `stored`: the verdicts of earlier builds; `used`: those of this one, which are to be stored. `asked` and `cost_usd`
    (US dollars, None: price unknown) are those of this build; `stopped` is a sentence where something kept pairs from
    being asked.
    """

    name = "judge"

    def __init__(
        self, judge: "PairJudge | None", stored: Mapping[str, StoredVerdict], most_pairs: int = MOST_PAIRS_A_BUILD
    ) -> None:
        self._judge = judge
        self._known = dict(stored)
        self._pending: dict[str, tuple[float, ReplyPair]] = {}
        self._left = most_pairs
        self.used: dict[str, StoredVerdict] = {}
        self.asked = 0
        self.cost_usd: float | None = 0.0
        self.stopped: str | None = None

    def judge(self, comparison: Comparison) -> Ruling:
        """The verdict of an earlier build or of this one; UNSURE where there is none yet."""
        from pls_pipeline.extraction.judging.question import AskedReply, ReplyPair

        left, right = comparison.left, comparison.right
        pair = ReplyPair.of(AskedReply(left.template, left.asked), AskedReply(right.template, right.asked))
        known = self._known.get(pair.name) or self._recall(pair)
        if known is None:
            self._pending[pair.name] = (comparison.nearness, pair)
            return NOT_ASKED
        self.used[pair.name] = known
        return Ruling(known.verdict, known.reason)

    def _recall(self, pair: "ReplyPair") -> StoredVerdict | None:
        """The verdict of an answer that was paid by a build which did not come to its end."""
        answer = self._judge.recall(pair) if self._judge else None
        if answer is not None:
            self._known[pair.name] = _read(answer)
        return self._known.get(pair.name)

    def catch_up(self) -> bool:
        """Ask about what was not asked, the nearest first; whether there is a verdict that was not there before."""
        asked = [(-nearness, name, pair) for name, (nearness, pair) in self._pending.items() if pair.can_be_asked]
        nearest = [pair for _, _, pair in sorted(asked, key=lambda item: item[:2])[: self._left]]
        self._pending.clear()
        if self._judge is None or not nearest or self.stopped:
            return False
        self._left -= len(nearest)
        brought = self._judge.ask(nearest)
        self.asked += sum(done.stopped is None for done in brought.judged)
        paid = brought.cost_usd
        self.cost_usd = None if paid is None or self.cost_usd is None else self.cost_usd + paid
        self.stopped = brought.stopped
        answered = [(done.pair.name, done.answer) for done in brought.judged if done.answer]
        self._known.update((name, _read(answer)) for name, answer in answered)
        return bool(answered)

    def describe(self) -> dict[str, int | float | str | None]:
        """Numbers of the build, for metadata."""
        same = sum(stored.verdict is Verdict.SAME for stored in self.used.values())
        return {
            "pairs_asked": self.asked,
            "pairs_judged": len(self.used),
            "pairs_judged_same": same,
            "judge_cost_usd": self.cost_usd,
            "judge_stopped": self.stopped,
        }


def _read(answer: "PairAnswer") -> StoredVerdict:
    if answer.is_same:
        return StoredVerdict(Verdict.SAME, "same_guidance")
    if answer.is_different:
        return StoredVerdict(Verdict.DIFFERENT, answer.difference)
    return StoredVerdict(Verdict.UNSURE, "unsure")


def open_judge(pipeline: "Pipeline", session: "Session", run_id: str) -> ModelJudge | None:
    """The judge that the settings describe; None where they want none. A run has one budget, extraction's share is off.

    Where they lack something the judge asks nobody and says why: a library can be built without one.
    """
    if not pipeline.settings.asks_judge:
        return recall_judge(pipeline)
    from pls_pipeline.extraction.openai_settings import make_pair_judge
    from pls_pipeline.extraction.records import ExtractionStoppedError, ExtractorSettingsError

    stored = _load_verdicts(pipeline)
    spent, awaiting = _sum_spent(session, run_id)
    try:
        return ModelJudge(make_pair_judge(pipeline.settings, spent, awaiting), stored)
    except (ExtractorSettingsError, ExtractionStoppedError) as lack:
        judge = ModelJudge(None, stored)
        judge.stopped = str(lack)
        return judge


def recall_judge(pipeline: "Pipeline") -> ModelJudge | None:
    """A judge that asks nobody: a forecast, or a run without a key, joins what earlier builds joined."""
    stored = _load_verdicts(pipeline) if pipeline.settings.judge == "auto" else {}
    return ModelJudge(None, stored) if stored else None


def _load_verdicts(pipeline: "Pipeline") -> dict[str, StoredVerdict]:
    rows = pipeline.lake.read(JUDGED_PAIRS)
    return {row["pair_hash"]: StoredVerdict(Verdict(row["verdict"]), row["reason"]) for row in rows}


def store_verdicts(pipeline: "Pipeline", judge: ModelJudge | None) -> None:
    """Store the verdicts that were used, and no others: what an import brought goes with it."""
    if judge is None:
        return
    rows = [
        {"pair_hash": name, "verdict": str(stored.verdict), "reason": stored.reason}
        for name, stored in sorted(judge.used.items())
    ]
    if rows != pipeline.lake.read(JUDGED_PAIRS):
        pipeline.lake.write_records(rows, JUDGED_PAIRS)


def describe_judge(judge: Judge | None) -> dict[str, int | float | str | None]:
    """Numbers of a build's judge, for metadata; nothing without one."""
    return judge.describe() if isinstance(judge, ModelJudge) else {}


def _sum_spent(session: "Session", run_id: str) -> tuple[float, list[str]]:
    """US dollars of the outcomes of a run, and the imports of which some wait for a batch."""
    import duckdb

    from pls_pipeline.extraction.asking import AWAITING
    from pls_pipeline.tables import EXTRACTION_OUTCOMES

    own = duckdb.ColumnExpression("run_id") == duckdb.ConstantExpression(run_id)
    rows = session.load(EXTRACTION_OUTCOMES).filter(own).project("import_key, cost_usd, status, reason").fetchall()
    awaiting = {key for key, _, status, why in rows if status == "deferred" and (why or "").startswith(AWAITING)}
    return sum(cost or 0.0 for _, cost, _, _ in rows), sorted(awaiting)
