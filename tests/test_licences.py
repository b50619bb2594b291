"""docs/licences.md names every package of the lock files."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("lock_file", ["requirements.lock", "requirements-dev.lock", "requirements-deploy.lock"])
def test_every_locked_package_is_listed(lock_file: str) -> None:
    locked = re.findall(r"^([a-z0-9._-]+)==", (ROOT / lock_file).read_text(encoding="utf-8"), flags=re.MULTILINE)
    listed = set(re.findall(r"[a-z0-9._-]+", (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")))
    assert sorted(set(locked) - listed) == []
