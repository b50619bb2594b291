"""The table of what the library's judge was paid, for each build that asked it.

Here: its columns. It is not among `tables.ALL`: it is written after the library it belongs to, and is no part of it.
"""

from pls_pipeline.tables.schema import Table, parse_columns

JUDGE_COSTS = Table(
    "judge_costs",
    "One row for each build of the library that asked the model about pairs of replies; a removal leaves it.",
    parse_columns("""
run_id     | VARCHAR   | Dagster run
import_key | VARCHAR   | import that the run was about; NULL for a run about none or several
asked_at   | TIMESTAMP | when the build ended
pairs      | BIGINT    | pairs asked about
cost_usd   | DOUBLE    | US dollars; NULL where the price of a request is unknown
"""),
    partitioned=False,
)
