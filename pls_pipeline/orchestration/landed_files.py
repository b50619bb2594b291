"""The asset `import_files`: the registry's landed files, where the lineage of every message begins.

Here: its definition, and the event of a landing. Not here: landing (imports.py), when a run is asked for
(asking_runs.py). No run makes it: whoever lands a file tells of it.
"""

from typing import TYPE_CHECKING

import dagster as dg
from dagster._core.definitions.data_version import DATA_VERSION_TAG

from pls_pipeline.orchestration.data_versions import shorten
from pls_pipeline.orchestration.metadata import describe_columns
from pls_pipeline.orchestration.names import IMPORT_GROUP, LANDED_FILES, OWNERS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.publishing.history_tables import IMPORT_FILES as IMPORT_FILES_TABLE

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest

import_files = dg.AssetSpec(
    LANDED_FILES,
    partitions_def=IMPORT_FILES,
    group_name=IMPORT_GROUP,
    kinds={"csv", "file"},
    owners=OWNERS,
    metadata=describe_columns(IMPORT_FILES_TABLE),
    description="The files that were landed: a partition each, bytes as they came, never read twice under two names. "
    "They come from the inbox, from `pls import`, and from the jobs import_file and import_pasted_csv. The data "
    "version is the hash of the content.",
)


def describe_landing(manifest: "Manifest") -> dg.AssetMaterialization:
    """The event of a landing; the file's name stands in the tags of its runs, its content nowhere in Dagster."""
    return dg.AssetMaterialization(
        LANDED_FILES,
        partition=manifest.import_key,
        metadata={
            "size_bytes": manifest.size_bytes,
            "sequence": manifest.sequence,
            "source": manifest.source,
            "sha256": manifest.sha256,
            "received_at": dg.MetadataValue.text(f"{manifest.received_at:%Y-%m-%d %H:%M:%S} UTC"),
        },
        tags={DATA_VERSION_TAG: shorten(manifest.sha256)},
    )
