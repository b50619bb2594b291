"""Which imports the sensor of the batches asks to run."""

from pls_pipeline.extraction.batches.watching import WatchedBatch
from pls_pipeline.orchestration.batch_sensor import choose_collections, describe_batches

ENDED = WatchedBatch("m1", ("march", "april"), is_due=True)
LATER = WatchedBatch("m2", ("march", "may"), is_due=False)


def test_every_import_that_waits_for_a_batch_that_ended_is_asked_for_once() -> None:
    assert list(choose_collections([ENDED, LATER], {"march", "april", "may"})) == ["april", "march"]


def test_an_import_that_was_removed_is_not_asked_for() -> None:
    assert list(choose_collections([ENDED, LATER], {"march", "may"})) == ["march"]


def test_the_mark_changes_when_another_batch_of_the_import_has_ended() -> None:
    first = choose_collections([ENDED, LATER], {"march"})
    assert first == choose_collections([LATER, ENDED], {"march"})
    both = choose_collections([ENDED, WatchedBatch("m2", ("march",), is_due=True)], {"march"})
    assert first["march"] != both["march"]


def test_a_look_that_asks_for_nothing_says_what_is_open() -> None:
    assert describe_batches([]) == "No batch is open."
    assert describe_batches([LATER]) == "Batches that are open: 1. Imports that wait for them: 2."
