"""The fifteen damaged exports, imported in order: the lake must hold what their truth says.

The exports and the scorer lie beside the repository and are not part of it; without them the test is skipped. Other
seeds: write exports with the corpus's `gen_messy.py --out DIR` and set PLS_MESSY_EXPORTS to DIR (or to DIR,DIR).
"""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from pls_pipeline.imports import AlreadyImportedError, ImportRegistry
from pls_pipeline.lake import Lake, open_connection
from pls_pipeline.sources import read_export
from pls_pipeline.tables import RAW_MESSAGES, REJECTED_ROWS
from tests.message_rows import claim, group

CORPUS = Path(__file__).resolve().parents[1] / "../shared/eval"
OTHERS = [Path(folder) for folder in os.environ.get("PLS_MESSY_EXPORTS", "").split(",") if folder]


def import_in_order(files: list[Path], data_dir: Path) -> list[str]:
    """Import the files one after the other; return the names of those refused because their content is known."""
    registry, lake = ImportRegistry(str(data_dir / "imports")), Lake(str(data_dir / "lake"))
    earlier: list[str] = []
    refused: list[str] = []
    for file in files:
        try:
            manifest = registry.land(file)
        except AlreadyImportedError:
            refused.append(file.name)
            continue
        key = manifest.import_key
        with registry.local_file(key) as path, open_connection() as connection:
            reading = read_export(connection, path, key, manifest.file_name)
            lake.write(reading.messages, RAW_MESSAGES, key)
            lake.write(reading.rejected, REJECTED_ROWS, key)
        claim(lake, key)
        group(lake, key, earlier)
        earlier.append(key)
    return refused


@pytest.mark.parametrize("folder", [None, *OTHERS], ids=str)
def test_damaged_exports_give_exactly_their_truth(tmp_path: Path, folder: Path | None) -> None:
    if not (CORPUS / "messy").is_dir():
        pytest.skip(f"no corpus at {CORPUS}")
    if folder is None:
        folder = tmp_path / "messy"
        with tarfile.open(next((CORPUS / "messy").glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
    facts = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    refused = import_in_order(sorted((folder / "exports").iterdir()), tmp_path / "data")
    assert refused == [file["file"] for file in facts["files"] if "identical_to" in file]
    scorer = [sys.executable, str(CORPUS / "score_messy.py"), str(tmp_path / "data"), str(folder)]
    scored = subprocess.run(scorer, capture_output=True, text=True)
    assert scored.returncode == 0, scored.stdout + scored.stderr
    assert f"conversations {facts['totals']['conversations']} differences 0" in scored.stdout
