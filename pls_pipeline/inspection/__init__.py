"""Looking at a file before it is imported: what the pipeline would make of it, without keeping anything.

Here: the inspection, its record, and its words and tables for a person. Not here: opening the lake
(orchestration/inspecting.py), or showing (cli/, orchestration/inspection_job.py).
"""

from pls_pipeline.inspection.inspecting import InspectionOptions, KnownImports, inspect_export
from pls_pipeline.inspection.records import FileInspection, KnownFile

__all__ = ["FileInspection", "InspectionOptions", "KnownFile", "KnownImports", "inspect_export"]
