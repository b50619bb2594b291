"""Encodings told apart by content."""

import codecs
from pathlib import Path

import pytest

from pls_pipeline.sources.encoding import CHUNK_BYTES, TextFormat, detect_format, read_text, settle_format

TEXT = "id,body\n1,naïve “café” £5 😀\n"


def read(path: Path) -> tuple[str, str]:
    text_format = settle_format(path, detect_format(path))
    return text_format.encoding, "".join(read_text(path, text_format))


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (TEXT.encode(), "utf-8", TEXT),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig", TEXT),
        (TEXT.encode("utf-16"), "utf-16-le", TEXT),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be", TEXT),
        (TEXT.encode("utf-16-le"), "utf-16-le", TEXT),
        (TEXT.encode("utf-16-be"), "utf-16-be", TEXT),
        (b"1,caf\xe9 \x93ok\x94 \x80", "cp1252", "1,café “ok” €"),
        (b"1,\x81\xe9", "cp1252", "1,\x81é"),
        (b"1,a\0b\0\0", "utf-8", "1,ab"),
        (b"", "utf-8", ""),
    ],
)
def test_an_encoding_is_told_by_content(tmp_path: Path, data: bytes, encoding: str, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    assert read(path) == (encoding, text)


def test_bytes_far_behind_the_head_decide_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * (CHUNK_BYTES + 5) + b"caf\xe9\n")
    assert detect_format(path).encoding == "utf-8"
    assert read(path)[0] == "cp1252"
    path.write_bytes("é".encode() * CHUNK_BYTES)
    assert read(path) == ("utf-8", "é" * CHUNK_BYTES)


def test_a_file_cut_inside_a_character_is_still_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("é 😀".encode()[:-2])
    assert read(path)[0] == "utf-8"
    path.write_bytes("abc😀".encode()[:-1])
    assert read(path)[0] == "utf-8"


def test_a_stray_byte_in_utf8_is_read_as_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("é 😀 ".encode() + b"\x80")
    assert read(path) == ("utf-8", "é 😀 €")


def test_a_lone_cr_ends_lines_only_in_a_file_without_lf(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\rb\r")
    assert detect_format(path) == TextFormat("utf-8", "\r")
    assert read(path)[1] == "a\nb\n"
    path.write_bytes(b"a\rb\n")
    assert read(path)[1] == "a\rb\n"
