"""Settings: defaults, the environment, .env.example and docs/operations.md as complete lists of them."""

import re
from pathlib import Path

import pytest
from pydantic import AliasChoices, ValidationError

from pls_pipeline.settings import Settings

EXAMPLE = Path(__file__).parents[1] / ".env.example"
OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in documented_settings():
        monkeypatch.delenv(name, raising=False)


def documented_settings() -> dict[str, tuple[str, str]]:
    """Variable -> (meaning, default) as .env.example states them."""
    entries = re.findall(r"^# (.+)\n#([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: (meaning, default) for meaning, name, default in entries}


def variable_of(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"PLS_{field.upper()}"


def read_settings(env_file: Path | None = None) -> Settings:
    return Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own argument, not a field


def test_env_example_names_every_setting_with_its_meaning() -> None:
    documented = {name: meaning for name, (meaning, _) in documented_settings().items()}
    assert documented == {variable_of(name): field.description for name, field in Settings.model_fields.items()}


def test_env_example_states_the_defaults(tmp_path: Path) -> None:
    env_file = tmp_path / "all.env"
    env_file.write_text("\n".join(f"{name}={default}" for name, (_, default) in documented_settings().items()))
    assert read_settings(env_file) == read_settings()


def test_env_example_leaves_no_default_out() -> None:
    blank = {name for name, (_, default) in documented_settings().items() if not default}
    assert blank == {
        variable_of(name) for name, field in Settings.model_fields.items() if field.default in (None, "", ())
    }


def test_operations_md_lists_the_same_settings() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| `?(.*?)`? \| (.+) \|$", OPERATIONS.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    assert {name: (meaning, default) for name, default, meaning in rows} == documented_settings()


def test_a_list_is_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLS_CATEGORIES", "booking, access,,general")
    assert read_settings().categories == ("booking", "access", "general")


def test_an_empty_variable_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLS_MODEL", "")
    assert read_settings().model == "gpt-4o"


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("PLS_CONVERSATION_LIMIT=7\nPLS_COMMIT_EVERY=3\n")
    monkeypatch.setenv("PLS_CONVERSATION_LIMIT", "9")
    settings = read_settings(env_file)
    assert (settings.conversation_limit, settings.commit_every) == (9, 3)


@pytest.mark.parametrize(
    ("extractor", "key", "in_force"),
    [
        ("auto", "", "embedded"),
        ("auto", "sk-test", "openai"),
        ("embedded", "sk-test", "embedded"),
        ("openai", "", "openai"),
    ],
)
def test_a_key_decides_the_extractor_unless_one_is_named(
    monkeypatch: pytest.MonkeyPatch, extractor: str, key: str, in_force: str
) -> None:
    monkeypatch.setenv("PLS_EXTRACTOR", extractor)
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert read_settings().extractor_in_force == in_force


def test_the_key_does_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-4711")
    assert "4711" not in repr(read_settings())


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PLS_CONVERSATION_LIMIT", "0"),
        ("PLS_GROUPING_WINDOW_HOURS", "-1"),
        ("PLS_EXTRACTOR", "gpt"),
        ("PLS_THREADS", "two"),
    ],
)
def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError, match=variable.removeprefix("PLS_").lower()):
        read_settings()


def test_folders_follow_the_data_folder_unless_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLS_DATA_DIR", "elsewhere")
    monkeypatch.setenv("PLS_LAKE_URL", "s3://bucket/lake")
    settings = read_settings()
    assert settings.lake_root == "s3://bucket/lake"
    assert settings.imports_root == "elsewhere/imports"
    assert settings.inbox_path == Path("elsewhere/inbox")
    assert settings.exports_path == Path("elsewhere/exports")
    assert settings.warehouse_path == Path("elsewhere/pls.duckdb")
