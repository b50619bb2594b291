"""What decisions make of one pattern: its status and the texts that a reviewer wrote.

Here: which decision holds, and for how long. Not here: which clusters are one pattern (review_replay.py).

- The latest decision on a pattern counts. It holds while the reply that it was made on is a wording of the pattern;
  that wording is then the template, however the others are counted. A rejection holds for a similar template as well.
- Where the reply has changed otherwise, the pattern is proposed again.
- Text that a reviewer wrote stands, whatever candidates say.
- A pattern without a decision follows the patterns that it took over. A pattern that no decision names is rejected (or
  retired) like one that says the same, and like one whose messages are half of its own or more while it says nearly the
  same.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pls_pipeline.library.decisions import STATUS_OF, Action, Decision, follow_merges
from pls_pipeline.library.sameness import gist, is_same_reply, is_similar

_CLOSING = frozenset({Action.REJECT, Action.RETIRE})


@dataclass(frozen=True)
class Standing:
    """`template`: what the reviewed reply is, None where candidates say it; `edits`: {column: text}.

    `decision_id`: the decision that the status rests on, None where none does.
    """

    status: str = "proposed"
    decision_id: str | None = None
    template: str | None = None
    edits: Mapping[str, str] = field(default_factory=dict)


class ReviewBook:
    """Decisions, looked up by the pattern that they are about."""

    def __init__(self, decisions: Sequence[Decision]) -> None:
        self._merged = follow_merges(decisions)
        self._by_id: defaultdict[str, list[Decision]] = defaultdict(list)
        self._by_subject: defaultdict[str, list[Decision]] = defaultdict(list)
        self._place = {decision.decision_id: place for place, decision in enumerate(decisions)}
        for decision in decisions:
            self._by_id[decision.pattern_id].append(decision)
            for subject in decision.subjects:
                self._by_subject[subject].append(decision)
        # What was rejected or retired, by what it says and by its messages: a library has many patterns to compare.
        self._closed_by_gist: dict[str, Decision] = {}
        self._closed_by_message: defaultdict[str, list[Decision]] = defaultdict(list)
        for own in self._by_id.values():
            latest = _latest_status(own)
            if latest is not None and latest.action in _CLOSING:
                self._closed_by_gist[gist(latest.reply)] = latest
                for key in latest.message_keys:
                    self._closed_by_message[key].append(latest)

    def judge(
        self, pattern_id: str, taken_over: Iterable[str], templates: Sequence[str], message_keys: AbstractSet[str]
    ) -> Standing:
        """The standing of a pattern whose wordings are `templates`, the main one first.

        `taken_over`: ids whose messages went to it by themselves.
        """
        own = self._by_id.get(pattern_id, [])
        edits = self._edits(own)
        standing = self._from_status(own, edits, templates)
        if standing is None:
            former = [item for item in sorted(taken_over) if item not in self._merged]
            inherited = [self._from_status(self._by_id.get(item, []), edits, templates) for item in former]
            standing = next((found for found in inherited if found and found.decision_id), None)
        if standing is None and pattern_id not in self._by_subject:
            standing = self._tie(templates[0], message_keys)
        standing = standing or Standing()
        shown = edits.get("response_template") or standing.template
        return Standing(standing.status, standing.decision_id, shown, edits)

    def find_latest(self, pattern_id: str, after: str | None) -> Decision | None:
        """The latest decision that changes a pattern, if it is later than the decision `after`."""
        touching = self._by_subject.get(pattern_id)
        latest = touching[-1] if touching else None
        if latest is None or (after is not None and self._place.get(after, -1) >= self._place[latest.decision_id]):
            return None
        return latest

    def _edits(self, own: Sequence[Decision]) -> dict[str, str]:
        edits: dict[str, str] = {}
        for decision in own:
            if decision.action is Action.EDIT:
                edits |= decision.fields
        return edits

    def _from_status(
        self, own: Sequence[Decision], edits: Mapping[str, str], templates: Sequence[str]
    ) -> Standing | None:
        latest = _latest_status(own)
        if latest is None:
            return None
        status = STATUS_OF[latest.action]
        if "response_template" in edits:
            written_since = any(
                decision.action is Action.EDIT and self._place[decision.decision_id] > self._place[latest.decision_id]
                for decision in own
            )
            holds = written_since or is_same_reply(latest.reply, edits["response_template"])
            return Standing(status, latest.decision_id) if holds else Standing()
        said = next((template for template in templates if is_same_reply(template, latest.reply)), None)
        if said is not None:
            return Standing(status, latest.decision_id, said)
        if latest.action in _CLOSING and is_similar(latest.reply, templates[0]):
            return Standing(status, latest.decision_id)
        return Standing()

    def _tie(self, template: str, message_keys: AbstractSet[str]) -> Standing | None:
        same = self._closed_by_gist.get(gist(template))
        if same is not None:
            return Standing(STATUS_OF[same.action], same.decision_id)
        shared: Counter[str] = Counter()
        known: dict[str, Decision] = {}
        for key in message_keys:
            for decision in self._closed_by_message.get(key, ()):
                shared[decision.decision_id] += 1
                known[decision.decision_id] = decision
        for decision_id, count in sorted(shared.items(), key=lambda item: (-item[1], -self._place[item[0]])):
            if 2 * count >= len(message_keys) and is_similar(template, known[decision_id].reply):
                return Standing(STATUS_OF[known[decision_id].action], decision_id)
        return None


def _latest_status(own: Sequence[Decision]) -> Decision | None:
    return next((decision for decision in reversed(own) if decision.action in STATUS_OF), None)
