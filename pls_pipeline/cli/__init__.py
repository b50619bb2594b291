"""The command `pls`: a module a command, over the same job and instance as the Dagster UI.

Here: arguments, questions, tables, sentences, exit codes. Not here: what a command does (orchestration/, publishing/).
Modules are light to import: Dagster, DuckDB and the rest are loaded by the command that needs them.
"""

from pls_pipeline.cli.main import main

__all__ = ["main"]
