"""Why a step failed, in a sentence that may be shown anywhere.

Here: the sentence. Not here: who shows it (runs.py, alert_sensor.py). An error's own text may hold that of a message,
so that of an unforeseen one only its kind is told.
"""

from collections.abc import Sequence

import dagster as dg


def explain_failure(event: dg.DagsterEvent, failed_checks: Sequence[str]) -> str:
    """The sentence of a dg.Failure, or the check that does not hold; else the step and the kind of error."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    check = next((name for name in failed_checks if event.step_key and event.step_key.endswith(name)), None)
    if check:
        return f"the check {check.replace('_', ' ')} does not hold"
    error = failure.error
    while error and error.cause:
        error = error.cause
    return f"{event.step_key} failed with {error.cls_name if error else 'an unknown error'}"
