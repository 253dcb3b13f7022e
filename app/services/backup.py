"""Backups and restores: what is checked before, what must be true afterwards, how many are kept.

The work itself is `app.database.backup`; here is what makes it safe to be asked for.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.database import backup, installation
from app.database.backup import Archive, Manifest, Tools
from app.database.logins import Logins
from app.database.session import as_nouns, to_json
from app.domain.errors import Fault, Refusal
from app.services import setup

SUFFIX = ".stockhand"
_STATE = "backup.json"
_MB = 1024 * 1024
_RESERVE = 64 * _MB
"""What everybody who works meanwhile may write: four pieces of the server's log."""
_LOG_OF_A_TRIAL = 2048 * _MB
"""What building a database leaves in the server's log at most (its max_wal_size)."""
_PACKED = 2
"""A backup takes at most this part of its database: the dump is compressed, and indexes are not in it."""

Say = Callable[[str], None]
"""Told what is done now: `writing 12` (megabytes so far), `checking`, `building`, `proving`, `replacing`."""


@dataclass(frozen=True)
class Ground:
    """A database to back up or to restore: the address of its superuser, and this machine's logins.

    `embedded`: the server is this home's own, so that this machine keeps the passwords of all its machines.
    """

    url: str
    logins: Logins
    embedded: bool
    tools: Tools

    @property
    def database(self) -> str:
        """The name of the database."""
        return installation.database_of(self.url)

    def auditor(self, database: str) -> str:
        """The address of the administrator's login for one of the server's databases."""
        return backup.with_database(self.logins.url(self.url, setup.DESK), database)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: what the backup held, where the data of before are kept, who needs a new password."""

    manifest: Manifest
    kept_as: str | None
    without_password: tuple[str, ...]


def back_up(ground: Ground, path: Path, *, now: datetime, verify: bool, say: Say) -> Manifest:
    """Write a backup to `path`; it counts only when a scratch database made from it was proved clean.

    Refuses to replace a file. A backup that does not stand the test is removed.
    """
    if path.exists():
        raise Refusal("backup.file_exists", path=str(path))
    _require_space(ground, beside=path.parent, trial=verify)
    manifest = backup.take(
        ground.url, path, now=now, tools=ground.tools, progress=lambda done: say(f"writing {done // _MB}")
    )
    if verify:
        try:
            prove_file(ground, path, say=say)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return manifest


def prove_file(ground: Ground, path: Path, *, say: Say) -> Manifest:
    """Restore a backup into a scratch database and prove that; the scratch database is removed again."""
    scratch = f"{ground.database}_scratch"
    with backup.alone(ground.url), _checked(path, say) as archive:
        _require_space(ground, dump_bytes=archive.manifest.dump_bytes)
        try:
            say("building")
            built = backup.build(ground.url, scratch, archive, tools=ground.tools)
            say("proving")
            backup.verify(built.url, archive.manifest, auditor=lambda: ground.auditor(scratch))
        finally:
            backup.drop(ground.url, scratch)
        return archive.manifest


def company_of(ground: Ground) -> str:
    """The company whose data the database holds now, which a restore has to be told; empty where it holds none."""
    return backup.held_data(ground.url) or ""


def restore(ground: Ground, path: Path, *, overwrite: str | None, now: datetime, say: Say) -> Restored:
    """Put the content of a backup in the place of the database; what was there is kept under another name.

    `overwrite` is the name of the company whose data may be replaced, for the second time of telling. Refuses a
    damaged file, a schema that this program does not know, another database's backup, and data that were not named.
    Nothing is replaced before the new database was proved clean.
    """
    with backup.alone(ground.url), _checked(path, say) as archive:
        _require_fitting(ground, archive.manifest)
        _require_named(ground, overwrite)
        _require_space(ground, dump_bytes=archive.manifest.dump_bytes)
        fresh = f"{ground.database}_restoring"
        try:
            say("building")
            built = backup.build(
                ground.url,
                fresh,
                archive,
                tools=ground.tools,
                kept=ground.logins,
                renew_machines=ground.embedded,
            )
            say("proving")
            backup.verify(built.url, archive.manifest, auditor=lambda: ground.auditor(fresh))
            say("replacing")
            kept_as = backup.put_in_place(ground.url, fresh, now=now)
        except BaseException:
            with suppress(Fault):  # the first problem is the one to tell
                backup.drop(ground.url, fresh)
            raise
        return Restored(archive.manifest, kept_as, built.without_password)


def _require_space(ground: Ground, *, trial: bool = True, beside: Path | None = None, dump_bytes: int = 0) -> None:
    """Refuse to take the last space of our own server's disk: it would stop, for everybody, until somebody frees some.

    `trial`: a second database is made there, of a dump of so many bytes where it is known. `beside`: where a backup's
    file goes, perhaps on the same disk.
    """
    if not ground.embedded:
        return  # the disk of a shared server is not seen from here
    data, size = backup.data_and_size(ground.url)
    size = max(size, dump_bytes * _PACKED)
    on_its_disk = beside is not None and beside.exists() and beside.stat().st_dev == data.stat().st_dev
    needed = _RESERVE + (size + min(size, _LOG_OF_A_TRIAL) if trial else 0) + (size // _PACKED if on_its_disk else 0)
    free = shutil.disk_usage(data).free
    if free < needed:
        raise Fault("backup.no_space", retry=True, free=free // _MB, needed=needed // _MB, path=str(data))


@contextmanager
def _checked(path: Path, say: Say) -> Iterator[Archive]:
    with Archive.opened(path) as archive:
        say("checking")
        archive.check()
        yield archive


def _require_fitting(ground: Ground, manifest: Manifest) -> None:
    if manifest.schema_version != installation.SCHEMA_VERSION:
        raise Refusal("backup.other_schema", found=manifest.schema_version, known=installation.SCHEMA_VERSION)
    if manifest.role_prefix not in {ground.database, backup.prefix_at(ground.url)}:
        raise Refusal("backup.other_database", found=manifest.role_prefix, here=ground.database)
    if manifest.server // 10000 > backup.server_major(ground.url):
        raise Refusal("backup.newer_server", found=manifest.server // 10000, here=backup.server_major(ground.url))


def _require_named(ground: Ground, named: str | None) -> None:
    held = backup.held_data(ground.url)
    if held is None or named == held:
        return
    if named is None:
        raise Refusal("backup.would_overwrite", company=held)
    raise Refusal("backup.wrong_name", company=held, named=named)


# - by the clock -


@dataclass(frozen=True, slots=True)
class Plan:
    """When backups are made by themselves: every so many hours (0: never), into a folder that keeps so many."""

    folder: Path
    every_hours: int
    keep: int

    def due(self, now: datetime) -> bool:
        """Whether the newest backup is old enough for the next one, or there is none."""
        return self.every_hours > 0 and not self._has_one_of_the_last(self._every(), now)

    def overdue(self, now: datetime) -> bool:
        """Whether a day more than the time between two backups has gone by since the last one."""
        return self.every_hours > 0 and not self._has_one_of_the_last(self._every() + timedelta(days=1), now)

    def backups(self) -> list[Path]:
        """The scheduled backups in the folder, oldest first; other files there are not ours to count or remove."""
        return sorted(path for path in self.folder.glob(f"*{SUFFIX}") if _stamp(path) is not None)

    def beyond(self, now: datetime) -> list[Path]:
        """The backups to remove: the oldest beyond the number to keep, and before them those of the future.

        They were made while the clock was wrong; were they the newest, every new one would be removed at once.
        """
        return sorted(self.backups(), key=lambda path: (taken_at(path) <= now, path))[: -self.keep or None]

    def next_file(self, now: datetime) -> Path:
        """Where the backup of this moment goes."""
        return self.folder / f"{now:%Y%m%d-%H%M%S}{SUFFIX}"

    def _has_one_of_the_last(self, span: timedelta, now: datetime) -> bool:
        """Whether a backup was made so short a time ago; one of the future says only that the clock was wrong."""
        return any(timedelta(0) <= now - taken_at(path) < span for path in self.backups())

    def _every(self) -> timedelta:
        return timedelta(hours=self.every_hours)


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the folder: what its file says of itself. `moves` is None where the file is not whole."""

    path: Path
    at: datetime
    bytes: int
    moves: int | None
    seal: int | None
    company: str = ""


