"""Landing of files and their registry: content hash, import key, manifest, order of arrival.

Here: one folder an import below one root, `<import_key>/content.csv` with the bytes as they came and `manifest.json`,
which is written last: a folder without it is not registered, and landing the file again completes it. Not here: reading
the records (sources/), tables (lake.py).

The root is a path or an fsspec URL. Processes land one after the other under a lock (locks.py), so that each gets its
own sequence number.
"""

import contextlib
import dataclasses
import hashlib
import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pls_pipeline.file_names import hide_numbers
from pls_pipeline.lake import replacing
from pls_pipeline.locks import choose_locks
from pls_pipeline.object_copies import ObjectCopies, Versions
from pls_pipeline.sources import UnreadableExportError, recognise_export

_MANIFEST = "manifest.json"
_LOCK = "landing"
_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".zip", ".gz"})
_LONGEST_KEY = 80
_LONGEST_NAME = 200
_HASH_DIGITS = 8
_CHUNK_BYTES = 1 << 20
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Manifest:
    """A registered import.

    `file_name`: the user's name of the file without folders; `received_at`: naive UTC; `sequence`: order of arrival,
    from 1. `sha256` and `size_bytes` are those of the file as it came, also where `redacted_at` says when the landed
    copy lost the records of a forgotten customer (naive UTC).
    """

    import_key: str
    file_name: str
    sha256: str
    size_bytes: int
    received_at: datetime
    sequence: int
    source: str
    redacted_at: datetime | None = None

    def to_json(self) -> str:
        """The text of manifest.json."""
        fields = {**dataclasses.asdict(self), "received_at": self.received_at.isoformat()}
        fields["redacted_at"] = self.redacted_at and self.redacted_at.isoformat()
        return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """The manifest of a manifest.json."""
        fields = json.loads(text)
        redacted_at = fields.get("redacted_at")
        times = {
            "received_at": datetime.fromisoformat(fields["received_at"]),
            "redacted_at": datetime.fromisoformat(redacted_at) if redacted_at else None,
        }
        return cls(**{**fields, **times})


class DamagedManifestError(RuntimeError):
    """A manifest.json that cannot be read; the sentence names it."""


class AlreadyImportedError(ValueError):
    """The content of a file is known already; `manifest` is that of the import that brought it."""

    def __init__(self, file_name: str, manifest: Manifest) -> None:
        super().__init__(
            f"{file_name} was already imported as {manifest.import_key} "
            f"(file {manifest.file_name}, on {manifest.received_at:%Y-%m-%d})."
        )
        self.manifest = manifest


class UnknownImportError(LookupError):
    """No import of that key is registered."""


