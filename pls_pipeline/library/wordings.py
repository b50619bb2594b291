"""Wordings: templates with the messages that are instances of them.

Here: a frame's replies aligned into columns, parted where a column is a border, and written as templates. Not here: the
judgement of a column (columns.py), or which wordings mean the same (merging.py).
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pls_pipeline.library.columns import MOST_CONDITIONS, Filler, FrameFacts, Verdict, judge_column
from pls_pipeline.library.frames import Form, Frame, collect_forms, differing_runs, gather_frames
from pls_pipeline.library.free_parts import FreePart, take_free_parts
from pls_pipeline.library.held_templates import HeldReplies, take_held
from pls_pipeline.library.replies import Reply, Token
from pls_pipeline.patterns import SlotValue, Variable, template_from_body

# A word of the leader is part of the frame where this share of the replies has it; replies without it leave the frame.
FIXED_SHARE = 0.9
UNNAMED = "detail"
_NUMBER_AT_END = re.compile(r"_\d+$")


@dataclass(frozen=True)
class Instance:
    """A reply that is an instance of a wording; `values` are spans in the body of each message, by message key."""

    reply: Reply
    values: Mapping[str, tuple[SlotValue, ...]]


@dataclass(frozen=True)
class Wording:
    """A template, its variables, and its instances sorted by candidate id."""

    template: str
    variables: tuple[Variable, ...]
    instances: tuple[Instance, ...]

    @cached_property
    def conversations(self) -> frozenset[str]:
        """Conversations that hold it."""
        return frozenset(instance.reply.conversation_key for instance in self.instances)


@dataclass(frozen=True)
class _Row:
    reply: Reply
    fillers: tuple[Filler, ...]


def find_wordings(replies: Sequence[Reply], held: Iterable[str] = ()) -> list[Wording]:
    """Every reply in one wording; sorted by support, then template. The order of the replies does not matter.

    `held`: templates that keep their variables, and the replies that are instances of them (held_templates.py).
    """
    kept, free = take_held(replies, held)
    groups, others = take_free_parts(free)
    wordings = [*map(_write_held, kept), *map(_write_free_part, groups), *_find(collect_forms(others))]
    return sorted(wordings, key=lambda wording: (-len(wording.conversations), wording.template))


def _find(forms: Sequence[Form]) -> Iterator[Wording]:
    pending = gather_frames(forms)
    while pending:
        ejected: list[Form] = []
        for frame in pending:
            rows, fixed_words, left_out = _align(frame)
            ejected += left_out
            yield from _resolve(rows, fixed_words)
        pending = gather_frames(sorted(ejected, key=lambda form: (-form.support, form.tokens)))


def _align(frame: Frame) -> tuple[list[_Row], int, list[Form]]:
    """Rows of the replies that have the frame's fixed words, the number of those words, and the forms without them."""
    if len(frame.forms) == 1:
        return _align_alone(frame.forms[0])
    leader = frame.forms[0].tokens
    partners = [_partners(leader, form.tokens) for form in frame.forms]
    weight = sum(len(form.replies) for form in frame.forms)
    fixed = [
        i
        for i, token in enumerate(leader)
        if not token.startswith("<")
        and sum(len(f.replies) for f, p in zip(frame.forms, partners, strict=True) if i in p) >= FIXED_SHARE * weight
    ]
    inside: list[tuple[Form, list[range]]] = []
    left_out: list[Form] = []
    for form, partner in zip(frame.forms, partners, strict=True):
        if all(i in partner for i in fixed):
            inside.append((form, _gaps([partner[i] for i in fixed], len(form.tokens))))
        else:
            left_out.append(form)
    # A place that is empty in one reply and filled in another is an addition, not a value.
    for number in range(len(fixed) + 1):
        filled = Counter(bool(gaps[number]) for _, gaps in inside)
        if filled[True] and filled[False]:
            keep = bool(inside[0][1][number])
            left_out += [form for form, gaps in inside if bool(gaps[number]) != keep]
            inside = [(form, gaps) for form, gaps in inside if bool(gaps[number]) == keep]
        # Words beside values in one place ("3 up", "5 down") are no part of the values: a few of them part the replies.
        skeletons = [tuple(form.tokens[i] for i in gaps[number]) for form, gaps in inside]
        if 1 < len(set(skeletons)) <= MOST_CONDITIONS and all(map(_mixes, skeletons)):
            same = [form for (form, _), said in zip(inside, skeletons, strict=True) if said == skeletons[0]]
            others = [form for (form, _), said in zip(inside, skeletons, strict=True) if said != skeletons[0]]
            rows, words, more = _align(Frame(tuple(same)))
            return rows, words, left_out + others + more
    columns_of_gap = [
        _columns_of_gap([(form, gaps[number]) for form, gaps in inside]) for number in range(len(fixed) + 1)
    ]
    rows = [
        _Row(
            reply,
            tuple(
                _fill(reply, span) for number, gap in enumerate(gaps) for span in _spans(gap, columns_of_gap[number])
            ),
        )
        for form, gaps in inside
        for reply in form.replies
    ]
    return rows, len(fixed), left_out


