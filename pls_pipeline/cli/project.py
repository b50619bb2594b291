"""What every command shares: the options --data-dir and --json, the pipeline they open, errors as sentences.

Here: a decorator. Not here: output (terminal.py) or any command.
"""

import contextlib
import errno
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pls_pipeline.publishing.cells import name_unseen

if TYPE_CHECKING:
    import pydantic

    from pls_pipeline.orchestration.pipeline import Pipeline

Command = Callable[..., None]

data_dir_option = click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of inbox, imports, lake and exports.  [default: PLS_DATA_DIR, else ./data]",
)


def project_command(function: Command) -> Command:
    """Give a command the options --data-dir and --json; it gets a Pipeline and `as_json` as its first two arguments."""

    @data_dir_option
    @click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
    @functools.wraps(function)
    def command(data_dir: Path | None, as_json: bool, **options: object) -> None:
        with _as_sentences():
            function(open_pipeline(data_dir), as_json, **options)

    return command


@contextlib.contextmanager
def _as_sentences() -> Iterator[None]:
    """Faults of what lies on the disk, as sentences: a damaged table or manifest, a full disk."""
    import duckdb

    from pls_pipeline.imports import DamagedManifestError
    from pls_pipeline.postgresql import UnusableDatabaseError

    try:
        yield
    except (DamagedManifestError, UnusableDatabaseError) as error:
        raise click.ClickException(str(error)) from error
    except (duckdb.InvalidInputException, duckdb.IOException) as error:
        where = str(error).splitlines()[0]
        advice = "put the file back from a backup, or remove it and import again"
        raise click.ClickException(f"A table cannot be read or written: {where}; {advice}") from error
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EROFS, errno.EDQUOT}:
            raise
        raise click.ClickException(
            f"{error.filename or 'The data folder'}: {error.strerror}; make room, then run again"
        ) from error


def open_pipeline(data_dir: Path | None) -> "Pipeline":
    """The pipeline of a data folder, with absolute paths; raises click.ClickException where a setting is wrong."""
    import pydantic

    from pls_pipeline.orchestration.pipeline import Pipeline
    from pls_pipeline.settings import Settings

    try:
        settings = Settings(data_dir=data_dir) if data_dir else Settings()
    except pydantic.ValidationError as error:
        raise click.ClickException("; ".join(describe_settings_error(error))) from error
    return Pipeline(settings.model_copy(update={"data_dir": settings.data_dir.expanduser().absolute()}))


def describe_settings_error(error: "pydantic.ValidationError") -> list[str]:
    """A sentence for each wrong setting, without its value: it may be a key."""
    return [
        f"The setting PLS_{str(fault['loc'][0]).upper()} is wrong: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    ]


def print_json(value: object) -> None:
    """Print a value as JSON; a time is ISO 8601 in UTC, a path its text. What is not seen is written as an escape."""
    click.echo(name_unseen(json.dumps(value, ensure_ascii=False, indent=1, default=_to_json)))


def _to_json(value: object) -> str:
    from datetime import datetime

    return value.isoformat() + "Z" if isinstance(value, datetime) else str(value)
