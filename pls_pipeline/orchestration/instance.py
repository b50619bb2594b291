"""The Dagster instance that the command line and the UI share.

Here: where DAGSTER_HOME lies, its dagster.yaml, and opening it. Not here: what runs in it (runs.py, jobs.py).
"""

import contextlib
import os
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import dagster as dg
from dagster._core.instance import InstanceRef
from filelock import FileLock
from sqlalchemy.exc import SQLAlchemyError
from yaml import YAMLError

from pls_pipeline.lake import replacing
from pls_pipeline.settings import Settings

CONFIG_FILE = "dagster.yaml"

# Dagster reads parts of dagster.yaml before it has checked their shape, hence TypeError.
_UNOPENABLE = (dg.DagsterError, SQLAlchemyError, YAMLError, OSError, TypeError)

# A terminal's run writes its progress to the standard streams, which the default manager would redirect into files.
_WITHOUT_COMPUTE_LOGS = {
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"}
}


def locate_dagster_home(settings: Settings) -> Path:
    """The folder of the instance: DAGSTER_HOME where it is set, else DATA_DIR/dagster; absolute."""
    return Path(os.environ.get("DAGSTER_HOME") or settings.data_dir / "dagster").expanduser().absolute()


def prepare_dagster_home(home: Path) -> Path:
    """Make the folder, and its dagster.yaml where there is none; return the file's path."""
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_FILE
    if not config.exists():
        template = resources.files("pls_pipeline.orchestration").joinpath(CONFIG_FILE)
        with replacing(config) as temporary:
            temporary.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    return config


class BrokenInstanceError(RuntimeError):
    """The instance cannot be opened; the sentence says what to do."""


@contextlib.contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance, for a process that belongs to a terminal; makes it where there is none.

    Raises BrokenInstanceError where its folder cannot be written, or dagster.yaml or its database cannot be read.
    """
    home = locate_dagster_home(settings)
    try:
        prepare_dagster_home(home)
        # Processes that open a new instance at the same moment would each make its tables.
        with FileLock(home / ".opening.lock"):
            reference = InstanceRef.from_dir(str(home), overrides=_WITHOUT_COMPUTE_LOGS)
            instance = dg.DagsterInstance.from_ref(reference)
    except _UNOPENABLE as error:
        advice = f"mend {home / CONFIG_FILE}, or delete it: it is then written anew"
        raise BrokenInstanceError(f"{home} cannot be opened ({type(error).__name__}): {advice}") from error
    with instance:
        yield instance
