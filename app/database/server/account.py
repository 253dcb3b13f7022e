"""Under whom the server runs. PostgreSQL refuses to run as root, so root lends it an account that nobody else has.

An ordinary user (and Windows) runs it as himself, and nothing here does anything. As root, `initdb` wants an account
with a name and runs as `nobody`; the server itself runs under a private user number without a name. Closed folders
above the data and the binaries are opened for that number alone, for passing through only, by a POSIX ACL entry.
Where the file system knows no ACLs, data and binaries are kept in the system's state folder.
"""

import errno
import hashlib
import os
import shutil
import stat
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from app.database.server.home import IS_ROOT, STATE_FOLDER
from app.database.server.locks import exclusive
from app.domain.errors import Fault

# User numbers that systemd's table of uid ranges leaves unused: neither people nor services get them, and they are
# small enough to exist in containers that map 65,536 numbers.
_PRIVATE_UIDS = range(60706, 61184)

# Layout of the extended attribute (linux/posix_acl_xattr.h): version 2, then (tag, permissions, id) entries.
_ACL = "system.posix_acl_access"
_ACL_VERSION = 2
_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NO_ID = 0xFFFFFFFF
_TRAVERSE = 1
_ACL_TIMEOUT_S = 10.0


class ProcessOptions(TypedDict, total=False):
    """The arguments of `subprocess` that choose the account."""

    user: int
    group: int
    extra_groups: list[int]


class NoAcl(Exception):  # noqa: N818  (a property of a file system, handled here and in `cluster`)
    """The file system of a folder has no ACLs."""


@dataclass(frozen=True)
class Account:
    """An account of the operating system; `uid` None is whoever runs the program."""

    uid: int | None = None
    gid: int | None = None

    def process_options(self) -> ProcessOptions:
        """Return what `subprocess` needs to run a command under this account, with no other group."""
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def take(self, path: Path) -> None:
        """Give `path`, and all below it, to this account."""
        if self.uid is None or self.gid is None or sys.platform == "win32":
            return
        os.chown(path, self.uid, self.gid)
        for folder, names, files in os.walk(path):
            for name in [*names, *files]:
                os.chown(Path(folder) / name, self.uid, self.gid, follow_symlinks=False)

    def reach(self, path: Path) -> None:
        """Open the closed folders above `path` to this account, for passing through only. Raises `NoAcl`."""
        if self.uid is not None:
            for folder in path.parents:
                _open_to(folder, self.uid)


def server_account(data: Path) -> Account:
    """Return the account of the server: the owner of its data; where that is root, an unused number.

    Refuses data of another ordinary user, who alone may run a server on them.
    """
    if sys.platform == "win32":
        return Account()
    owner = (data if data.exists() else data.parent).stat().st_uid
    if IS_ROOT:
        uid = owner or _unused_uid(str(data))
        return Account(uid, uid)
    if owner != os.geteuid():
        raise Fault("database.home_not_yours", retry=False, path=str(data), reason=os.strerror(errno.EACCES))
    return Account()


def initdb_account() -> Account:
    """Return the account for `initdb`, which refuses to run under a number without a name."""
    if sys.platform == "win32" or not IS_ROOT:
        return Account()
    import pwd  # noqa: PLC0415  (does not exist on Windows)

    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


@contextmanager
def passing_through(account: Account, path: Path) -> Iterator[None]:
    """Let `account` reach `path` for as long as the block lasts. Raises `NoAcl`."""
    undo: list[Callable[[], None]] = []
    try:
        if account.uid is not None:
            undo.extend(_open_to(folder, account.uid) for folder in path.parents)
        yield
    finally:
        for close in undo:
            close()


def state_folder() -> Path:
    """Return root's own folder in the system, which everybody may pass through and nobody may list."""
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    STATE_FOLDER.chmod(0o711)
    return STATE_FOLDER


def state_data(home: Path) -> Path:
    """Return where the cluster of `home` stands when the home cannot be opened: under an id of the home."""
    folder = state_folder() / hashlib.sha256(str(home).encode()).hexdigest()[:20]
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder / "data"


