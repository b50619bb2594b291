"""Takes files of the inbox in: each is landed, or refused with a sentence.

Here: what one look does with the files that stand still. Not here: Dagster (sensors.py), comparing looks (inbox.py).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.inbox import FileState

if TYPE_CHECKING:
    from pls_pipeline.imports import ImportRegistry, Manifest

BYTES_A_LOOK = 1024**3
"""Bytes hashed and copied by one look: a sensor's tick is cut off after 60 s."""
FILES_A_LOOK = 25
"""Files taken by one look. Thousands that are copied at once are taken by one look after the other."""
SECONDS_A_LOOK = 20.0
"""After so long a look takes no further file."""


@dataclass(frozen=True)
class Arrival:
    """A file of the inbox and its manifest, or the sentence that says why it has none.

    is_known: its content is imported already, so that nothing is wrong with it; is_tried_again: the next look may take
    it though it has not changed.
    """

    file_name: str
    manifest: "Manifest | None" = None
    refusal: str = ""
    is_known: bool = False
    is_tried_again: bool = False


def limit_bytes(files: Sequence[FileState], limit: int = BYTES_A_LOOK) -> Sequence[FileState]:
    """The first files that hold up to `limit` bytes together; one at least."""
    total = 0
    for count, file in enumerate(files):
        total += file.size
        if count and total > limit:
            return files[:count]
    return files


def take_files(
    registry: "ImportRegistry",
    inbox: Path,
    files: Iterable[FileState],
    registered: AbstractSet[str],
    clock: Callable[[], float] = time.monotonic,
) -> list[Arrival]:
    """Land each file until SECONDS_A_LOOK are over by `clock`. One that vanished meanwhile is left out.

    `registered` are the partitions of Dagster: a file that is landed and has none was taken by a look that ended before
    it could ask for the run, and is taken again.
    """
    arrivals: list[Arrival] = []
    started = clock()
    for file in files:
        if arrivals and clock() - started > SECONDS_A_LOOK:
            break
        try:
            arrivals.append(_take_file(registry, inbox / file.name, registered))
        except FileNotFoundError:
            continue
        except PermissionError:
            arrivals.append(
                Arrival(
                    file.name,
                    refusal=f"{file.name} may not be read; give this user read permission",
                    is_tried_again=True,
                )
            )
    return arrivals


def _take_file(registry: "ImportRegistry", path: Path, registered: AbstractSet[str]) -> Arrival:
    from pls_pipeline.imports import AlreadyImportedError
    from pls_pipeline.sources import UnreadableExportError

    try:
        return Arrival(path.name, registry.land(path))
    except AlreadyImportedError as known:
        manifest = known.manifest
        if manifest.import_key not in registered:
            return Arrival(path.name, manifest)
        return Arrival(path.name, refusal=describe_copy(path.name, manifest), is_known=True)
    except UnreadableExportError as error:
        sentence = str(error)
        return Arrival(path.name, refusal=sentence if sentence.startswith(path.name) else f"{path.name}: {sentence}")


def describe_copy(file_name: str, manifest: "Manifest") -> str:
    """Why a file whose content is known is not imported."""
    if file_name == manifest.file_name:
        return f"{file_name} is already imported as {manifest.import_key}"
    return f"{file_name} is a copy of {manifest.file_name}, already imported as {manifest.import_key}"
