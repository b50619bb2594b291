"""The work of ingestion as pandas does it: the baseline of ingest.py.

Here: raw, deduplicated and grouped, each a zstd Parquet file, in the idiom of pandas: columns at once, `groupby`, no
loop over rows. It reads a clean export only, has no context of earlier imports and no episodes: it does less.
"""

import hashlib
from pathlib import Path

import pandas as pd

WINDOW = pd.Timedelta(hours=2)
AUTOMATED = (
    r"\[auto(?:mated|matic)?\b|\bauto[- ]?(?:reply|response|responder)\b"
    r"|\b(?:reply|text|send) ['\"“]?stop['\"”]? to\b|\b(?:verification|one[- ]time) (?:pass)?(?:code|pin)\b"
)
NAMES = {
    "id": "message_id", "conversationId": "conversation_id", "from": "sender", "to": "recipients", "sentAt": "sent_at",
    "createdAt": "created_at",
}  # fmt: skip


def ingest_by_pandas(export: Path, out: Path) -> None:
    """Write raw_messages, deduplicated_messages and grouped_conversations below `out`."""
    out.mkdir(parents=True)
    raw = read_raw(export)
    raw.to_parquet(out / "raw_messages.parquet", compression="zstd", index=False)
    messages = deduplicate(raw)
    messages.to_parquet(out / "deduplicated_messages.parquet", compression="zstd", index=False)
    group(messages).to_parquet(out / "grouped_conversations.parquet", compression="zstd", index=False)


def read_raw(export: Path) -> pd.DataFrame:
    """Rows with times, numbers and directions in their normal form."""
    raw = pd.read_csv(export, dtype="str", keep_default_na=False).rename(columns=NAMES)
    raw["row_number"] = range(1, len(raw) + 1)
    raw["line_number"] = raw["body"].str.count("\n").cumsum().shift(fill_value=0) + raw["row_number"] + 1
    raw["body"] = raw["body"].str.replace("\r\n", "\n", regex=False)
    for name in ("message_id", "conversation_id", "sender", "recipients"):
        raw[name] = raw[name].str.strip().replace("", None)
    raw["direction"] = raw["direction"].str.strip().str.lower()
    raw["created_at"] = pd.to_datetime(raw["created_at"], format="ISO8601", utc=True, errors="coerce").dt.tz_localize(
        None
    )
    raw["sent_at"] = pd.to_datetime(pd.to_numeric(raw["sent_at"], errors="coerce"), unit="ms", errors="coerce")
    raw["occurred_at"] = raw["created_at"].fillna(raw["sent_at"])
    return raw[raw["occurred_at"].notna() & raw["direction"].isin(["incoming", "outgoing"])]


def deduplicate(raw: pd.DataFrame) -> pd.DataFrame:
    """The first row of each key, with a hash of what it says."""
    minute = raw["occurred_at"].dt.floor("min").astype("int64").astype("str")
    said = raw["direction"] + " " + minute + " " + raw["sender"].fillna("") + " " + raw["body"]
    digests = said.map(lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
    keyed = raw.assign(content_hash=digests.str.slice(0, 16), message_key="id:" + raw["message_id"])
    keyed["message_key"] = keyed["message_key"].fillna("text:" + digests)
    return keyed.drop_duplicates("message_key")


def group(messages: pd.DataFrame) -> pd.DataFrame:
    """A row for each conversation, its messages in order, with its status and fingerprint."""
    outgoing = messages["direction"] == "outgoing"
    rows = messages.assign(
        own_number=messages["sender"].where(outgoing, messages["recipients"]),
        other=messages["recipients"].where(outgoing, messages["sender"]),
        has_text=messages["body"].str.contains(r"\S", regex=True),
        is_automated=messages["body"].str.contains(AUTOMATED, case=False, regex=True),
    ).sort_values(["own_number", "other", "occurred_at", "row_number"])
    pair = rows["own_number"] + " " + rows["other"]
    begins = (pair != pair.shift()) | (rows["occurred_at"].diff() > WINDOW)
    rows["conversation_key"] = ("thread:" + rows["conversation_id"]).fillna("numbers:" + begins.cumsum().astype("str"))
    rows = rows.sort_values(["conversation_key", "occurred_at", "row_number"])
    by_hand = rows["has_text"] & ~rows["is_automated"]
    rows["question"] = rows["occurred_at"].where(by_hand & (rows["direction"] == "incoming"))
    rows["answer"] = rows["occurred_at"].where(by_hand & (rows["direction"] == "outgoing"))
    grouped = rows.groupby("conversation_key", sort=False)
    conversations = grouped.agg(
        conversation_id=("conversation_id", "first"),
        own_number=("own_number", "first"),
        other=("other", "first"),
        started_at=("occurred_at", "first"),
        ended_at=("occurred_at", "last"),
        message_count=("row_number", "size"),
        has_text=("has_text", "any"),
        first_question=("question", "min"),
        last_answer=("answer", "max"),
        message_keys=("message_key", list),
        occurred_at=("occurred_at", list),
        directions=("direction", list),
        senders=("sender", list),
        bodies=("body", list),
        marks=("is_automated", list),
        digests=("content_hash", "sum"),
    ).reset_index()
    conversations["fingerprint"] = conversations["digests"].map(
        lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    )
    answered = conversations["first_question"] <= conversations["last_answer"]
    conversations["status"] = answered.map({True: "eligible", False: "one_sided"}).where(
        conversations["has_text"], "empty"
    )
    return conversations.drop(columns=["digests", "first_question", "last_answer"])
