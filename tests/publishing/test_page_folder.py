import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from pls_pipeline.publishing.report.page_folder import LIST_NAME, FolderChange, Page, write_folder

FIRST = {"index.html": "index", "patterns/a.html": "a", "patterns/b.html": "b"}


def pages(texts: Mapping[str, str]) -> list[Page]:
    return [Page(path, f"hash of {text}", lambda text=text: text) for path, text in texts.items()]  # type: ignore[misc]


def read(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != LIST_NAME
    }


def test_only_what_changed_is_written_and_what_is_stale_goes(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    assert write_folder(folder, pages(FIRST)) == FolderChange(3, 0, 0)
    kept = (folder / "patterns" / "a.html").stat().st_ino
    then = {"index.html": "new index", "patterns/a.html": "a", "patterns/c.html": "c"}
    assert write_folder(folder, pages(then)) == FolderChange(2, 1, 1)
    assert read(folder) == then
    assert (folder / "patterns" / "a.html").stat().st_ino == kept
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert write_folder(folder, pages(then)) == FolderChange(0, 3, 0)


def test_a_page_that_is_gone_or_cut_short_is_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_folder(folder, pages(FIRST))
    (folder / "patterns" / "a.html").unlink()
    (folder / "index.html").write_text("")
    assert write_folder(folder, pages(FIRST)) == FolderChange(2, 1, 0)
    assert read(folder) == FIRST


def test_a_fault_while_pages_are_made_leaves_the_old_folder(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    write_folder(folder, pages(FIRST))

    def fail() -> str:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_folder(folder, [Page("index.html", "new", lambda: "new"), Page("patterns/b.html", "new", fail)])
    assert read(folder) == FIRST
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("content", [None, "{}", "[1]", "no JSON", json.dumps({"made_by": "another", "pages": {}})])
def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")
    if content is not None:
        (folder / LIST_NAME).write_text(content)
    with pytest.raises(FileExistsError, match="no report of this program"):
        write_folder(folder, pages(FIRST))
    assert (folder / "thesis.txt").read_text() == "mine"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    write_folder(tmp_path / "report", pages(FIRST))
    assert read(tmp_path / "report") == FIRST


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / f".report.4194305-{'0' * 32}.tmp"
    left.mkdir()
    write_folder(tmp_path / "report", pages(FIRST))
    assert not left.exists()
