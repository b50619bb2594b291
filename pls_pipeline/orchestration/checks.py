"""Checks as shells around facts: where they are attached, what they show.

Here: the decorator for a check of one import, and the translation of an answer into a result. Not here: what is asked
(soundness.py, library_facts.py).
"""

import warnings
from collections.abc import Callable, Mapping, Sequence

import dagster as dg

from pls_pipeline.orchestration.partitions import IMPORT_FILES

CheckFunction = Callable[..., dg.AssetCheckResult]


def import_check(
    asset: dg.AssetsDefinition, *, blocking: bool = True
) -> Callable[[CheckFunction], dg.AssetChecksDefinition]:
    """Declare a check of one import: it runs for a partition of `import_files`.

    Dagster warns that checks with partitions are a preview. They are what tells which import is unsound, so that one
    warning is silenced here.
    """

    def declare(function: CheckFunction) -> dg.AssetChecksDefinition:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Specifying a partitions_def", category=dg.PreviewWarning)
            return dg.asset_check(asset=asset, blocking=blocking, partitions_def=IMPORT_FILES)(function)

    return declare


def judge_import(offences: Mapping[str, int], import_key: str) -> dg.AssetCheckResult:
    """Passed where the import is not among the offenders; shows how many rows offend."""
    offending = offences.get(import_key, 0)
    return dg.AssetCheckResult(passed=offending == 0, metadata={"offending": offending})


def judge_ids(
    offenders: Sequence[str], severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR
) -> dg.AssetCheckResult:
    """Passed where no id offends; shows how many do, and the first ten ids."""
    return dg.AssetCheckResult(
        passed=not offenders,
        severity=severity,
        metadata={"offending": len(offenders), "first_ids": list(offenders[:10])},
    )
