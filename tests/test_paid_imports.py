"""`pls import` with a model behind it: what the terminal says of tokens, dollars and budgets."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pls_pipeline.cli import main
from tests.extraction.metered_server import answer_transcript
from tests.extraction.model_server import Completion, ModelRequest, ModelServer
from tests.made_exports import resets, write_export

pytestmark = pytest.mark.xdist_group("cli")


def answer(request: ModelRequest) -> Completion:
    """A pattern of each reply, for half a cent of gpt-4o."""
    found = answer_transcript(request.body["messages"][1]["content"])
    return Completion(found, prompt_tokens=1600, completion_tokens=100)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with ModelServer(answer) as running:
        monkeypatch.setenv("PLS_EXTRACTOR", "openai")
        monkeypatch.setenv("PLS_MODEL", "gpt-4o")
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
    monkeypatch.setenv("PLS_BUDGET_RUN_USD", "1")
    second = pls(tmp_path / "data", "import", file)
    assert len(server.requests) == 12
    assert "model: 20,400 tokens, $0.0600, $0.0600 a pattern" in second.output
    row = history(tmp_path / "data")
    assert (row["deferred"], row["cost_usd"], row["cost_per_conversation_usd"]) == (0, 0.06, 0.005)
    assert row["cost_per_pattern_usd"] == 0.06
