"""What a removal does about batches of the model's provider that the import waits for.

Here: the way from a pipeline's settings to extraction/batches/withdrawing.py. Not here: the other steps of a removal
(removal.py).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline


def withdraw_batches(pipeline: "Pipeline", import_key: str) -> list[str]:
    """Cancel the batches that nobody but this import waits for; a sentence for each that it waited for."""
    from pls_pipeline.extraction.batches.collecting import utc_now
    from pls_pipeline.extraction.batches.withdrawing import withdraw_import

    return withdraw_import(pipeline.settings, import_key, utc_now())
