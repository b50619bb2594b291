"""A server that cannot be reached."""

import socket

import pytest

from pls_pipeline.extraction.model_client import ServerOptions
from pls_pipeline.extraction.openai_extractor import AnalysisOptions, OpenAIExtractor
from pls_pipeline.extraction.records import ExtractionStoppedError
from pls_pipeline.extraction.runner import run_extraction
from tests.extraction.answering import CATEGORIES, LINES
from tests.extraction.conversing import conversation
from tests.extraction.made_results import MemoryStore


def test_a_run_without_a_server_stops_and_fails_no_conversation() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
    talks = [conversation(*LINES, f"> about {number}", key=f"talk {number}") for number in range(40)]
    store = MemoryStore()
    server = ServerOptions(api_key="sk-secret", base_url=address, retries=4)
    made = OpenAIExtractor(server, AnalysisOptions("gpt-4o", CATEGORIES))
    with pytest.raises(ExtractionStoppedError, match=r"no connection to 127\.0\.0\.1 can be made: check the network"):
        run_extraction(talks, made, store, import_key="one")
    assert {outcome.status for outcome in store.results.outcomes} == {"deferred"}