class ImportRegistry:
    """The imports below one root. `locks_url`: see Lake."""

    def __init__(self, root: str, locks_url: str | None = None) -> None:
        self._fs, path = fsspec.core.url_to_fs(root, use_listings_cache=False)
        self._is_local = isinstance(self._fs, LocalFileSystem)
        self._root: str = path.rstrip("/")
        self._copies = ObjectCopies(self._fs)
        self._locks = choose_locks(root, Path(self._root) / ".locks" if self._is_local else None, locks_url)

    def manifests(self) -> list[Manifest]:
        """All registered imports, in the order of their arrival."""
        found = self._read_folders() if self._is_local else self._read_objects()
        return sorted(found, key=lambda manifest: manifest.sequence)

    def _read_folders(self) -> Iterator[Manifest]:
        root = Path(self._root)
        for folder in root.iterdir() if root.is_dir() else ():
            with contextlib.suppress(UnknownImportError):
                yield self.get(folder.name)

    def _read_objects(self) -> Iterator[Manifest]:
        def look() -> Versions:
            found = self._copies.list_below(self._root).items()
            return {path: version for path, version in found if path.endswith(f"/{_MANIFEST}")}

        for path, copy in self._copies.fetch(look).items():
            yield self._parse(path.split("/")[-2], copy.read_bytes())

    def get(self, import_key: str) -> Manifest:
        """The manifest of an import; raises UnknownImportError."""
        unknown = UnknownImportError(f"no import is called {import_key!r}; `pls history` lists them")
        if not _KEY.fullmatch(import_key):
            raise unknown
        try:
            text = self._fs.cat_file(self._path(import_key, _MANIFEST))
        except (FileNotFoundError, NotADirectoryError):
            raise unknown from None
        return self._parse(import_key, text)

    def _parse(self, import_key: str, text: bytes) -> Manifest:
        try:
            return Manifest.from_json(text)
        except (ValueError, KeyError, TypeError) as error:
            place = self._path(import_key, _MANIFEST)
            raise DamagedManifestError(
                f"{place} is damaged; put it back from a backup, or delete its folder and import the file again"
            ) from error

    def find_content(self, sha256: str) -> Manifest | None:
        """The import that brought this content, or None."""
        return next((manifest for manifest in self.manifests() if manifest.sha256 == sha256), None)

    def land(self, path: Path, received_at: datetime | None = None) -> Manifest:
        """Register a file: recognise it, keep its bytes, write its manifest last.

        `received_at` is naive UTC; now where it is not given. Raises UnreadableExportError for a file that is no export
        or that changes meanwhile, AlreadyImportedError for content that is known. Nothing is registered then.
        """
        file_name = _plain_name(path.name)
        source = recognise_export(path, file_name)
        sha256 = hash_content(path)
        with self._locks.hold(_LOCK):
            known = self.manifests()
            earlier = next((manifest for manifest in known if manifest.sha256 == sha256), None)
            if earlier:
                raise AlreadyImportedError(file_name, earlier)
            import_key = _free_key(file_name, sha256, {manifest.import_key for manifest in known})
            self._clear(import_key)
            size = self._keep_bytes(path, self._path(import_key, _content_name(file_name)), sha256, file_name)
            manifest = Manifest(
                import_key=import_key,
                file_name=file_name,
                sha256=sha256,
                size_bytes=size,
                received_at=received_at or datetime.now(UTC).replace(tzinfo=None),
                sequence=max((manifest.sequence for manifest in known), default=0) + 1,
                source=source,
            )
            self._write_text(manifest.to_json(), self._path(import_key, _MANIFEST))
        return manifest

    @contextlib.contextmanager
    def local_file(self, import_key: str) -> Iterator[Path]:
        """The landed bytes as a file of this machine, to be read only; raises UnknownImportError."""
        content = self._path(import_key, _content_name(self.get(import_key).file_name))
        if self._is_local:
            yield Path(content)
            return
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "content"
            self._fs.get_file(content, str(copy))
            yield copy

    def replace_content(self, import_key: str, path: Path) -> None:
        """Put a redacted copy in the place of the landed bytes; the manifest says so first, and keeps the hash.

        Raises UnknownImportError, OSError.
        """
        manifest = dataclasses.replace(self.get(import_key), redacted_at=datetime.now(UTC).replace(tzinfo=None))
        self._write_text(manifest.to_json(), self._path(import_key, _MANIFEST))
        with self._writing(self._path(import_key, _content_name(manifest.file_name))) as temporary:
            shutil.copyfile(path, temporary)

    def remove(self, import_key: str) -> None:
        """Forget an import and its bytes; raises UnknownImportError. The manifest goes first."""
        with self._locks.hold(_LOCK):
            self.get(import_key)
            self._fs.rm_file(self._path(import_key, _MANIFEST))
            self._clear(import_key)

    def _path(self, import_key: str, name: str) -> str:
        return f"{self._root}/{import_key}/{name}"

    def _clear(self, import_key: str) -> None:
        """Remove what an interrupted landing or removal left."""
        folder = f"{self._root}/{import_key}"
        if self._fs.exists(folder):
            self._fs.rm(folder, recursive=True)

    def _keep_bytes(self, path: Path, target: str, sha256: str, file_name: str) -> int:
        with self._writing(target) as temporary, path.open("rb") as source, temporary.open("wb") as copy:
            digest, size = hashlib.sha256(), 0
            while chunk := source.read(_CHUNK_BYTES):
                digest.update(chunk)
                copy.write(chunk)
                size += len(chunk)
            if digest.hexdigest() != sha256:
                raise UnreadableExportError(f"{file_name} changed while it was read; import it when it is complete.")
        return size

    def _write_text(self, text: str, target: str) -> None:
        with self._writing(target) as temporary:
            temporary.write_text(text, encoding="utf-8")

    @contextlib.contextmanager
    def _writing(self, target: str) -> Iterator[Path]:
        """A local path whose content becomes the target when the block ends well."""
        if self._is_local:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            with replacing(Path(target)) as temporary:
                yield temporary
            return
        with tempfile.TemporaryDirectory() as folder:
            temporary = Path(folder) / "new"
            yield temporary
            self._fs.makedirs(target.rsplit("/", 1)[0], exist_ok=True)
            self._fs.put_file(str(temporary), target)


def hash_content(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def name_import(file_name: str, sha256: str) -> str:
    """The import key: slug of the file's stem, a hyphen, 8 digits of the hash; `[a-z0-9._-]`, at most 80 characters."""
    return _name_import(file_name, sha256, _HASH_DIGITS)


def name_member(file_name: str, member: str | None) -> str:
    """What people call the text that a row stands in: `archive.zip:member`, or the file where it is no archive."""
    return f"{file_name}:{member}" if member else file_name


def _name_import(file_name: str, sha256: str, digits: int) -> str:
    stem = Path(_plain_name(file_name)).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"\.{2,}", ".", re.sub(r"[^a-z0-9._]+", "-", plain))
    return f"{slug[: _LONGEST_KEY - digits - 1].strip('-._') or 'import'}-{sha256[:digits]}"


def _free_key(file_name: str, sha256: str, taken: set[str]) -> str:
    """The import key, with more digits of the hash where another content has it."""
    return next(
        key
        for digits in range(_HASH_DIGITS, len(sha256) + 1)
        if (key := _name_import(file_name, sha256, digits)) not in taken
    )


def _plain_name(file_name: str) -> str:
    """A file name without folders, control characters, bytes that are no text, and phone numbers."""
    name = re.split(r"[/\\]", file_name)[-1].encode("utf-8", "replace").decode("utf-8")
    printable = "".join(character if character.isprintable() else " " for character in name)
    return hide_numbers(printable).strip()[-_LONGEST_NAME:] or "file"


def _content_name(file_name: str) -> str:
    suffix = Path(file_name).suffix.lower()
    return f"content{suffix if suffix in _SUFFIXES else ''}"
