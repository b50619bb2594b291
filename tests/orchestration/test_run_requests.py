from dataclasses import replace
from datetime import datetime

from pls_pipeline.imports import Manifest
from pls_pipeline.orchestration.run_requests import request_import

_MANIFEST = Manifest("march-1", "march.csv", "abc", 10, datetime(2025, 9, 2, 12), 1, "openphone")


def test_one_landing_is_asked_for_with_one_run_key() -> None:
    assert request_import(_MANIFEST).run_key == request_import(_MANIFEST).run_key
    assert _MANIFEST.sha256 in str(request_import(_MANIFEST).run_key)


def test_a_file_that_was_removed_and_landed_again_gets_a_new_run_key() -> None:
    again = replace(_MANIFEST, received_at=datetime(2025, 9, 3, 12))
    assert request_import(again).run_key != request_import(_MANIFEST).run_key


def test_a_run_tells_its_file_and_who_asked_for_it() -> None:
    request = request_import(_MANIFEST)
    assert request.partition_key == "march-1"
    assert request.tags["pls/file_name"] == "march.csv"
    assert request.tags["pls/started_by"] == "inbox_sensor"
