"""The tables of the lake: names, columns, DuckDB types and what each column means.

Here: the contract that code, checks, Dagster metadata and readers of the files share, a module for each part of a
message's way. Not here: any rule that fills a table.
Times are UTC, stored as TIMESTAMP. Keys are text. JSON is text that holds JSON.
"""

from pls_pipeline.tables.conversations import GROUPED_CONVERSATIONS
from pls_pipeline.tables.extraction import EXTRACTED_PATTERNS, EXTRACTION_OUTCOMES, REJECTED_CANDIDATES
from pls_pipeline.tables.files import CONTACTS, EXPORT_FACTS, LINE_NUMBERS, RAW_MESSAGES, REJECTED_ROWS
from pls_pipeline.tables.forgetting import FORGOTTEN_CUSTOMERS
from pls_pipeline.tables.identity import PATTERN_EVIDENCE, REMOVED_IMPORTS, REVIEW_DECISIONS
from pls_pipeline.tables.library import (
    MERGE_DECISIONS,
    PATTERN_ALIASES,
    PATTERN_LIBRARY,
    PATTERN_PROVENANCE,
    PATTERN_VERSIONS,
)
from pls_pipeline.tables.messages import DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, MESSAGE_LEDGER
from pls_pipeline.tables.schema import Column, Table, parse_columns

ALL = (
    RAW_MESSAGES, REJECTED_ROWS, EXPORT_FACTS, CONTACTS, LINE_NUMBERS,
    DEDUPLICATED_MESSAGES, DUPLICATE_ROWS, MESSAGE_LEDGER,
    GROUPED_CONVERSATIONS, EXTRACTION_OUTCOMES,
    EXTRACTED_PATTERNS, REJECTED_CANDIDATES, PATTERN_LIBRARY, PATTERN_VERSIONS, PATTERN_ALIASES, PATTERN_PROVENANCE,
    MERGE_DECISIONS, REVIEW_DECISIONS, PATTERN_EVIDENCE, REMOVED_IMPORTS,
    FORGOTTEN_CUSTOMERS,
)  # fmt: skip

__all__ = [
    "ALL",
    "CONTACTS",
    "DEDUPLICATED_MESSAGES",
    "DUPLICATE_ROWS",
    "EXPORT_FACTS",
    "EXTRACTED_PATTERNS",
    "EXTRACTION_OUTCOMES",
    "FORGOTTEN_CUSTOMERS",
    "GROUPED_CONVERSATIONS",
    "LINE_NUMBERS",
    "MERGE_DECISIONS",
    "MESSAGE_LEDGER",
    "PATTERN_ALIASES",
    "PATTERN_EVIDENCE",
    "PATTERN_LIBRARY",
    "PATTERN_PROVENANCE",
    "PATTERN_VERSIONS",
    "RAW_MESSAGES",
    "REJECTED_CANDIDATES",
    "REJECTED_ROWS",
    "REMOVED_IMPORTS",
    "REVIEW_DECISIONS",
    "Column",
    "Table",
    "parse_columns",
]
