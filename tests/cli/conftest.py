"""Imports that the tests of the command begin with: made once, copied for each test that changes something."""

import shutil
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.made_exports import resets, write_export


def _clear_environment(patch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY", "PLS_REVIEWER"):
        patch.delenv(name, raising=False)
    patch.setenv("PLS_EXTRACTOR", "embedded")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    _clear_environment(monkeypatch)


def _import(folder: Path, *names: str) -> Terminal:
    exports = folder / "exports"
    exports.mkdir()
    write_export(exports / "march.csv", resets(1, 2, 3))
    write_export(exports / "april.csv", resets(3, 4))
    terminal = Terminal(folder / "data", exports)
    with pytest.MonkeyPatch.context() as patch:
        _clear_environment(patch)
        result = terminal.pls("import", *(exports / name for name in names))
    assert result.exit_code == 0, result.output
    return terminal


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Two overlapping exports, imported once: only for questions that change nothing."""
    return _import(tmp_path_factory.mktemp("two"), "march.csv", "april.csv")


@pytest.fixture(scope="package")
def _march(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return _import(tmp_path_factory.mktemp("one"), "march.csv")


def _copy(made: Terminal, folder: Path) -> Terminal:
    shutil.copytree(made.data_dir, folder / "data")
    shutil.copytree(made.exports, folder / "exports")
    return Terminal(folder / "data", folder / "exports")


@pytest.fixture
def terminal(made: Terminal, tmp_path: Path) -> Terminal:
    """Two overlapping exports, imported, for one test."""
    return _copy(made, tmp_path)


@pytest.fixture
def march(_march: Terminal, tmp_path: Path) -> Terminal:
    """One export, imported, for one test; april.csv lies beside it."""
    return _copy(_march, tmp_path)
