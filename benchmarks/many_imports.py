"""The UI and the sensor on an instance with many imports.

    python -m benchmarks.many_imports [--imports 1000] [--pictures FOLDER]

The registry, the partitions and a materialization of each stage for each import are made without running the stages;
the inbox holds a copy of each file. `pls dev` is then started, and measured are

- *UI*: from the command until the web server knows the assets.
- *pages*: from the address until the page shows what it is about, in Debian's chromium, the second time it is opened.
- *tick*: the longest of the sensor's looks: it lists all files, hashes 25, and compares them with the registry.
"""

import argparse
import csv
import hashlib
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from pls_pipeline.imports import Manifest, name_import
from pls_pipeline.orchestration.instance import open_instance
from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.settings import Settings
from tests.integration.serving import DevServer, wait_for

CHROMIUM = Path("/usr/bin/chromium")
STAGES = ("import_files", "raw_messages", "deduplicated_messages", "grouped_conversations", "extracted_patterns")
LIBRARY = ("pattern_library", "import_history", "published_library")
_LOOKS = 12
_PAGES = {
    "assets/raw_messages?view=partitions": "Partitions",
    "assets/extracted_patterns?view=overview": "Latest materialization",
    "assets/pattern_library?view=overview": "Latest materialization",
    "locations/pls_pipeline/jobs/import_job/partitions": "Missing",
    "runs": "Runs",
}
_TICKS = """
{ sensorOrError(sensorSelector: {
    repositoryName: "__repository__", repositoryLocationName: "pls_pipeline", sensorName: "inbox_sensor"
  }) { ... on Sensor { sensorState { ticks { status timestamp endTimestamp } } } } }
"""


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--imports", type=int, default=1000)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    if not CHROMIUM.exists():
        sys.exit(f"{CHROMIUM} is not there")
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name) / "data")
        keys = [land(settings, number) for number in range(1, options.imports + 1)]
        with open_instance(settings) as instance:
            fill(instance, keys)
        began = time.monotonic()
        with DevServer(settings.data_dir) as server:
            wait_for("the UI has the assets", lambda: server.ask("{ assetNodes { id } }").get("assetNodes"))
            print(f"{options.imports:,} imports")
            print(f"UI                      {time.monotonic() - began:6.1f} s from `pls dev`")
            ticks = wait_for("the sensor has looked", lambda: read_ticks(server), 240)
            print(f"longest of {len(ticks)} ticks     {max(ticks):6.1f} s")
            for page, seconds in open_pages(server.port, options.pictures).items():
                print(f"{page:42} {seconds:6.1f} s")


def land(settings: Settings, number: int) -> str:
    """Put a file into the registry as landing does, without its comparison with all others, and into the inbox."""
    file_name, at = f"export-{number:04}.csv", datetime(2025, 1, 1) + timedelta(hours=number)
    settings.inbox_path.mkdir(parents=True, exist_ok=True)
    path = settings.inbox_path / file_name
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "conversationId", "body", "sentAt", "to", "from", "direction", "createdAt"))
        rows.writerow((f"AC{number}", f"CN{number}", "Hello", "", "+16037891234", "+19025550100", "incoming", at))
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    key = name_import(file_name, sha256)
    folder = Path(settings.imports_root) / key
    folder.mkdir(parents=True)
    (folder / "content.csv").write_bytes(content)
    manifest = Manifest(key, file_name, sha256, len(content), at, number, "openphone")
    (folder / "manifest.json").write_text(manifest.to_json(), encoding="utf-8")
    return key


def fill(instance: dg.DagsterInstance, keys: list[str]) -> None:
    """Partitions, and what the stages would have reported."""
    instance.add_dynamic_partitions(PARTITIONS, keys)
    for stage in STAGES:
        for number, key in enumerate(keys):
            counts = {"dagster/partition_row_count": 100 + number, "rejected_rate": number % 7 / 100}
            instance.report_runless_asset_event(dg.AssetMaterialization(stage, partition=key, metadata=counts))
    for asset in LIBRARY:
        for number in range(len(keys) // 10):
            instance.report_runless_asset_event(dg.AssetMaterialization(asset, metadata={"patterns": 10 * number}))


def read_ticks(server: DevServer) -> list[float]:
    """Seconds of the sensor's looks that have ended, once there are enough."""
    state: dict[str, Any] = server.ask(_TICKS).get("sensorOrError", {}).get("sensorState", {})
    ended = [tick for tick in state.get("ticks", ()) if tick["endTimestamp"]]
    if any(tick["status"] == "FAILURE" for tick in ended):
        raise RuntimeError("a tick failed")
    return [tick["endTimestamp"] - tick["timestamp"] for tick in ended] if len(ended) >= _LOOKS else []


def open_pages(port: int, pictures: Path | None) -> dict[str, float]:
    """Seconds until each page shows what it is about; keeps a picture of each where a folder is given."""
    from playwright.sync_api import sync_playwright

    taken = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        screen = browser.new_page(viewport={"width": 1440, "height": 900})
        screen.set_default_timeout(60_000)
        for page, text in _PAGES.items():
            for _ in range(2):
                began = time.monotonic()
                screen.goto(f"http://127.0.0.1:{port}/{page}")
                screen.get_by_text(text).locator("visible=true").first.wait_for()
                taken[page] = time.monotonic() - began
            if pictures:
                screen.wait_for_timeout(3000)
                pictures.mkdir(parents=True, exist_ok=True)
                screen.screenshot(path=pictures / f"{page.split('?')[0].replace('/', '-')}.png")
        browser.close()
    return taken


if __name__ == "__main__":
    main()
