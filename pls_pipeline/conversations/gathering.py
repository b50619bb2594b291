"""Messages in order to conversations: lists without a copy of what is in them.

Here: where one conversation ends and the next begins, and what is counted over its messages, over arrays of many
conversations at once. Not here: the order and the marks of messages, the status of a conversation (grouping.py).
DuckDB's own lists of messages take the time of all other steps of grouping together; over rows that are sorted, a list
is two numbers.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pls_pipeline.conversations.episodes import Episodes, find_episodes
from pls_pipeline.conversations.ordering import OrderedMessages

_MESSAGE = pa.struct(
    {
        "message_key": pa.string(), "message_id": pa.string(), "import_key": pa.string(), "row_number": pa.int64(),
        "occurred_at": pa.timestamp("us"), "direction": pa.string(), "sender": pa.string(), "body": pa.string(),
        "is_new": pa.bool_(), "is_automated": pa.bool_(), "episode": pa.int64(), "automated_reason": pa.string(),
    }
)  # fmt: skip
# Columns of what gather_conversations returns.
GATHERED = pa.schema(
    {
        "conversation": pa.int64(), "started_at": pa.timestamp("us"), "ended_at": pa.timestamp("us"),
        "message_count": pa.int64(), "new_message_count": pa.int64(), "has_text": pa.bool_(),
        "only_automated": pa.bool_(), "is_answered": pa.bool_(), "print_high": pa.uint64(), "print_low": pa.uint64(),
        "automated_reasons": pa.list_(pa.string()), "messages": pa.list_(_MESSAGE),
    }
)  # fmt: skip
# Factors of digests for marks. Odd, so that different digests stay different.
_NEW, _AUTOMATED, _BEGINNING = (
    np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
_NEVER = np.iinfo(np.int64).max


class Conversations:
    """A row for each conversation, made from messages in order whenever DuckDB reads it (an Arrow stream).

    Columns: those of GATHERED and of `sides`, a row for each conversation in the order of their numbers, which count
    from 1. Only what one batch holds is in memory, and DuckDB stores one batch while the next is made.
    """

    def __init__(self, ordered: OrderedMessages, sides: pa.Table, gap: int) -> None:
        self._ordered, self._sides, self._gap = ordered, sides.drop_columns(["conversation"]), gap
        self._schema = pa.schema([*GATHERED, *self._sides.schema])

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows from the first, by Arrow's protocol for streams."""
        reader = pa.RecordBatchReader.from_batches(self._schema, self._rows())
        return reader.__arrow_c_stream__(requested_schema)

    def _rows(self) -> Iterator[pa.RecordBatch]:
        for gathered in gather_conversations(self._ordered.batches(), self._gap):
            sides = self._sides.take(pc.subtract(gathered["conversation"], 1)).combine_chunks()
            columns = [*gathered.columns, *(column.combine_chunks() for column in sides.columns)]
            yield pa.record_batch(columns, schema=self._schema)


def gather_conversations(batches: Iterable[pa.RecordBatch], gap: int) -> Iterator[pa.RecordBatch]:
    """A row for each conversation, in the order in which they come.

    Args:
        batches: messages by conversation, each conversation in order: conversation (a number), the fields
            of a message but its episode, is_question (a customer's text), is_text (a text of ours), has_text, and
            digest_high, digest_low (two UBIGINT: a hash of key and content).
        gap: a longer silence, in microseconds, begins an episode.

    Columns: conversation, started_at, ended_at, message_count, new_message_count, has_text,
    only_automated (we say something, and all of it is automatic), is_answered (of what is analysed, a question is
    followed by a new text of ours, neither automatic), print_high, print_low (two UBIGINT: of what is analysed, and of
    where its episodes begin), automated_reasons (of new messages), messages (with episode).
    """
    for batch, starts in _whole_conversations(batches):
        yield _gather(batch, starts, gap)


