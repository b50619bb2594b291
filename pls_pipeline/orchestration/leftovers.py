"""Files beside the lake that hold a customer: exports that lie in the inbox, review sheets there and in exports/.

Here: finding and erasing them. Not here: what is published, which is written anew (publication.py); files elsewhere.
An export whose content is imported is deleted: its landed copy stays. Another one loses his records, and stays.
Any other file that holds his number, or names a pattern that rested on his messages, is deleted.
"""

import shutil
import tempfile
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pls_pipeline.orchestration.pipeline import Session
from pls_pipeline.orchestration.publication import EXPORT_NAMES

if TYPE_CHECKING:
    from pls_pipeline.erasure.marks import Marks
    from pls_pipeline.orchestration.pipeline import Pipeline

Fate = Literal["deleted", "redacted"]


def find_leftovers(
    pipeline: "Pipeline", session: Session, marks: "Marks", patterns: AbstractSet[str]
) -> tuple[str, ...]:
    """What would become of which file: `inbox/march.csv: deleted`."""
    with tempfile.TemporaryDirectory() as folder:
        judged = _judge(pipeline, session, marks, patterns, Path(folder) / "redacted")
        return tuple(_tell(path, fate) for path, fate in judged)


def erase_leftovers(
    pipeline: "Pipeline", session: Session, marks: "Marks", patterns: AbstractSet[str]
) -> tuple[str, ...]:
    """Erase, and return what became of which file."""
    told = []
    with tempfile.TemporaryDirectory() as folder:
        redacted = Path(folder) / "redacted"
        for path, fate in _judge(pipeline, session, marks, patterns, redacted):
            if fate == "redacted":
                _put_in_place(redacted, path)
            else:
                path.unlink(missing_ok=True)
            told.append(_tell(path, fate))
    return tuple(told)


def _judge(
    pipeline: "Pipeline", session: Session, marks: "Marks", patterns: AbstractSet[str], redacted: Path
) -> Iterator[tuple[Path, Fate]]:
    """Each file that holds something; one that is to be redacted stands without his records at `redacted` meanwhile."""
    from pls_pipeline.erasure.redacting import holds_value, redact_file
    from pls_pipeline.imports import hash_content
    from pls_pipeline.sources import ReadingOptions, UnreadableExportError

    options = ReadingOptions(pipeline.settings.default_region, pipeline.settings.naive_timezone)
    for path in _files(pipeline):
        try:
            redaction = redact_file(session.connection, path, path.name, options, marks, redacted)
        except UnreadableExportError:
            if holds_value(path, marks) or _names_pattern(path, patterns):
                yield path, "deleted"
            continue
        if redaction:
            yield path, "deleted" if pipeline.registry.find_content(hash_content(path)) else "redacted"


def _files(pipeline: "Pipeline") -> list[Path]:
    settings = pipeline.settings
    # Folders of exports/ are published ones, such as the report's.
    found = [*settings.inbox_path.rglob("*"), *settings.exports_path.glob("*")]
    published = {settings.exports_path / name for name in EXPORT_NAMES}
    return sorted(path for path in found if path.is_file() and path not in published)


def _names_pattern(path: Path, patterns: AbstractSet[str]) -> bool:
    content = path.read_bytes()
    return any(pattern_id.encode() in content for pattern_id in patterns)


def _put_in_place(redacted: Path, path: Path) -> None:
    from pls_pipeline.lake import replacing

    with replacing(path) as temporary:
        shutil.copyfile(redacted, temporary)


def _tell(path: Path, fate: Fate) -> str:
    return f"{path.parent.name}/{path.name}: {fate}"
