"""`pls forget`: what it says before, that nothing of the customer is left anywhere, and that he stays out."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pls_pipeline.cli.project import open_pipeline
from pls_pipeline.cli.shell import open_shell
from pls_pipeline.extraction.answer_store import FOLDER, LakeAnswers
from pls_pipeline.extraction.model_answer import ModelAnswer
from pls_pipeline.orchestration.forgetting_job import REQUESTS_FILE
from pls_pipeline.orchestration.names import FORGET_JOB
from tests.cli.terminal import Terminal
from tests.made_exports import resets, talk, write_export
from tests.privacy.customers import EMAIL, NATIONAL, NUMBER, SECOND, TEXTS, write_exports
from tests.privacy.searching import find_traces

pytestmark = pytest.mark.xdist_group("privacy")


def _clear_environment(patch: pytest.MonkeyPatch) -> None:
    for name in ("DAGSTER_HOME", "PLS_DATA_DIR", "OPENAI_API_KEY", "PLS_REVIEWER"):
        patch.delenv(name, raising=False)
    patch.setenv("PLS_EXTRACTOR", "embedded")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    _clear_environment(monkeypatch)


@pytest.fixture
def terminal(_imported: Terminal, tmp_path: Path) -> Terminal:
    shutil.copytree(_imported.data_dir, tmp_path / "data")
    return Terminal(tmp_path / "data", _imported.exports)


@pytest.fixture(scope="module")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    folder = tmp_path_factory.mktemp("forget")
    (folder / "exports").mkdir()
    files = write_exports(folder / "exports")
    terminal = Terminal(folder / "data", folder / "exports")
    with pytest.MonkeyPatch.context() as patch:
        _clear_environment(patch)
        result = terminal.pls("import", *files.values())
    assert result.exit_code == 0, result.output
    return terminal


def _traces(terminal: Terminal) -> list[str]:
    return find_traces(terminal.data_dir, (*TEXTS, EMAIL), (NATIONAL, SECOND))


def test_nothing_is_left_of_a_customer_and_nothing_comes_back(terminal: Terminal, tmp_path: Path) -> None:
    data = terminal.data_dir
    patterns = {row["response_template"]: row for row in terminal.ask("patterns")}
    own = next(row for text, row in patterns.items() if "purple heron" in text)
    shared = next(row for text, row in patterns.items() if "restarted bay" in text)
    assert terminal.pls("review", "approve", own["pattern_id"], "--by", "Odile", "--why", "ok").exit_code == 0
    (data / "inbox").mkdir(exist_ok=True)
    shutil.copy(terminal.exports / "march.csv", data / "inbox")
    sheet = data / "inbox" / "sheet.csv"
    assert terminal.pls("review", "export", sheet).exit_code == 0
    new = write_export(data / "inbox" / "not_imported.csv", [*talk(1, "teal otter again", "Yes"), *resets(8)])
    answers = LakeAnswers(str(data / "lake"))
    answers.keep(
        "0" * 64,
        ModelAnswer("teal otter", refused=False, finish_reason="stop", prompt_tokens=9, completion_tokens=2),
        is_usable=True,
    )
    assert _traces(terminal)

    said = terminal.pls("forget", NUMBER, answer="n\n")
    assert said.exit_code == 1
    vanishing = next(line for line in said.output.splitlines() if line.startswith("Patterns that vanish"))
    assert own["pattern_id"] in vanishing
    assert f"Patterns that lose their approval: 1 ({own['pattern_id']})" in said.output
    assert "inbox/march.csv: deleted" in said.output
    assert not any(text in said.output for text in (NATIONAL, SECOND, EMAIL, *TEXTS))
    assert _traces(terminal)

    done = terminal.pls("forget", NUMBER, "--yes", "--json")
    assert done.exit_code == 0, done.output
    assert _traces(terminal) == []
    assert not (data / "inbox" / "march.csv").exists()
    assert not sheet.exists()
    assert new.read_text().count("[forgotten]") == 2
    assert [path.stat().st_size for path in (data / "lake" / FOLDER).rglob("*.*")] == [0]
    left = {row["pattern_id"]: row for row in terminal.ask("patterns")}
    assert own["pattern_id"] not in left
    assert left[shared["pattern_id"]]["conversation_count"] == shared["conversation_count"] - 1
    assert terminal.pls("patterns", "--at", "2035-01-01").exit_code == 0

    # The originals are known still; a later export brings him in vain, others in it are imported.
    again = terminal.ask("import", *sorted(terminal.exports.iterdir()))
    assert {row["status"] for row in again} == {"already_imported"}
    later = write_export(tmp_path / "later.csv", [*talk(1, "teal otter once more", "Yes, walrus lamp"), *resets(9)])
    (report,) = terminal.ask("import", later)
    assert (report["counts"]["rejected"], report["counts"]["new_messages"]) == (2, 2)
    assert _traces(terminal) == []


def test_an_erasure_that_was_killed_is_completed_when_it_is_repeated(terminal: Terminal) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, terminal.data_dir, NUMBER], timeout=120)
    assert killed.returncode == -signal.SIGKILL
    checked = terminal.pls("check")
    assert checked.exit_code == 1
    assert "erasures" in checked.output
    assert "pls forget" in checked.output
    half = terminal.pls("forget", NUMBER, answer="n\n")
    assert "An erasure of this customer was cut off; it is completed." in half.output
    done = terminal.ask("forget", NUMBER, "--yes")
    assert done["completed_at"]
    assert _traces(terminal) == []
    assert "not finished" not in terminal.pls("check").output
    repeated = terminal.ask("forget", NUMBER, "--yes")
    assert repeated == {"messages": 0, "imports": 0}


_KILLED = """
import os, signal, sys
from pathlib import Path
from pls_pipeline.cli.project import open_pipeline
from pls_pipeline.cli.shell import open_shell
from pls_pipeline.orchestration.forgetting import forget_customer, plan_forgetting

steps = []
def note(step):
    steps.append(step)
    if len(steps) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

pipeline = open_pipeline(Path(sys.argv[1]))
with open_shell(pipeline) as shell:
    values = plan_forgetting(pipeline, sys.argv[2]).values
    forget_customer(pipeline, shell.instance, shell.definitions, values, note)
"""


def test_who_cannot_be_forgotten(terminal: Terminal) -> None:
    for typed, sentence in (("Bob", "write the number with its area"), ("+1 603 789 1234", "only customers")):
        result = terminal.pls("forget", typed, "--yes")
        assert result.exit_code == 1
        assert sentence in result.output


def test_the_job_reads_numbers_from_a_file_that_it_empties(terminal: Terminal) -> None:
    requests = terminal.data_dir / REQUESTS_FILE
    requests.write_text(f"{NUMBER}\n", encoding="utf-8")
    pipeline = open_pipeline(terminal.data_dir)
    with open_shell(pipeline) as shell:
        job = shell.definitions.resolve_job_def(FORGET_JOB)
        for erase in (False, True):
            config = {"ops": {"forget_named_customers": {"config": {"erase": erase}}}}
            assert job.execute_in_process(instance=shell.instance, run_config=config).success
            assert requests.exists() is not erase
    assert _traces(terminal) == []