def _whole_conversations(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[pa.RecordBatch, NDArray[np.int64]]]:
    """Rows of whole conversations, with the places of their first messages."""
    pieces: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        starts = _find_starts(batch["conversation"].to_numpy())
        if pieces and pieces[-1]["conversation"][0] == batch["conversation"][0]:
            pieces.append(batch.slice(0, starts[1] if len(starts) > 1 else None))
            starts = starts[1:]
        if not len(starts):
            continue
        if pieces:
            yield pa.concat_batches(pieces), np.zeros(1, dtype=np.int64)
        if len(starts) > 1:
            yield batch.slice(starts[0], starts[-1] - starts[0]), starts[:-1] - starts[0]
        pieces = [batch.slice(starts[-1])]
    if pieces:
        yield pa.concat_batches(pieces), np.zeros(1, dtype=np.int64)


def _find_starts(conversations: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.flatnonzero(np.diff(conversations)) + 1))


def _gather(batch: pa.RecordBatch, starts: NDArray[np.int64], gap: int) -> pa.RecordBatch:
    is_new, is_automated = _flags(batch, "is_new"), _flags(batch, "is_automated")
    is_text, has_text = _flags(batch, "is_text"), _flags(batch, "has_text")
    instants = batch["occurred_at"].cast(pa.int64()).to_numpy()
    episodes = find_episodes(starts, instants, is_new, gap)
    ends = np.append(starts[1:], batch.num_rows)

    asked = episodes.is_shown & _flags(batch, "is_question") & ~is_automated
    answered = episodes.is_shown & is_text & ~is_automated & is_new
    first_question = np.minimum.reduceat(np.where(asked, instants, _NEVER), starts)
    last_answer = np.maximum.reduceat(np.where(answered, instants, -_NEVER), starts)
    reasons = is_new & is_automated
    fields = [pa.array(episodes.numbers) if field.name == "episode" else batch[field.name] for field in _MESSAGE]
    first_places, last_places = pa.array(starts), pa.array(ends - 1)
    high, low = (
        _fingerprint(batch[name].to_numpy(), starts, episodes, is_new, is_automated)
        for name in ("digest_high", "digest_low")
    )
    return pa.record_batch(
        {
            "conversation": batch["conversation"].take(first_places),
            "started_at": batch["occurred_at"].take(first_places),
            "ended_at": batch["occurred_at"].take(last_places),
            "message_count": pa.array(ends - starts),
            "new_message_count": pa.array(np.add.reduceat(is_new.astype(np.int64), starts)),
            "has_text": pa.array(np.logical_or.reduceat(has_text, starts)),
            "only_automated": pa.array(
                np.logical_or.reduceat(is_text, starts) & ~np.logical_or.reduceat(is_text & ~is_automated, starts)
            ),
            "is_answered": pa.array(first_question <= last_answer),
            "print_high": pa.array(high),
            "print_low": pa.array(low),
            "automated_reasons": _lists(
                np.add.reduceat(reasons.astype(np.int64), starts), batch["automated_reason"].filter(pa.array(reasons))
            ),
            "messages": _lists(ends - starts, pa.StructArray.from_arrays(fields, fields=list(_MESSAGE))),
        },
        schema=GATHERED,
    )


def _fingerprint(
    digests: NDArray[np.uint64],
    starts: NDArray[np.int64],
    episodes: Episodes,
    is_new: NDArray[np.bool_],
    is_automated: NDArray[np.bool_],
) -> NDArray[np.uint64]:
    """The xor of what is shown, which does not depend on the numbers of episodes or the order of equal times."""
    marked = np.where(is_new, digests * _NEW, digests)
    marked = np.where(is_automated, marked * _AUTOMATED, marked)
    marked ^= np.where(episodes.begins_analysed, marked * _BEGINNING, np.uint64(0))
    return np.bitwise_xor.reduceat(np.where(episodes.is_shown, marked, np.uint64(0)), starts)


def _flags(batch: pa.RecordBatch, name: str) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = batch[name].to_numpy(zero_copy_only=False)
    return flags


def _lists(lengths: NDArray[np.int64], values: pa.Array) -> pa.ListArray:
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
    return pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), values)
