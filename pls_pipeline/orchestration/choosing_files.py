"""Which file a name means that a person wrote into a job's configuration.

Here: names of files in the inbox, keys and names of landed files; anything else, a path included, is refused with a
sentence. Not here: landing (imports.py), looking into the inbox (inbox.py).
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pls_pipeline.orchestration.inbox import list_inbox
from pls_pipeline.orchestration.inspecting import UnknownInboxFileError, find_in_inbox

if TYPE_CHECKING:
    from pls_pipeline.imports import Manifest
    from pls_pipeline.orchestration.pipeline import Pipeline

_SHOWN = 10


class UnknownFileError(LookupError):
    """A name that means no file, or several; one sentence says what may be written."""


def find_file(pipeline: "Pipeline", name: str) -> "Path | Manifest":
    """The file of that name in the inbox, else the landed file of that import key or name; raises UnknownFileError."""
    if name and name in {file.name for file in list_inbox(pipeline.settings.inbox_path).files}:
        try:
            return find_in_inbox(pipeline.settings.inbox_path, name)
        except UnknownInboxFileError as error:
            raise UnknownFileError(str(error)) from None
    return find_landed(pipeline.registry.manifests(), name, list_inbox(pipeline.settings.inbox_path).files)


def find_landed(manifests: "Sequence[Manifest]", name: str, inbox: Sequence[object] = ()) -> "Manifest":
    """The landed file of that import key or file name; raises UnknownFileError."""
    found = [manifest for manifest in manifests if name in {manifest.import_key, manifest.file_name}]
    if len(found) == 1:
        return found[0]
    if found:
        keys = ", ".join(manifest.import_key for manifest in found[:_SHOWN])
        raise UnknownFileError(f"Several imports brought a file of the name {name!r}: write one of {keys}.")
    asked = f"{name!r} is neither a file in the inbox nor an import" if name else "no file is named"
    raise UnknownFileError(
        f"{asked}; write the name of a file in the inbox, without folders ({len(inbox)} are there), or an import key "
        f"({_list_keys(manifests)})."
    )


def find_import(manifests: "Sequence[Manifest]", import_key: str) -> "Manifest":
    """The import of that key; raises UnknownFileError."""
    for manifest in manifests:
        if manifest.import_key == import_key:
            return manifest
    asked = f"{import_key!r} is the key of no import" if import_key else "no import is named"
    raise UnknownFileError(f"{asked}; write one of: {_list_keys(manifests)}.")


def check_plain_name(name: str) -> str:
    """The name, where it is one of a file without folders; raises UnknownFileError."""
    if not name.strip() or re.search(r"[/\\\x00-\x1f]", name) or name.startswith("."):
        raise UnknownFileError(f"{name!r} cannot name a file; write a name without folders, such as pasted.csv.")
    return name


def _list_keys(manifests: "Sequence[Manifest]") -> str:
    keys = [manifest.import_key for manifest in manifests]
    if not keys:
        return "nothing is imported yet"
    return ", ".join(keys[-_SHOWN:]) + (f" and {len(keys) - _SHOWN} earlier ones" if len(keys) > _SHOWN else "")