def kept(plan: Plan) -> tuple[Kept, ...]:
    """The backups that stand in the folder of a plan, the newest first."""
    return tuple(_kept(path) for path in reversed(plan.backups()))


def _kept(path: Path) -> Kept:
    try:
        with Archive.opened(path) as archive:
            held = archive.manifest
            return Kept(path, taken_at(path), path.stat().st_size, held.moves, held.seal_no, held.company)
    except (Refusal, Fault):
        return Kept(path, taken_at(path), 0, None, None)


def taken_at(path: Path) -> datetime:
    """The moment of a scheduled backup, by its name: copying a file may change everything else."""
    stamp = _stamp(path)
    assert stamp is not None
    return stamp


def _stamp(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.name.removesuffix(SUFFIX), "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class LastTime:
    """How the scheduled backups went: the last that succeeded, and why the last one failed if it did."""

    file: str = ""
    at: datetime | None = None
    failed_at: datetime | None = None
    code: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)


def run_plan(ground: Ground, plan: Plan, home: Path, *, now: datetime, say: Say) -> Path:
    """Make a scheduled backup, verified, and remove those beyond the number to keep; remembers how it went.

    Older backups go only when a new one stands. Raises what went wrong, after it was noted.
    """
    try:
        _make_folder(plan.folder)
        path = plan.next_file(now)
        back_up(ground, path, now=now, verify=True, say=say)
    except (Fault, Refusal) as problem:
        before = last_time(home)
        _remember(home, replace(before, failed_at=now, code=problem.code, facts=_plain_facts(problem.facts)))
        raise
    _remember(home, LastTime(file=path.name, at=now))
    for old in plan.beyond(now):
        old.unlink(missing_ok=True)
    return path


def last_time(home: Path) -> LastTime:
    """How the scheduled backups of a home went."""
    try:
        return as_nouns(json.loads((home / _STATE).read_text("utf-8")), LastTime)  # type: ignore[no-any-return]
    except (OSError, ValueError):
        return LastTime()


def _remember(home: Path, last: LastTime) -> None:
    with suppress(OSError):  # the disk is full: what is to be told is in the log as well
        new = home / f"{_STATE}.new"
        new.write_text(to_json(asdict(last)), "utf-8")
        new.replace(home / _STATE)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Fault("backup.cannot_write", retry=True, path=str(folder), reason=error.strerror or "") from error
    for remains in folder.glob(f"*{SUFFIX}.partial"):
        remains.unlink(missing_ok=True)  # of a program that was killed


def _plain_facts(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: str(value) for name, value in facts.items()}
