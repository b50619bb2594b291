"""How near two texts are in meaning: vectors of texts, by a model on this machine or by words alone.

Here: Embedder and what makes one. Nearness only proposes; whether two replies are one is decided by library/gate.py.
"""

from pls_pipeline.library.similarity.embedding import Embedder, KeepingEmbedder, make_embedder
from pls_pipeline.library.similarity.lexical import LexicalEmbedder

__all__ = ["Embedder", "KeepingEmbedder", "LexicalEmbedder", "make_embedder"]
