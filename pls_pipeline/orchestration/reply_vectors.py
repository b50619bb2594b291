"""Vectors of replies in the lake: those of the last library, so that a build computes only what is new.

Here: reading and storing them. Not here: how a vector is made (library/similarity/).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pls_pipeline.library.similarity import KeepingEmbedder, make_embedder
from pls_pipeline.tables.vectors import REPLY_VECTORS

if TYPE_CHECKING:
    from pls_pipeline.lake import Lake


def open_embedder(lake: "Lake", texts: Iterable[str]) -> KeepingEmbedder:
    """The embedder for a library of these texts, which knows the vectors of the last build."""
    import numpy as np

    inner = make_embedder(texts)
    kept = {
        row["text_hash"]: np.frombuffer(row["vector"], dtype="<f4")
        for row in lake.read(REPLY_VECTORS)
        if row["embedder"] == inner.name
    }
    return KeepingEmbedder(inner, kept)


def store_vectors(lake: "Lake", embedder: KeepingEmbedder) -> None:
    """Store the vectors that were used, and no others: what an import brought goes with it."""
    if embedder.has_changed or not lake.exists(REPLY_VECTORS):
        rows = [
            {"text_hash": key, "embedder": embedder.name, "vector": vector.astype("<f4").tobytes()}
            for key, vector in sorted(embedder.used.items())
        ]
        lake.write_records(rows, REPLY_VECTORS)
