"""From exports of text conversations to a library of reply patterns, with the way back from each pattern to its row.

The packages follow a message: sources, imports, messages, conversations, extraction, library, publishing; orchestration
and assets/ run them. docs/architecture.md has the stages, tables and laws.
"""
