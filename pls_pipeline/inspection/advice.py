"""What is said about a file, to a person who knows a spreadsheet and no more.

Here: one sentence for each thing that is wrong or worth knowing: what is so, how often and where, what to do. Not here:
counting (inspecting.py), sentences for files that are no export (sources/dialect.py), or tables (sections.py).
A sentence holds names of files and columns, counts and line numbers; no text and no number of a person.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from pls_pipeline.inspection.records import FileContent, Finding, KnownFile, RejectedReason
from pls_pipeline.sources import ExportFacts

REASONS: Mapping[str, str] = {
    "too_few_fields": "too few cells",
    "too_many_fields": "too many cells",
    "bad_quotes": "a quotation mark that is not closed",
    "too_long": "a line of more than a million characters",
    "bad_timestamp": "a time that cannot be read",
    "bad_direction": "neither incoming nor outgoing",
    "not_a_message": "a call or voicemail",
}
_UNTOUCHED = (
    "export the messages again and import that file without opening it in Excel; to look at a file in Excel, use Data, "
    "From Text/CSV, and set the type of these columns to Text"
)


def advise(file_name: str, content: FileContent, known_as: KnownFile | None) -> tuple[Finding, ...]:
    """The sentences about an export, losses first."""
    sentences = [
        *_describe_known(file_name, content, known_as),
        *_describe_missing(file_name, content),
        *_describe_rejected(content),
        *_describe_lost(content.facts),
        *_describe_mended(content),
    ]
    return tuple(sorted(sentences, key=lambda finding: finding.kind != "loss"))


def name_columns(facts: ExportFacts, *ours: str) -> str:
    """The file's own names for columns of ours, in words."""
    names = [header for header, meaning in facts.columns.items() if meaning in ours]
    return f"column{'s' if len(names) > 1 else ''} {' and '.join(names)}"


def _describe_known(file_name: str, content: FileContent, known_as: KnownFile | None) -> Iterator[Finding]:
    if known_as:
        same = f"{file_name} is already imported as {known_as.import_key}"
        if known_as.file_name != file_name:
            same += f", under the name {known_as.file_name}"
        if known_as.is_finished:
            yield Finding("note", f"{same}; importing it again adds nothing.")
        elif known_as.is_analysed:
            yield Finding("note", f"{same}; importing it again goes on with {known_as.waiting} conversations.")
        else:
            yield Finding("note", f"{same}, and that import did not finish; import it again to go on.")
    elif content.messages.new == 0 and content.facts.message_count:
        yield Finding("note", f"All messages of {file_name} are known from earlier imports; importing it adds nothing.")


def _describe_missing(file_name: str, content: FileContent) -> Iterator[Finding]:
    facts = content.facts
    if facts.record_count == 0:
        yield Finding(
            "loss",
            f"{file_name} holds the names of the columns and no message; choose a period in which there were messages "
            "and export again.",
        )
    for name in content.cut_off:
        yield Finding(
            "loss",
            f"The last row of {name} has no end: the file was cut off while it was made or copied; copy it or "
            "export the messages again.",
        )


def _describe_rejected(content: FileContent) -> Iterator[Finding]:
    for rejected in content.rejected:
        say = _ADVICE.get(rejected.reason, _say_unknown)
        yield Finding("loss", say(_count_rows(rejected), content.facts))


def _count_rows(rejected: RejectedReason) -> str:
    """As in "12 rows (first lines 4, 9 and 13 of the file, in Excel rows 4, 8 and 12)"."""
    more = "first " if rejected.count > len(rejected.first_lines) else ""
    places = f"{more}{_list('line', rejected.first_lines)} of {rejected.member or 'the file'}"
    if rejected.first_rows and rejected.first_rows != rejected.first_lines:
        places += f", in Excel {_list('row', rejected.first_rows)}"
    return f"{_number(rejected.count, 'row')} ({places})"


def _list(noun: str, numbers: Sequence[int]) -> str:
    *first, last = (str(number) for number in numbers)
    return f"{noun}s {', '.join(first)} and {last}" if first else f"{noun} {last}"


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _say_too_few(rows: str, _: ExportFacts) -> str:
    return (
        f"Left out: {rows} with fewer cells than there are columns; something is missing in these lines of the file: "
        "export the messages again, or fill in what is missing."
    )


def _say_too_many(rows: str, _: ExportFacts) -> str:
    return (
        f"Left out: {rows} with more cells than there are columns; a text holds the character that parts the cells, "
        "without quotation marks around the text: export the messages again, or put the marks in."
    )


def _say_quotes(rows: str, _: ExportFacts) -> str:
    return (
        f'Left out: {rows} in which a quotation mark (") opens a cell and none closes it; export the messages again, '
        "or put the missing mark in."
    )


def _say_long(rows: str, _: ExportFacts) -> str:
    return f"Left out: {rows} of more than a million characters, which is no message; export the messages again."


def _say_time(rows: str, facts: ExportFacts) -> str:
    return (
        f"Left out: {rows} without a time that can be read in the {name_columns(facts, 'created_at', 'sent_at')}; "
        f"write times like 2025-09-02 21:05, or {_UNTOUCHED}."
    )


def _say_direction(rows: str, facts: ExportFacts) -> str:
    return (
        f"Left out: {rows} that say neither incoming nor outgoing in the {name_columns(facts, 'direction')}; with "
        "Find and Replace in Excel, write incoming for messages from customers and outgoing for your own."
    )


def _say_call(rows: str, _: ExportFacts) -> str:
    return f"Left out: {rows} that are calls or voicemails and no messages; there is nothing to do."


def _say_unknown(rows: str, _: ExportFacts) -> str:
    return f"Left out: {rows} that cannot be read; look at these lines of the file, or export the messages again."


_ADVICE: Mapping[str, Callable[[str, ExportFacts], str]] = {
    "too_few_fields": _say_too_few,
    "too_many_fields": _say_too_many,
    "bad_quotes": _say_quotes,
    "too_long": _say_long,
    "bad_timestamp": _say_time,
    "bad_direction": _say_direction,
    "not_a_message": _say_call,
}


def _describe_lost(facts: ExportFacts) -> Iterator[Finding]:
    if facts.rows_with_lost_numbers:
        yield Finding(
            "loss",
            f"Phone numbers are lost in {_number(facts.rows_with_lost_numbers, 'row')}: Excel turned them into numbers "
            f"like 1.9E+10 in the {name_columns(facts, 'sender', 'recipients')}, and formatting the cells now does not "
            f"bring them back; {_UNTOUCHED}.",
        )
    if facts.rows_with_lost_times:
        yield Finding(
            "loss",
            f"Times are lost in {_number(facts.rows_with_lost_times, 'row')}: Excel rounded or cut them (1.9E+12, "
            f"05:34.9, ####) in the {name_columns(facts, 'created_at', 'sent_at')}; where a row has another time that "
            f"can be read, it is used; {_UNTOUCHED}.",
        )


def _describe_mended(content: FileContent) -> Iterator[Finding]:
    facts = content.facts
    if facts.repaired_count:
        yield Finding(
            "note",
            f"In {_number(facts.repaired_count, 'row')} a comma stood in the text without quotation marks; it was put "
            "back into the text.",
        )
    if facts.repeated_headers:
        yield Finding(
            "note",
            f"{_number(facts.repeated_headers, 'line')} repeat the names of the columns and are left out; no message "
            "is lost by that.",
        )
    if content.conversations.deferred:
        yield Finding(
            "note",
            f"One run analyses {content.conversations.limit:,} conversations; {content.conversations.deferred:,} wait "
            "until the file is imported again.",
        )
