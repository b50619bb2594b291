"""What the launchpad of a job holds when a person opens it.

Here: the configuration that it begins with. Not here: fields and their meaning, which stand in each job's Config.
"""

from typing import Any

import dagster as dg


def show_fields(op: str, config: dg.Config) -> dict[str, Any]:
    """The run configuration with all fields of one op and their defaults, and nothing else that could be misread."""
    return {"ops": {op: {"config": config.model_dump()}}}
