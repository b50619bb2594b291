"""Where the published files are, as the UI shows it: paths to copy, or links where a web server shows the folder.

Here: metadata. Not here: the files (publishing/). A browser follows no link from a web page to a file of its machine,
so that without PLS_EXPORTS_URL paths are all that can be given.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import dagster as dg

if TYPE_CHECKING:
    from pls_pipeline.settings import Settings

_REPORT = ("report/index.html", "report.html")


def link_files(settings: "Settings", files: Sequence[Path]) -> dict[str, dg.MetadataValue[Any]]:
    """Entries `report` and `file: NAME` for the folder's files, `folder`, and `database`, which is always a path."""
    folder, base = settings.exports_path, settings.exports_url.rstrip("/")
    names = [path.relative_to(folder).as_posix() for path in files if path.is_relative_to(folder)]
    report = next((name for name in _REPORT if name in names), None)

    def point(name: str) -> dg.MetadataValue[Any]:
        return dg.MetadataValue.url(f"{base}/{quote(name)}") if base else dg.MetadataValue.path(str(folder / name))

    return {
        **({"report": point(report)} if report else {}),
        "folder": dg.MetadataValue.path(str(folder)),
        "database": dg.MetadataValue.path(str(settings.warehouse_path)),
        **{f"file: {name}": point(name) for name in names if name not in _REPORT},
    }
