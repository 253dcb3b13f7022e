"""The file of a backup: a zip that begins with a marker and ends with the manifest.

    stockhand-backup   the format's number: tells our files from others, also when the rest is cut off
    dump               what pg_dump wrote, compressed by it
    logins.json        names, groups, and password hashes where the server let them be read; never a password
    manifest.json      when and of what it was taken, what must come out of it, the checksums of the other parts

It is written beside its place, to the disk, and renamed: a file of the right name is always whole. Only its owner may
read it, because it holds everything that the company knows of its people and stock.
"""

import dataclasses
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

import msgspec

from app.database.backup.roles import Login
from app.database.session import as_nouns, to_json
from app.domain.errors import Fault, Refusal

FORMAT = 1
PARTIAL = ".partial"
_MARKER = "stockhand-backup"
_BEGINNING = b"PK\x03\x04"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `counts` are the rows of each table, `server` is PostgreSQL's number such as 180006.

    `role_prefix` is the name that the roles carry: that of the database when it was set up. `seal_no` and `seal_hash`
    are the head of the ledger's chain at that moment; `dump_bytes` is the length of the compressed dump.
    """

    taken_at: datetime
    database: str
    role_prefix: str
    company: str
    server: int
    schema_version: int
    seal_no: int | None
    seal_hash: str | None
    counts: Mapping[str, int]
    dump_sha256: str = ""
    dump_bytes: int = 0
    logins_sha256: str = ""

    @property
    def moves(self) -> int:
        """How many moves the ledger had."""
        return self.counts.get("stock_move", 0)


def write(path: Path, manifest: Manifest, logins: Sequence[Login], dump: Iterable[bytes]) -> Manifest:
    """Write a backup; returns its manifest with the checksums. Raises a Fault where the disk does not take it."""
    fresh = path.with_name(path.name + PARTIAL)
    try:
        handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "w+b") as file:
            done = _write_parts(file, manifest, logins, dump)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise Fault("backup.cannot_write", retry=True, path=str(path), reason=error.strerror or str(error)) from error
    finally:
        fresh.unlink(missing_ok=True)
    return done


def _write_parts(file: IO[bytes], manifest: Manifest, logins: Sequence[Login], dump: Iterable[bytes]) -> Manifest:
    digest, length = hashlib.sha256(), 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as parts:
        parts.writestr(_MARKER, str(FORMAT))
        with parts.open("dump", "w", force_zip64=True) as member:
            for chunk in dump:
                member.write(chunk)
                digest.update(chunk)
                length += len(chunk)
        people = to_json([dataclasses.asdict(login) for login in logins]).encode()
        parts.writestr("logins.json", people)
        done = dataclasses.replace(
            manifest,
            dump_sha256=digest.hexdigest(),
            dump_bytes=length,
            logins_sha256=hashlib.sha256(people).hexdigest(),
        )
        parts.writestr("manifest.json", to_json(dataclasses.asdict(done)))
    return done


class Archive:
    """A backup that can be read; what it is was checked, whether its dump is whole is what `check` tells."""

    def __init__(self, path: Path, parts: zipfile.ZipFile) -> None:
        """Read manifest and logins; `parts` is the open zip."""
        self.path = path
        self._parts = parts
        self.manifest: Manifest = as_nouns(json.loads(parts.read("manifest.json")), Manifest)
        people = parts.read("logins.json")
        if hashlib.sha256(people).hexdigest() != self.manifest.logins_sha256:
            raise Refusal("backup.damaged", path=str(path))
        self.logins: tuple[Login, ...] = as_nouns(json.loads(people), tuple[Login, ...])

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator["Archive"]:
        """A backup file; refuses what is no backup, what is damaged or cut off, and what a newer program wrote."""
        _require_ours(path)
        try:
            with zipfile.ZipFile(path) as parts:
                if int(parts.read(_MARKER)) > FORMAT:
                    raise Refusal("backup.newer_format", path=str(path))
                yield cls(path, parts)
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, msgspec.ValidationError) as error:
            raise Refusal("backup.damaged", path=str(path)) from error

    def check(self) -> None:
        """Read the whole dump once; refuses when it is not to the last bit what was written."""
        digest = hashlib.sha256()
        for chunk in self.dump():
            digest.update(chunk)
        if digest.hexdigest() != self.manifest.dump_sha256:
            raise Refusal("backup.damaged", path=str(self.path))

    def dump(self) -> Iterator[bytes]:
        """What pg_dump wrote, piece by piece."""
        try:
            with self._parts.open("dump") as member:
                while chunk := member.read(_CHUNK_BYTES):
                    yield chunk
        except (zipfile.BadZipFile, EOFError) as error:
            raise Refusal("backup.damaged", path=str(self.path)) from error


def _require_ours(path: Path) -> None:
    try:
        with path.open("rb") as file:
            beginning = file.read(
                len(_BEGINNING) + 26 + len(_MARKER)
            )  # 30 bytes of a zip's local header, then the name
    except FileNotFoundError as error:
        raise Refusal("backup.not_found", path=str(path)) from error
    except OSError as error:
        raise Fault("backup.cannot_read", retry=False, path=str(path), reason=error.strerror or "") from error
    if not beginning.startswith(_BEGINNING) or not beginning.endswith(_MARKER.encode()):
        raise Refusal("backup.not_a_backup", path=str(path))
