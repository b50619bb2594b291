"""Who may read what this process writes: its owner.

Here: the mask of the process, which holds for every file, whoever makes it (DuckDB, Dagster, SQLite, exports). Not
here: folders that others made before; docs/operations.md says how they are closed.
"""

import os

_OWNER_ALONE = 0o077


def keep_files_to_owner() -> None:
    """Make new files 0600 and new folders 0700, those of this process and of all that it starts."""
    os.umask(_OWNER_ALONE)