def _align_alone(form: Form) -> tuple[list[_Row], int, list[Form]]:
    """What `_align` makes of one form: each value is a column, each word is fixed."""
    columns = [range(i, i + 1) for i, token in enumerate(form.tokens) if token.startswith("<")]
    rows = [_Row(reply, tuple(_fill(reply, column) for column in columns)) for reply in form.replies]
    return rows, len(form.tokens) - len(columns), []


def _mixes(tokens: Sequence[str]) -> bool:
    """Whether words and values stand side by side."""
    return len({token.startswith("<") for token in tokens}) > 1


def _partners(leader: Sequence[str], form: Sequence[str]) -> dict[int, int]:
    """Position in the form of each position of the leader that both have."""
    partners: dict[int, int] = {}
    left = right = 0
    for run in [*differing_runs(leader, form), (len(leader), len(leader), len(form), len(form))]:
        for offset in range(run[0] - left):
            partners[left + offset] = right + offset
        left, right = run[1], run[3]
    return partners


def _gaps(fixed: Sequence[int], length: int) -> list[range]:
    edges = [-1, *fixed, length]
    return [range(before + 1, after) for before, after in itertools.pairwise(edges)]


def _columns_of_gap(members: Sequence[tuple[Form, range]]) -> int:
    """Columns in a gap: one for each value where all replies have the same kinds of values there, else one in all."""
    kinds = {tuple(form.tokens[i] for i in gap) for form, gap in members}
    only = next(iter(kinds))
    if len(kinds) == 1 and all(token.startswith("<") for token in only):
        return len(only)
    return 1 if only else 0


def _spans(gap: range, columns: int) -> Iterator[range]:
    if columns == len(gap):
        yield from (range(i, i + 1) for i in gap)
    else:
        yield gap


def _fill(reply: Reply, span: range) -> Filler:
    tokens: Sequence[Token] = reply.tokens[span.start : span.stop]
    start, end = tokens[0].start, tokens[-1].end
    is_value = all(token.is_value for token in tokens)
    return Filler(
        reply.text[start:end], start, end, tokens[0].type if is_value else None, tokens[0].name if is_value else None
    )


def _resolve(rows: Sequence[_Row], fixed_words: int) -> Iterator[Wording]:
    """Wordings of aligned rows: parted at the border with the fewest sides until no border is left."""
    columns = list(zip(*(row.fillers for row in rows), strict=True))
    is_question = rows[0].reply.tokens[-1].text == "?"
    varied = [len({f.text.casefold() for f in column}) > 1 and column[0].type is not None for column in columns]
    verdicts = [
        judge_column(
            [(row.reply.source, filler) for row, filler in zip(rows, column, strict=True)],
            FrameFacts(fixed_words, is_question, sum(varied) - varied[number]),
        )
        for number, column in enumerate(columns)
    ]
    borders = [number for number, verdict in enumerate(verdicts) if verdict is Verdict.BORDER]
    border = min(borders, key=lambda number: (len(_sides(rows, number)), number), default=None)
    if border is None or len(_sides(rows, border)) == 1:
        yield _write(rows, [number for number, verdict in enumerate(verdicts) if verdict is Verdict.VARIABLE])
        return
    # Aligned anew, since within one side the values around the border stand in places of their own again.
    for _, side in sorted(_sides(rows, border).items()):
        yield from _find(collect_forms([row.reply for row in side]))


