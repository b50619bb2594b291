"""An inspection as titled tables, the same at a terminal and in Dagster.

Here: what stands in which row, in words. Not here: drawing (cli/, orchestration/), sentences (advice.py). The messages
that are shown to the user (`FileInspection.rows`) are in no section.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pls_pipeline.extraction.estimate import CostEstimate
from pls_pipeline.inspection.advice import REASONS
from pls_pipeline.inspection.records import FileContent, FileInspection, RejectedReason
from pls_pipeline.sources import ExportFacts

_ENCODINGS: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark at the beginning",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16 (big-endian)",
    "cp1252": "Windows-1252",
}
_DELIMITERS: Mapping[str, str] = {",": "comma", ";": "semicolon", "\t": "tab"}
_LINE_ENDS: Mapping[str, str] = {"LF": "LF", "CRLF": "CR LF (Windows)", "CR": "CR (old Mac)"}
_MEANINGS: Mapping[str, str] = {
    "message_id": "id of the message",
    "conversation_id": "id of the conversation",
    "body": "text",
    "created_at": "time",
    "sent_at": "time, where the other is missing",
    "recipients": "numbers of the receivers",
    "sender": "number of the sender",
    "direction": "incoming or outgoing",
    "type": "message or call",
}
_KEPT = "kept, not used"
_UNKNOWN_PRICE = "the price of {model} is not known; PLS_MODEL_PRICES sets it"
_MEMBER_KINDS: Mapping[str, str] = {
    "messages": "messages",
    "calls": "calls, counted only",
    "contacts": "contacts",
    "users": "users of the account",
    "phone_numbers": "phone numbers of the account",
    "workbook": "Excel workbook, not read",
    "other": "not read",
}


@dataclass(frozen=True)
class Section:
    """A table: its title, the names of its columns, its rows."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def describe_verdict(inspection: FileInspection) -> str:
    """One sentence: can the file be imported, and is anything lost."""
    name = inspection.file_name
    if inspection.refusal:
        return f"Cannot be imported: {inspection.refusal}"
    if not inspection.can_import:
        return f"{name}: there is nothing to import."
    if inspection.is_clean:
        return f"{name} can be imported; nothing is rejected or lost."
    return f"{name} can be imported, but not all of it."


def list_sections(inspection: FileInspection) -> list[Section]:
    """The tables of an export; none for a file that is no export."""
    content = inspection.content
    if content is None:
        return []
    sections = [
        Section("File", ("", "found"), _describe_file(inspection, content.facts)),
        Section("Columns", ("column", "taken for"), _describe_columns(content.facts)),
        Section("Rows", ("", "count"), _count_rows(content)),
        Section("Conversations", ("", "count"), _count_conversations(content)),
        Section("Cost", ("", "estimate"), _describe_cost(content.cost)),
    ]
    if content.facts.members:
        members = tuple((m.name, _MEMBER_KINDS[m.kind], m.record_count) for m in content.facts.members)
        sections.insert(1, Section("Files in the archive", ("file", "holds", "rows"), members))
    if content.rejected:
        rows = tuple((REASONS.get(r.reason, r.reason), r.count, _join_lines(r)) for r in content.rejected)
        sections.insert(-2, Section("Rejected rows", ("reason", "count", "first lines"), rows))
    return sections


def _describe_file(inspection: FileInspection, facts: ExportFacts) -> tuple[tuple[object, ...], ...]:
    messages = inspection.content.messages if inspection.content else None
    rows: list[tuple[object, ...]] = [
        ("size", f"{inspection.size_bytes:,} bytes"),
        ("kind", f"messages of {facts.source}"),
        *([("packed as", facts.container)] if facts.container != "plain" else []),
        ("encoding", _translate(facts.encoding, _ENCODINGS)),
        ("cells are parted by", _translate(facts.delimiter, _DELIMITERS)),
        ("lines end in", _translate(facts.line_end, _LINE_ENDS)),
    ]
    if messages and messages.first_at and messages.last_at:
        rows += [("first message", f"{messages.first_at:%Y-%m-%d %H:%M} UTC")]
        rows += [("last message", f"{messages.last_at:%Y-%m-%d %H:%M} UTC")]
    known = inspection.known_as
    rows.append(("imported already", f"as {known.import_key}, {known.received_at:%Y-%m-%d}" if known else "no"))
    return tuple(rows)


def _translate(found: str, words: Mapping[str, str]) -> str:
    """What was found in words; the texts of an archive that differ are joined by +."""
    return " + ".join(words.get(part, part) for part in found.split(" + "))


def _describe_columns(facts: ExportFacts) -> tuple[tuple[object, ...], ...]:
    return tuple(
        (header, _MEANINGS.get(meaning, meaning) if meaning else _KEPT) for header, meaning in facts.columns.items()
    )


def _count_rows(content: FileContent) -> tuple[tuple[object, ...], ...]:
    facts, messages = content.facts, content.messages
    known = [(f"known from {key}", count) for key, count in messages.known_by_import.items()]
    return (
        ("rows below the header", facts.record_count),
        ("rejected", facts.rejected_count),
        ("messages", facts.message_count),
        ("new messages", messages.new),
        ("repeated within the file", messages.duplicates_within),
        ("known from earlier imports", messages.known),
        *(known if len(known) <= _MOST_IMPORTS else ()),
        ("messages repaired", facts.repaired_count),
        ("rows with a lost phone number", facts.rows_with_lost_numbers),
        ("rows with a lost time", facts.rows_with_lost_times),
        ("blank lines", facts.blank_lines),
        ("repeated headers", facts.repeated_headers),
    )


_MOST_IMPORTS = 10


def _count_conversations(content: FileContent) -> tuple[tuple[object, ...], ...]:
    counts = content.conversations
    return (
        ("with new messages", counts.total),
        ("a question with an answer (eligible)", counts.eligible),
        ("automated", counts.automated),
        ("one side only", counts.one_sided),
        ("without text", counts.empty),
        ("analysed in the first run", counts.to_analyse),
        ("deferred to later runs", counts.deferred),
        *((f"automatic messages: {reason}", count) for reason, count in counts.automated_messages.items()),
    )


def _describe_cost(cost: CostEstimate) -> tuple[tuple[object, ...], ...]:
    if cost.extractor == "embedded":
        return (("extractor", "embedded"), ("cost of the first run", "0 US dollars: no model is asked"))
    price = f"{cost.cost_usd:,.2f} US dollars" if cost.cost_usd is not None else _UNKNOWN_PRICE.format(model=cost.model)
    return (
        ("extractor", cost.extractor),
        ("model", cost.model),
        ("requests", cost.requests),
        ("tokens to be read (about)", cost.prompt_tokens),
        ("tokens to be written (about)", cost.completion_tokens),
        ("cost of the first run (about)", price),
    )


def _join_lines(rejected: RejectedReason) -> str:
    lines = ", ".join(str(line) for line in rejected.first_lines)
    return f"{lines} of {rejected.member}" if rejected.member else lines
