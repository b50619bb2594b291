"""What `pls check` looks at: settings, folders, keys, the Dagster instance, unfinished imports and erasures.

Here: one function a subject, each with a sentence that says what to do. Not here: output (checking.py). No secret is
shown, nothing is written but an empty file that is deleted at once.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.cli.database_diagnosis import look_at_databases
from pls_pipeline.cli.finding import Finding
from pls_pipeline.cli.project import open_pipeline

if TYPE_CHECKING:
    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.settings import Settings


def diagnose(data_dir: Path | None) -> list[Finding]:
    """Look at everything; a fault in the settings ends the look, for all else depends on them."""
    try:
        pipeline = open_pipeline(data_dir)
    except click.ClickException as error:
        return [Finding("settings", error.message, "mend it in the environment or in .env")]
    settings = pipeline.settings
    return [
        Finding("settings", f"data folder {settings.data_dir}"),
        *_look_at_folders(settings),
        _look_at_extractor(settings),
        *_look_at_batches(settings),
        _look_at_imports(pipeline),
        *_look_at_erasures(pipeline),
        *look_at_databases(settings),
        _look_at_instance(settings),
    ]


def _look_at_folders(settings: "Settings") -> Iterator[Finding]:
    folders = {
        "inbox folder": str(settings.inbox_path),
        "imports folder": settings.imports_root,
        "lake folder": settings.lake_root,
        "exports folder": str(settings.exports_path),
    }
    for subject, place in folders.items():
        if "://" in place:
            yield Finding(subject, f"{place} (not tried)")
        else:
            yield _try_to_write(subject, Path(place))


def _try_to_write(subject: str, folder: Path) -> Finding:
    """Whether a file can be made in the folder, or the folder itself."""
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir():
        return Finding(subject, f"{nearest} is a file", "rename it, or set PLS_DATA_DIR to another folder")
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return Finding(subject, str(folder))
    except OSError as error:
        advice = "give this user the right to write, or set PLS_DATA_DIR to another folder"
        return Finding(subject, f"{nearest} cannot be written: {error.strerror}", advice)


def _look_at_extractor(settings: "Settings") -> Finding:
    if settings.extractor_in_force == "embedded":
        return Finding("extractor", "embedded; no key and no network needed")
    if settings.openai_api_key is None and not settings.openai_base_url:
        advice = "set the key, or PLS_EXTRACTOR=embedded"
        return Finding("extractor", "PLS_EXTRACTOR is openai and OPENAI_API_KEY is not set", advice)
    # A server of one's own may want none.
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    if not key.isascii() or any(character.isspace() for character in key):
        return Finding("extractor", "OPENAI_API_KEY holds blanks or characters that no key has", "copy the key anew")
    place = settings.openai_base_url or "the provider's own address"
    mode = "in batches" if settings.openai_mode == "batch" else "at once"
    return Finding("extractor", f"openai, model {settings.model}, asked {mode} at {place} (the key is not tried)")


def _look_at_batches(settings: "Settings") -> Iterator[Finding]:
    """Batches at the model's provider; nothing where there are none and none are made."""
    from pls_pipeline.extraction.batches.ledger import BatchLedger
    from pls_pipeline.extraction.records import ExtractionStoppedError

    try:
        waiting = BatchLedger(settings.lake_root).open_records()
    except ExtractionStoppedError as damaged:
        found, _, advice = str(damaged).partition(": ")
        yield Finding("batches", found, advice)
        return
    if waiting:
        requests = sum(len(record.keys) for record in waiting)
        since = f"{waiting[0].made_at:%Y-%m-%d %H:%M} UTC"
        yield Finding(
            "batches",
            f"{len(waiting)} open with {requests:,} requests, the first since {since}; "
            "`pls import` of their files, or `pls dev`, collects those that have ended",
        )
    elif settings.openai_mode == "batch" and settings.extractor_in_force == "openai":
        yield Finding("batches", "none is open")


def _look_at_imports(pipeline: "Pipeline") -> Finding:
    from pls_pipeline.cli.listing import load_history

    records = load_history(pipeline)
    unfinished = [r["import_key"] for r in records if r["status"] != "analysed" and not r["deferred"]]
    if unfinished:
        return Finding("imports", f"not finished: {', '.join(unfinished)}", "import their files again to go on")
    deferred = [record["import_key"] for record in records if record["deferred"]]
    if deferred:
        # The limit of a run is no fault; it says what the next run takes.
        return Finding("imports", f"{len(records)}; import again to analyse the deferred rest of {', '.join(deferred)}")
    return Finding("imports", f"{len(records)}, all analysed")


def _look_at_erasures(pipeline: "Pipeline") -> Iterator[Finding]:
    """An erasure that was cut off, and a secret without which the forgotten cannot be kept out."""
    from pls_pipeline.erasure.register import MissingSecretError, load_marks
    from pls_pipeline.orchestration.keeping_out import load_register

    register = load_register(pipeline.lake)
    unfinished = [item for item in register if item.completed_at is None]
    if unfinished:
        begun = ", ".join(f"{item.erasure_id} of {item.begun_at:%Y-%m-%d %H:%M} UTC" for item in unfinished)
        advice = "give the same number to `pls forget` again: it completes what was cut off"
        yield Finding("erasures", f"not finished: {begun}", advice)
        return
    try:
        load_marks(register, pipeline.settings.data_dir)
    except MissingSecretError as error:
        found, _, advice = str(error).partition(": ")
        yield Finding("erasures", found, advice)
        return
    if register:
        yield Finding("erasures", f"{len(register)}, all finished")


def _look_at_instance(settings: "Settings") -> Finding:
    from pls_pipeline.orchestration.instance import (
        CONFIG_FILE,
        BrokenInstanceError,
        locate_dagster_home,
        open_instance,
    )

    home = locate_dagster_home(settings)
    config = home / CONFIG_FILE
    if not config.exists():
        finding = _try_to_write("dagster", home)
        return finding if finding.advice else Finding("dagster", f"{home}, made by the first import or by `pls dev`")
    try:
        with open_instance(settings) as instance:
            limit = instance.get_concurrency_config().pool_config.default_pool_limit
    except BrokenInstanceError as error:
        found, _, advice = str(error).partition(": ")
        return Finding("dagster", found, advice)
    if limit != 1:
        advice = f"set concurrency.pools.default_limit to 1 in {config}"
        return Finding("dagster", f"{home}: pools let several steps in at once", advice)
    return Finding("dagster", str(home))
