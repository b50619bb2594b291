"""`pls import` with a model behind it: what the terminal says of tokens, dollars and budgets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pls_pipeline.cli import main
from pls_pipeline.extraction.tokens import count_request
from tests.extraction.metered_server import answer_transcript
from tests.extraction.model_server import Completion, ModelRequest, ModelServer
from tests.made_exports import resets, talk, write_export

pytestmark = pytest.mark.xdist_group("cli")


def answer(request: ModelRequest) -> Completion:
    """A pattern of each reply, for half a cent of gpt-4o."""
    found = answer_transcript(request.body["messages"][1]["content"])
    return Completion(found, prompt_tokens=1600, completion_tokens=100)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLS_EXTRACTOR", "openai")
    monkeypatch.setenv("PLS_MODEL", "gpt-4o")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    with ModelServer(answer) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        yield running


def pls(data: Path, *arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [*map(str, arguments), "--data-dir", str(data)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def history(data: Path) -> dict[str, Any]:
    [row] = json.loads(pls(data, "history", "--json").stdout)
    return dict(row)


def test_a_budget_that_is_reached_is_named_with_what_was_spent_and_what_to_do(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_export(tmp_path / "march.csv", resets(*range(1, 13)))
    monkeypatch.setenv("PLS_BUDGET_RUN_USD", "0.03")
    monkeypatch.setenv("PLS_REQUESTS_PER_MINUTE", "100000")
    first = pls(tmp_path / "data", "import", file)
    assert first.exit_code == 0, first.output
    asked = len(server.requests)
    assert 2 <= asked <= 6
    assert (
        f"{12 - asked} deferred: the budget of $0.03 a run (PLS_BUDGET_RUN_USD) is reached: ${asked * 0.005:.4f} are "
        "spent, the next request could cost $0.0"
    ) in first.output
    assert "import the file again to spend as much once more, or raise PLS_BUDGET_RUN_USD" in first.output
    [estimate] = json.loads(pls(tmp_path / "data", "import", "--estimate", file, "--json").stdout)
    left = (estimate["cost"]["conversations"], estimate["cost"]["requests"])
    assert left == (12 - asked, 12 - asked)
    assert estimate["cost"]["cost_usd"] > 0
    monkeypatch.setenv("PLS_BUDGET_RUN_USD", "1")
    second = pls(tmp_path / "data", "import", file)
    assert len(server.requests) == 12
    assert "model: 20,400 tokens, $0.0600, $0.0600 a pattern" in second.output
    row = history(tmp_path / "data")
    assert (row["deferred"], row["cost_usd"], row["cost_per_conversation_usd"]) == (0, 0.06, 0.005)
    assert row["cost_per_pattern_usd"] == 0.06


def cite(request: ModelRequest) -> Completion:
    """Cites the pattern that is offered, with the bay's number as its value; writes one where none is."""
    if not request.known:
        return answer(request)
    [reply] = [line for line in request.lines if line["from"] == "operator"]
    number = reply["text"].split("bay ")[1].rstrip(".")
    name = request.known[0]["templates"][0].split("{{")[1].split("}}")[0]
    value = {"name": name, "type": "unit_number", "description": "", "value": number, "message": reply["n"]}
    cited = {
        "category": "general", "situation": "", "trigger_messages": [1], "reply_messages": [reply["n"]],
        "known_pattern": 1, "response_template": "", "variables": [value], "confidence": 0.9,
    }  # fmt: skip
    return Completion({"patterns": [cited], "nothing_reason": None})


def test_an_approved_pattern_is_offered_to_the_next_import_and_takes_what_cites_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    march = write_export(tmp_path / "march.csv", resets(1, 2, 3))
    monkeypatch.setenv("PLS_EXTRACTOR", "embedded")
    pls(data, "import", march)
    [pattern] = json.loads(pls(data, "patterns", "--json").stdout)
    approved = pls(data, "review", "approve", pattern["pattern_id"], "--by", "Ada", "--why", "right")
    assert approved.exit_code == 0, approved.output
    monkeypatch.setenv("PLS_EXTRACTOR", "openai")
    with ModelServer(cite) as citing:
        monkeypatch.setenv("OPENAI_BASE_URL", citing.url)
        estimate = json.loads(pls(data, "import", "--estimate", write_april(tmp_path), "--json").stdout)
        assert pls(data, "import", write_april(tmp_path)).exit_code == 0
    assert [len(request.known) for request in citing.requests] == [1, 1]
    sent = sum(count_request(request.body["messages"], request.body["response_format"]) for request in citing.requests)
    assert estimate[0]["cost"]["prompt_tokens"] == sent
    [again] = json.loads(pls(data, "patterns", "--json").stdout)
    assert (again["pattern_id"], again["status"]) == (pattern["pattern_id"], "approved")
    assert (pattern["conversation_count"], again["conversation_count"]) == (3, 5)


def judge(request: ModelRequest) -> Completion:
    """A pattern of each reply; two replies of which it is asked are the same."""
    if not request.body["messages"][1]["content"].startswith("<pair>"):
        return answer(request)
    same = {"difference": "none", "same_situation": "yes", "same_guidance": "yes"}
    return Completion(same, prompt_tokens=800, completion_tokens=20)


def test_replies_that_the_rules_are_unsure_of_are_joined_by_the_model_and_stay_so_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, question = tmp_path / "data", "where are the towels?"
    said = [talk(n, question, "Towels are stacked in the basket by the door.") for n in (1, 2, 3)]
    said += [talk(n, question, "Towels are waiting in the basket by the door.") for n in (4, 5, 6)]
    file = write_export(tmp_path / "march.csv", [message for messages in said for message in messages])
    with ModelServer(judge) as judging:
        monkeypatch.setenv("OPENAI_BASE_URL", judging.url)
        imported = pls(data, "import", file)
        assert imported.exit_code == 0
        # Equal conversations are one request.
        assert len(judging.requests) == 2 + 1
        # 800 tokens read and 20 written, beside what the conversations cost.
        assert "judge of the library: $0.0022" in imported.output
        assert (history(data)["cost_usd"], history(data)["judge_cost_usd"]) == (0.01, 0.0022)
        [estimate] = json.loads(pls(data, "import", "--estimate", file, "--json").stdout)
        assert estimate["judge_at_most"]["pairs"] == 500
        assert 0.0022 * 500 < estimate["judge_at_most"]["cost_usd"] < 0.005 * 500
        [pattern] = json.loads(pls(data, "patterns", "--json").stdout)
        # A run that asks nobody joins what was joined; with the judge off the replies are two again.
        for choice, count in (("auto", 1), ("off", 2)):
            monkeypatch.setenv("PLS_EXTRACTOR", "embedded")
            monkeypatch.setenv("PLS_JUDGE", choice)
            assert pls(data, "rebuild").exit_code == 0
            assert len(json.loads(pls(data, "patterns", "--json").stdout)) == count
        assert history(data)["judge_cost_usd"] == 0.0022
        assert len(judging.requests) == 2 + 1
    assert pattern["conversation_count"] == 6


def write_april(folder: Path) -> Path:
    """Two more talks, answered like those of march."""
    return write_export(folder / "april.csv", resets(14, 15))
