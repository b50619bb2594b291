from pathlib import Path

from pls_pipeline.lake import Lake
from pls_pipeline.orchestration.ledger import find_earlier, read_positions, take_position


def test_positions_are_given_in_order_and_kept(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    assert [take_position(lake, key) for key in ("z", "a", "z", "m")] == [1, 2, 1, 3]
    assert read_positions(lake) == {"z": 1, "a": 2, "m": 3}


def test_earlier_imports_are_those_that_took_their_messages_before(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    for key in ("z", "a", "m"):
        take_position(lake, key)
    assert find_earlier(lake, "m") == ["z", "a"]
    assert find_earlier(lake, "z") == []