def copy_for_everybody(source: Path, *, version: str, parts: list[str]) -> Path:
    """Copy `parts` of `source` to the state folder, where every account may run them, once a version."""
    target = state_folder() / f"binaries-{version}"
    if not target.exists():
        fresh = state_folder() / f"binaries-{version}.{os.getpid()}"
        for part in parts:
            shutil.copytree(source / part, fresh / part, symlinks=True)
        for folder, names, files in os.walk(fresh):
            for path in [Path(folder), *(Path(folder) / name for name in [*names, *files])]:
                path.chmod(path.stat().st_mode | 0o444 | (0o111 if path.is_dir() or path.stat().st_mode & 0o100 else 0))
        fresh.rename(target)
    return target


def readable_by_all(path: Path) -> bool:
    """Tell whether any account that can reach `path` may read it."""
    return bool(path.stat().st_mode & stat.S_IROTH)


def _unused_uid(key: str) -> int:
    """Return a user number that has no name, the same one for the same key while nothing changes."""
    if sys.platform == "win32":
        raise AssertionError("root is not known on Windows")
    import pwd  # noqa: PLC0415  (does not exist on Windows)

    start = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4])
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    for step in range(len(_PRIVATE_UIDS)):
        uid = _PRIVATE_UIDS[(start + step) % len(_PRIVATE_UIDS)]
        if uid not in taken:
            return uid
    raise Fault("database.cannot_create", retry=False, reason="no unused user number", log="")


def _open_to(folder: Path, uid: int) -> Callable[[], None]:
    """Let `uid` pass through `folder` where it cannot yet, and return what takes that back."""
    facts = folder.stat()
    if facts.st_mode & stat.S_IXOTH or facts.st_uid == uid:
        return lambda: None
    with exclusive(state_folder() / "acl.lock", timeout_s=_ACL_TIMEOUT_S):
        entries = _read_acl(folder)
        mask = entries.get((_MASK, _NO_ID), entries[_GROUP_OBJ, _NO_ID])
        # A `chmod 700` by anybody leaves the entry and clears the mask, which then hides it.
        if entries.get((_USER, uid), 0) & mask & _TRAVERSE:
            return lambda: None
        _write_acl(folder, entries | {(_USER, uid): _TRAVERSE, (_MASK, _NO_ID): mask | _TRAVERSE})
    return lambda: _close_to(folder, uid)


def _close_to(folder: Path, uid: int) -> None:
    with exclusive(state_folder() / "acl.lock", timeout_s=_ACL_TIMEOUT_S):
        entries = _read_acl(folder)
        entries.pop((_USER, uid), None)
        if not any(tag in (_USER, _GROUP) for tag, _ in entries):
            entries.pop((_MASK, _NO_ID), None)  # back to a plain mode
        _write_acl(folder, entries)


def _read_acl(folder: Path) -> dict[tuple[int, int], int]:
    """Return the ACL as (tag, id) → permissions; a folder without one has the three entries of its mode."""
    if sys.platform != "linux":
        raise NoAcl(str(folder))
    try:
        raw = os.getxattr(folder, _ACL)
    except OSError as error:
        if error.errno == errno.ENODATA:
            mode = folder.stat().st_mode
            return {
                (_USER_OBJ, _NO_ID): mode >> 6 & 7,
                (_GROUP_OBJ, _NO_ID): mode >> 3 & 7,
                (_OTHER, _NO_ID): mode & 7,
            }
        raise _without_acl(error, folder) from error
    return {(tag, uid): permissions for tag, permissions, uid in struct.iter_unpack("<HHI", raw[4:])}


def _write_acl(folder: Path, entries: dict[tuple[int, int], int]) -> None:
    if sys.platform != "linux":
        raise NoAcl(str(folder))
    packed = b"".join(struct.pack("<HHI", tag, entries[tag, uid], uid) for tag, uid in sorted(entries))
    try:
        os.setxattr(folder, _ACL, struct.pack("<I", _ACL_VERSION) + packed)
    except OSError as error:
        raise _without_acl(error, folder) from error


def _without_acl(error: OSError, folder: Path) -> Exception:
    """Return `NoAcl` where the file system has no ACLs or does not let them be changed, else the error itself."""
    if error.errno in (errno.ENOTSUP, errno.EPERM, errno.EROFS, errno.ENOSYS):
        return NoAcl(str(folder))
    return error
