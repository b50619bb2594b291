"""Stage 1: every record of an import file, as a message or as a rejected row with a reason."""

import json
from dataclasses import asdict

import dagster as dg

from pls_pipeline.orchestration.checks import import_check, judge_import
from pls_pipeline.orchestration.landed_files import import_files
from pls_pipeline.orchestration.metadata import describe_columns, divide
from pls_pipeline.orchestration.names import IMPORT_GROUP, OWNERS
from pls_pipeline.orchestration.partitions import IMPORT_FILES
from pls_pipeline.orchestration.previews import preview_messages, preview_rejected
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.soundness import unaccounted_records
from pls_pipeline.orchestration.stage_results import show_stage
from pls_pipeline.tables import CONTACTS, EXPORT_FACTS, LINE_NUMBERS, RAW_MESSAGES, REJECTED_ROWS


@dg.asset(
    deps=[import_files],
    partitions_def=IMPORT_FILES,
    group_name=IMPORT_GROUP,
    kinds={"duckdb", "parquet"},
    owners=OWNERS,
    metadata=describe_columns(RAW_MESSAGES),
)
def raw_messages(context: dg.AssetExecutionContext, pipeline: PipelineResource) -> dg.MaterializeResult[None]:
    """Every record of the import file that could be read.

    Those that could not lie in `rejected_rows`, each with its line and reason. How the file was read lies in
    `export_facts`; contacts and numbers of the account's archive, in `contacts` and `line_numbers`.
    """
    from pls_pipeline.orchestration.keeping_out import open_landed_copy
    from pls_pipeline.sources import ReadingOptions, UnreadableExportError, read_export

    key, opened = context.partition_key, pipeline.open()
    manifest = opened.registry.get(key)
    options = ReadingOptions(opened.settings.default_region, opened.settings.naive_timezone)
    try:
        with opened.session() as session, open_landed_copy(opened, session, manifest) as path:
            reading = read_export(session.connection, path, key, manifest.file_name, options)
            session.store(reading.rejected, REJECTED_ROWS, key)
            contacts = session.store(reading.contacts, CONTACTS, key)
            lines = session.store(reading.line_numbers, LINE_NUMBERS, key)
            rows = session.store(reading.messages, RAW_MESSAGES, key)
            previews = {
                "messages": preview_messages(session.load(RAW_MESSAGES, [key])),
                "rejected_rows": preview_rejected(session.load(REJECTED_ROWS, [key])),
            }
    except UnreadableExportError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    facts = asdict(reading.facts)
    facts |= {"columns": json.dumps(facts["columns"]), "members": json.dumps(facts["members"]), "import_key": key}
    opened.lake.write_records([facts], EXPORT_FACTS, key)
    counts = {
        "records_in_file": reading.facts.record_count,
        "rejected_rows": reading.facts.rejected_count,
        "rejected_rate": divide(reading.facts.rejected_count, reading.facts.record_count),
        "repaired_rows": reading.facts.repaired_count,
        "blank_lines": reading.facts.blank_lines,
        "encoding": reading.facts.encoding,
        "reader": reading.facts.reader,
        "container": reading.facts.container,
        "files_in_archive": len(reading.facts.members),
        "contacts": contacts,
        "line_numbers": lines,
    }
    context.log.info("%s messages, %s rows rejected", rows, reading.facts.rejected_count)
    stored = (RAW_MESSAGES, REJECTED_ROWS, CONTACTS, LINE_NUMBERS)
    return show_stage(opened.lake, stored, rows, counts, previews, key)


@import_check(raw_messages)
def every_record_is_accounted_for(
    context: dg.AssetCheckExecutionContext, pipeline: PipelineResource
) -> dg.AssetCheckResult:
    """Records in the file = raw messages + rejected rows."""
    with pipeline.open().session() as session:
        return judge_import(unaccounted_records(session, [context.partition_key]), context.partition_key)