def _sides(rows: Sequence[_Row], column: int) -> dict[str, list[_Row]]:
    """Rows by what stands in a column."""
    sides: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        sides[" ".join(row.fillers[column].text.casefold().split())].append(row)
    return sides


def _write(rows: Sequence[_Row], variable_columns: Sequence[int]) -> Wording:
    variables = _name_columns(rows, variable_columns)
    written: list[tuple[str, Instance]] = []
    for row in rows:
        spans = [
            SlotValue(variable.name, row.fillers[number].start, row.fillers[number].end)
            for number, variable in zip(variable_columns, variables, strict=True)
        ]
        written.append((template_from_body(row.reply.text, spans), Instance(row.reply, _in_body(row.reply, spans))))
    counts = Counter(template for template, _ in written)
    template = min(counts, key=lambda text: (-counts[text], text))
    instances = sorted(
        (instance for _, instance in written), key=lambda instance: instance.reply.candidate.candidate_id
    )
    return Wording(template, tuple(dict.fromkeys(variables)), tuple(instances))


def _write_free_part(group: FreePart) -> Wording:
    """The wording of a fixed part: its free part is one variable of text."""
    variable = Variable(UNNAMED, "text")
    spans = ([SlotValue(variable.name, start, end)] for start, end in group.spans)
    return _write_out((variable,), zip(group.replies, spans, strict=True))


def _write_held(group: HeldReplies) -> Wording:
    return _write_out(group.variables, zip(group.replies, group.spans, strict=True))


def _write_out(variables: Sequence[Variable], replies: Iterable[tuple[Reply, Sequence[SlotValue]]]) -> Wording:
    """The wording of these replies and the spans of their values; its template is the one that most of them have."""
    written = [
        (template_from_body(reply.text, spans), Instance(reply, _in_body(reply, spans))) for reply, spans in replies
    ]
    counts = Counter(template for template, _ in written)
    template = min(counts, key=lambda text: (-counts[text], text))
    return Wording(template, tuple(variables), tuple(instance for _, instance in written))


def _name_columns(rows: Sequence[_Row], columns: Sequence[int]) -> list[Variable]:
    """A variable for each column; columns of one name that hold the same text in every reply share one."""
    variables: dict[tuple[str, tuple[str, ...]], Variable] = {}
    named: list[Variable] = []
    for number in columns:
        fillers = [row.fillers[number] for row in rows]
        name = _most_common(_NUMBER_AT_END.sub("", filler.name or UNNAMED) for filler in fillers)
        key = (name, tuple(filler.text.casefold() for filler in fillers))
        if key not in variables:
            taken = sum(1 for other, _ in variables if other == name)
            kind = _most_common(filler.type or "text" for filler in fillers)
            variables[key] = Variable(name if taken == 0 else f"{name}_{taken + 1}", kind)
        named.append(variables[key])
    return named


def _most_common(values: Iterable[str]) -> str:
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], value))


def _in_body(reply: Reply, spans: Sequence[SlotValue]) -> dict[str, tuple[SlotValue, ...]]:
    """Spans in the bodies, by message; a value that an edited template does not cite has none."""
    if reply.is_exact:
        return {reply.candidate.responses[0].message_key: tuple(spans)}
    found: defaultdict[str, list[SlotValue]] = defaultdict(list)
    for span in spans:
        place = reply.places.get(span.start)
        if place is not None:
            found[place.message_key].append(SlotValue(span.name, place.span.start, place.span.end))
    return {key: tuple(values) for key, values in found.items()}
