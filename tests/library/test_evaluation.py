"""Figures of a library against gold labels."""

import gzip
import importlib.util
import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pls_pipeline.library.evaluation import count_matches, score_library
from pls_pipeline.library.gold import GoldMessage, UnreadableGoldError, read_gold

REFERENCE = Path(__file__).parents[3] / "shared" / "eval" / "evaluate.py"


def row(message_id: str, pattern_id: str, template: str = "Hi", **fields: Any) -> dict[str, Any]:
    return {"message_id": message_id, "pattern_id": pattern_id, "role": "response", "template": template,
            "values": "[]", **fields}  # fmt: skip


def test_a_library_that_says_what_the_labels_say_is_perfect() -> None:
    gold = [GoldMessage(f"m{n}", f"c{n}", f"g{n % 2}", "Bay {{bay}}!", ((4, 5),)) for n in range(10)]
    values = json.dumps([{"name": "bay_number", "start": 4, "end": 5}])
    rows = [row(f"m{n}", f"p{n % 2}", "bay {{bay_number}}", values=values) for n in range(10)]
    figures = asdict(score_library(gold, rows))
    assert (figures["messages"], figures["groups"], figures["patterns"]) == (10, 2, 2)
    assert figures["duplicate_rate"] == figures["impure_rate"] == 0
    shares = {name: value for name, value in figures.items() if isinstance(value, float)}
    assert all(shares[name] == pytest.approx(1) for name in shares if not name.endswith("_rate"))


def test_an_empty_library_has_no_coverage_and_no_recall_of_variables() -> None:
    figures = score_library([GoldMessage(f"m{n}", f"c{n}", "g", "Hi", ((0, 1),)) for n in range(5)], [])
    assert (figures.coverage, figures.patterns, figures.template_exact, figures.variable_f1) == (0, 0, 0, 0)
    assert figures.bcubed_p == 1
    assert figures.bcubed_r == pytest.approx(0.2)


def test_a_value_matches_by_half_of_the_longer_and_once() -> None:
    assert count_matches([(0, 4)], [(0, 2)]) == 1
    assert count_matches([(0, 5)], [(0, 2)]) == 0
    assert count_matches([(0, 4), (0, 4)], [(0, 4)]) == 1


@pytest.mark.parametrize("seed", range(20))
def test_the_figures_are_those_of_the_reference(seed: int, tmp_path: Path) -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference scorer is not here: ../shared/eval/evaluate.py")
    spec = importlib.util.spec_from_file_location("reference", REFERENCE)
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    draw = random.Random(seed)  # noqa: S311 - a seed that fails can be run again
    gold, provenance = tmp_path / "gold.jsonl", tmp_path / "provenance.jsonl"
    conversations, rows = invent(draw)
    gold.write_text("\n".join(map(json.dumps, conversations)))
    provenance.write_text("\n".join(json.dumps({**item, "values": json.loads(item["values"])}) for item in rows))
    ours = asdict(score_library(read_gold(gold), rows, least_conversations=2))
    assert ours == pytest.approx(reference.score(str(gold), str(provenance), 2))


def invent(draw: random.Random) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Labelled conversations, and provenance that agrees with them now and then."""
    conversations, rows = [], []
    for number in range(12):
        messages: list[dict[str, Any]] = []
        for place in range(draw.randint(1, 5)):
            message: dict[str, Any] = {"id": f"m{number}_{place}", "role": draw.choice(["operator", "customer"])}
            if draw.random() < 0.9:
                message["group"] = f"g{draw.randint(0, 4)}"
            if draw.random() < 0.7:
                message["template"] = draw.choice(["Hi {{you}}!", "hi  {{me}}", "Bye"])
                message["slots"] = [{"name": "you", "start": 3, "end": draw.randint(4, 9)}]
            messages.append(message)
            if draw.random() < 0.8:
                values = [{"name": "x", "start": draw.randint(2, 4), "end": draw.randint(5, 9)}]
                chosen = draw.choice(["Hi {{x}}", "Bye."])
                rows.append(row(message["id"], f"p{draw.randint(0, 5)}", chosen, values=json.dumps(values)))
        conversations.append({"conversation_id": f"c{number}", "messages": messages})
    return conversations, rows


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "labels no message"),
        ("{", "line 1 is not as"),
        ('{"messages": []}\n[]', "line 2 is not as"),
        ('{"messages": [{"role": "operator", "group": "g"}], "conversation_id": "c"}', "line 1 lacks 'id'"),
        ('{"conversation_id": "c"}', "line 1 lacks 'messages'"),
    ],
)
def test_a_file_that_is_no_gold_names_the_line(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(text)
    with pytest.raises(UnreadableGoldError, match=sentence):
        read_gold(path)


def test_gold_may_be_packed(tmp_path: Path) -> None:
    line = {"conversation_id": "c", "messages": [{"id": "m", "role": "operator", "group": "g"}]}
    path = tmp_path / "gold.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(line).encode()))
    assert read_gold(path) == [GoldMessage("m", "c", "g")]
    path.write_bytes(b"plain")
    with pytest.raises(UnreadableGoldError, match="gzip"):
        read_gold(path)
