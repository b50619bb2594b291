"""`pls dev`: the Dagster UI, its daemon and the code server, on the data folder.

Here: the environment that they get. Not here: what they load (workspace.yaml, definitions.py).
"""

import os
import sys
from pathlib import Path

import click

from pls_pipeline.cli.project import data_dir_option, open_pipeline


@click.command()
@data_dir_option
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535), help="Port of the UI.")
def dev(data_dir: Path | None, port: int) -> None:
    """Start the Dagster UI and the inbox sensor, reachable from this machine only; Ctrl-C ends them."""
    from pls_pipeline.orchestration.instance import BrokenInstanceError, locate_dagster_home, open_instance

    checkout = find_checkout()
    inside = checkout and Path.cwd().is_relative_to(checkout)
    given = data_dir.expanduser().absolute() if data_dir else None
    if checkout and inside:
        os.chdir(checkout)  # ./data and .env are those of the checkout, from whichever of its folders this is called
    settings = open_pipeline(given).settings
    home = locate_dagster_home(settings)
    try:
        with open_instance(settings):
            pass  # its tables are made before several processes look for them
    except BrokenInstanceError as error:
        raise click.ClickException(str(error)) from error
    settings.inbox_path.mkdir(parents=True, exist_ok=True)
    click.echo(f"Dagster UI: http://127.0.0.1:{port}   copy exports into {settings.inbox_path}")
    target = ["-w", str(checkout / "workspace.yaml")] if checkout else ["-m", "pls_pipeline.definitions"]
    os.execve(  # noqa: S606 - this process becomes Dagster, so that signals reach it
        sys.executable,
        [sys.executable, "-m", "dagster", "dev", "-h", "127.0.0.1", "-p", str(port), *target],
        {
            **os.environ,
            "DAGSTER_HOME": str(home),
            "PLS_DATA_DIR": str(settings.data_dir),
            "PYTHONWARNINGS": silence_supersession(os.environ.get("PYTHONWARNINGS", "")),
        },
    )


def silence_supersession(filters: str) -> str:
    """PYTHONWARNINGS with one filter more: the advice to run `dg dev`, which `pls dev` stands for."""
    # By its text: where Python reads the variable, categories of packages cannot be imported yet.
    return ",".join(filter(None, (filters, "ignore:Function `dev_command` is superseded")))


def find_checkout() -> Path | None:
    """The folder of workspace.yaml, where this package runs from a checkout."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "workspace.yaml").is_file() else None
