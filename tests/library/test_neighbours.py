"""Leaders are looked up exactly, however many came before a reply and whatever was computed at once."""

import numpy as np

from pls_pipeline.library.neighbours import Leaders, Search


def test_a_search_finds_what_looking_at_all_leaders_finds() -> None:
    chance = np.random.default_rng(3)
    vectors = chance.normal(size=(900, 12)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    leaders = Leaders(12)
    search = Search(leaders, vectors)
    for place, vector in enumerate(vectors):
        found = search.find_next(7, 0.4)
        cosines = {number: float(vectors[number] @ vector) for number in leaders.numbers}
        nearest = sorted((-cosine, number) for number, cosine in cosines.items() if cosine >= 0.4)[:7]
        assert np.allclose([cosine for cosine, _ in found], [-cosine for cosine, _ in nearest], atol=1e-5)
        assert {number for _, number in found} == {number for _, number in nearest}
        if place % 3:
            leaders.add(place, vector)


def test_of_leaders_that_are_equally_near_the_first_comes_first() -> None:
    vectors = np.tile(np.array([[0.6, 0.8]], dtype=np.float32), (600, 1))
    leaders = Leaders(2)
    search = Search(leaders, vectors)
    for place, vector in enumerate(vectors):
        assert [number for _, number in search.find_next(2, 0.9)] == list(range(min(place, 2)))
        leaders.add(place, vector)
