"""Who owned messages before whom: the positions of imports in the message ledger.

Here: taking a position and asking for the imports before one. Not here: which messages an import keeps (messages.py).
Files may be landed in one order and deduplicated in another, when several are imported at once. A conversation's
earlier messages are those of imports that deduplicated before: they are in the lake by then, whichever file arrived
first.
"""

from typing import TYPE_CHECKING

from pls_pipeline.tables import MESSAGE_LEDGER

if TYPE_CHECKING:
    from pls_pipeline.lake import Lake


def take_position(lake: "Lake", import_key: str) -> int:
    """Return the position of the import, the next one where it has none yet. The caller holds the ledger's lock."""
    positions = read_positions(lake)
    position = positions.get(import_key) or max(positions.values(), default=0) + 1
    if import_key not in positions:
        lake.write_records([{"import_key": import_key, "position": position}], MESSAGE_LEDGER, import_key)
    return position


def find_earlier(lake: "Lake", import_key: str) -> list[str]:
    """Imports that took possession of their messages before this one, in that order."""
    positions = read_positions(lake)
    own = positions[import_key]
    return sorted((key for key, position in positions.items() if position < own), key=positions.__getitem__)


def read_positions(lake: "Lake") -> dict[str, int]:
    """Position by import key."""
    return {row["import_key"]: row["position"] for row in lake.read(MESSAGE_LEDGER)}
