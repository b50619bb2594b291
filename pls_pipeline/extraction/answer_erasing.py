"""Answers of the model that go when a customer is forgotten.

Here: emptying the files of answers to his conversations, and of answers that no conversation has any more: nobody can
tell whose these were. Not here: keeping and finding answers (answer_store.py), whose layout this follows.
An emptied file keeps its name, for it was paid: a hash and a price.
"""

from collections.abc import Set as AbstractSet

import fsspec

from pls_pipeline.extraction import answer_store, offering


def erase_answers(root: str, unwanted: AbstractSet[str], wanted: AbstractSet[str]) -> int:
    """Empty the answers under the keys `unwanted` and those under keys that are not among `wanted`; return how many."""
    filesystem, path = fsspec.core.url_to_fs(root)
    folder = f"{path.rstrip('/')}/{answer_store.FOLDER}"
    erased = 0
    for file in _files_below(filesystem, folder):
        key = file.rsplit("/", 1)[-1].split(".", 1)[0]
        if (key in wanted and key not in unwanted) or not filesystem.size(file):
            continue
        stem = file.removesuffix(answer_store.USABLE).removesuffix(answer_store.UNUSABLE)
        filesystem.pipe_file(stem + answer_store.UNUSABLE, b"")
        if file != stem + answer_store.UNUSABLE:
            filesystem.rm_file(file)
        erased += 1
    return erased


def erase_offers(root: str, pattern_ids: AbstractSet[str]) -> int:
    """Delete the records of what was offered that name one of these patterns; return how many."""
    filesystem, path = fsspec.core.url_to_fs(root)
    erased = 0
    for file in _files_below(filesystem, f"{path.rstrip('/')}/{offering.FOLDER}"):
        text = filesystem.cat_file(file).decode("utf-8", "replace")
        if any(pattern_id in text for pattern_id in pattern_ids):
            filesystem.rm_file(file)
            erased += 1
    return erased


def _files_below(filesystem: fsspec.AbstractFileSystem, folder: str) -> list[str]:
    filesystem.invalidate_cache()
    return sorted(map(str, filesystem.find(folder))) if filesystem.isdir(folder) else []
