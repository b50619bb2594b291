"""The sensor's ticks over real files, without a daemon."""

from pathlib import Path

import dagster as dg
import pytest

from pls_pipeline.imports import ImportRegistry
from pls_pipeline.orchestration.arrivals import FILES_A_LOOK
from pls_pipeline.orchestration.names import PARTITIONS
from pls_pipeline.orchestration.resources import PipelineResource
from pls_pipeline.orchestration.sensors import inbox_sensor
from tests.made_exports import resets, write_export


class Inbox:
    """An inbox and the ticks that look at it, one after the other."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "inbox"
        self.folder.mkdir()
        self.instance = dg.DagsterInstance.ephemeral()
        self._data_dir = data_dir
        self._cursor: str | None = None

    def tick(self) -> dg.SensorResult:
        """One tick; what it asks for becomes known to the instance, as the daemon does it."""
        resources = {"pipeline": PipelineResource(data_dir=str(self._data_dir))}
        with dg.build_sensor_context(self.instance, cursor=self._cursor, resources=resources) as context:
            result = inbox_sensor(context)
        assert isinstance(result, dg.SensorResult)
        self._cursor = result.cursor
        for request in result.dynamic_partitions_requests or ():
            self.instance.add_dynamic_partitions(request.partitions_def_name, request.partition_keys)
        return result

    def tell(self) -> str:
        """What one tick says when it asks for no run."""
        reason = self.tick().skip_reason
        return str(reason.skip_message) if isinstance(reason, dg.SkipReason) else str(reason)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path)


def test_a_file_is_asked_for_once_it_stands_still(inbox: Inbox) -> None:
    write_export(inbox.folder / "march.csv", resets(1))
    assert not inbox.tick().run_requests
    (request,) = inbox.tick().run_requests or ()
    assert inbox.instance.get_dynamic_partitions(PARTITIONS) == [request.partition_key]
    assert not inbox.tick().run_requests


def test_a_file_that_grows_is_waited_for(inbox: Inbox) -> None:
    path = write_export(inbox.folder / "march.csv", resets(1))
    inbox.tick()
    write_export(path, resets(1, 2))
    assert not inbox.tick().run_requests
    assert inbox.tick().run_requests


def test_a_copy_is_skipped_and_the_tick_says_of_what(inbox: Inbox) -> None:
    write_export(inbox.folder / "march.csv", resets(1))
    inbox.tick()
    inbox.tick()
    write_export(inbox.folder / "again.csv", resets(1))
    inbox.tick()
    assert "again.csv is a copy of march.csv, already imported as march-" in inbox.tell()


def test_a_refused_file_beside_a_new_one_is_told_in_the_next_tick(inbox: Inbox) -> None:
    write_export(inbox.folder / "march.csv", resets(1))
    (inbox.folder / "letter.csv").write_text("no header at all\n")
    inbox.tick()
    assert inbox.tick().run_requests
    assert "letter.csv" in inbox.tell()


def test_a_refused_file_is_told_until_it_changes_and_then_imported(inbox: Inbox, tmp_path: Path) -> None:
    letter = inbox.folder / "letter.csv"
    letter.write_text("no header at all\n")
    listed = tmp_path / "exports" / "refused_files.csv"
    inbox.tick()
    (event,) = inbox.tick().asset_events
    assert event.metadata["refused_files"].value == 1
    assert "letter.csv" in listed.read_text("utf-8-sig")
    for _ in range(2):
        look = inbox.tick()
        assert "Refused, until they change: letter.csv" in str(look.skip_reason)
        assert not look.asset_events
    write_export(letter, resets(1))
    inbox.tick()
    assert inbox.tick().run_requests
    assert not listed.exists()


def test_thousands_of_files_are_taken_by_one_look_after_the_other(inbox: Inbox) -> None:
    for number in range(2 * FILES_A_LOOK + 1):
        write_export(inbox.folder / f"export {number}.csv", resets(number + 1))
    inbox.tick()
    taken = [len(inbox.tick().run_requests or ()) for _ in range(3)]
    assert taken == [FILES_A_LOOK, FILES_A_LOOK, 1]
    assert len(inbox.instance.get_dynamic_partitions(PARTITIONS)) == 2 * FILES_A_LOOK + 1


def test_a_tick_names_what_it_ignored(inbox: Inbox) -> None:
    (inbox.folder / "old").mkdir()
    assert "Ignored (folders, hidden and temporary files): old" in inbox.tell()


def test_a_file_whose_look_was_cut_off_is_asked_for_again(inbox: Inbox, tmp_path: Path) -> None:
    path = write_export(inbox.folder / "march.csv", resets(1))
    manifest = ImportRegistry(str(tmp_path / "imports")).land(path)
    inbox.tick()
    (request,) = inbox.tick().run_requests or ()
    assert request.partition_key == manifest.import_key


def test_an_import_that_was_removed_does_not_come_back_by_itself(inbox: Inbox, tmp_path: Path) -> None:
    write_export(inbox.folder / "march.csv", resets(1))
    inbox.tick()
    (request,) = inbox.tick().run_requests or ()
    assert request.partition_key
    inbox.instance.delete_dynamic_partition(PARTITIONS, request.partition_key)
    ImportRegistry(str(tmp_path / "imports")).remove(request.partition_key)
    assert not inbox.tick().run_requests
    assert not inbox.tick().run_requests
