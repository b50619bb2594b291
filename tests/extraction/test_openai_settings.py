"""The model's extractor from the settings, and the sentences about settings that cannot work."""

from typing import Any

import pytest

from pls_pipeline.extraction import make_extractor
from pls_pipeline.extraction.openai_settings import read_server
from pls_pipeline.extraction.records import ExtractorSettingsError
from pls_pipeline.settings import Settings


def settings(**changes: Any) -> Settings:
    # Validated without the environment and .env of whoever runs the tests.
    return Settings.model_validate(changes)


def test_the_extractor_in_force_is_made_from_the_settings() -> None:
    assert make_extractor(settings(extractor="embedded")).name == "embedded"
    made = make_extractor(settings(openai_api_key="sk-1", model="other"))
    assert (made.name, made.model) == ("openai", "other")
    assert make_extractor(settings(extractor="openai", openai_base_url="http://localhost:11434/v1")).name == "openai"


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({}, "set OPENAI_API_KEY, or OPENAI_BASE_URL"),
        ({"openai_api_key": "sk 1"}, "copy it anew"),
        ({"openai_api_key": "sk-1\N{RIGHT SINGLE QUOTATION MARK}"}, "copy it anew"),
        ({"openai_base_url": "localhost:11434"}, "must begin with http"),
        ({"openai_base_url": "http:///v1"}, "names no host"),
        ({"openai_base_url": "http://localhost:99999/v1"}, "names no host, or a port that is none"),
        ({"openai_base_url": f"http://{'a' * 70}.test/v1"}, "names no host"),
        ({"openai_base_url": "http://me:secret@localhost/v1"}, "holds a user name or a password"),
        ({"openai_base_url": "http://localhost/v1/chat/completions/"}, "must end before /chat/completions"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_advice(changes: dict[str, Any], advice: str) -> None:
    with pytest.raises(ExtractorSettingsError, match=advice):
        make_extractor(settings(extractor="openai", **changes))


def test_an_empty_address_is_the_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    # The provider's client takes the empty variable for an address.
    monkeypatch.setenv("OPENAI_BASE_URL", "")
    server = read_server(settings(openai_api_key="sk-1"))
    assert server.base_url == "https://api.openai.com/v1"
    assert "sk-1" not in repr(server)
    assert read_server(settings(openai_base_url=" http://localhost/v1 ")).base_url == "http://localhost/v1"
