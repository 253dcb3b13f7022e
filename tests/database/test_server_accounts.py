"""Under whom the server runs: an ordinary user as himself, root under an account that nobody else has."""

import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.database import server
from app.database.server import account
from app.domain.errors import Fault
from tests.database.test_server import REPOSITORY, ask, program

if sys.platform == "win32":
    pytest.skip("accounts are POSIX's", allow_module_level=True)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can lend the server another account")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@needs_root
def test_root_reaches_data_below_a_closed_folder_and_opens_it_to_nobody_else(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    with server.attach(home, durable=False) as attachment:
        assert ask(attachment.url, "SELECT 1") == 1
        pid = server.status(home).pid
        uid = psutil.Process(pid).uids().real
        assert uid != 0
        assert (home / "database" / "data").stat().st_uid == uid
    assert closed.stat().st_mode & stat.S_IRWXO == 0
    assert [key for key in account._read_acl(closed) if key[0] == account._USER] == [(account._USER, uid)]


@needs_root
def test_passing_through_takes_back_what_it_gave_and_nothing_else(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with account.passing_through(account.Account(1, 1), closed / "file"):
        account.Account(60999, 60999).reach(closed / "file")
        assert account._read_acl(closed)[account._USER, 1] == 1
    assert (account._USER, 1) not in account._read_acl(closed)
    assert account._read_acl(closed)[account._USER, 60999] == 1
    account._close_to(closed, 60999)
    assert mode(closed) == 0o700


@needs_root
def test_a_folder_that_somebody_closed_again_is_opened_again(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):
        with server.attach(closed / "home", durable=False) as attachment:
            assert ask(attachment.url, "SELECT 1") == 1
        closed.chmod(0o700)  # clears the mask of the access list


@needs_root
def test_without_acls_data_and_binaries_are_kept_in_the_system_folder(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_acl(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    monkeypatch.setattr(os, "setxattr", no_acl)
    monkeypatch.setattr(account, "STATE_FOLDER", open_folder / "state")
    monkeypatch.setattr("app.database.server.command.readable_by_all", lambda _: False)
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    for _ in ("create", "find again"):
        with server.attach(closed / "home", durable=False) as attachment:
            assert ask(attachment.url, "SELECT 1") == 1
            found = server.status(closed / "home")
            assert found.data.is_relative_to(open_folder / "state")
            assert psutil.Process(found.pid).cmdline()[0].startswith(str(open_folder / "state"))
    assert mode(closed) == 0o700


@needs_root
def test_an_ordinary_user_runs_it_as_himself_and_root_after_him_as_well(open_folder: Path) -> None:
    import pwd

    person = pwd.getpwnam("daemon")
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    os.chown(home, person.pw_uid, person.pw_gid)
    him = account.Account(person.pw_uid, person.pw_gid)
    executable, package = Path(sys.executable), REPOSITORY / "app"
    with (
        account.passing_through(him, executable),
        account.passing_through(him, executable.resolve()),
        account.passing_through(him, package),
        program(home, **him.process_options()) as his,
    ):
        assert ask(his.url, "SELECT 1") == 1
        with server.attach(home, durable=False) as of_root:
            assert of_root.url == his.url
            assert psutil.Process(server.status(home).pid).uids().real == person.pw_uid
        his.leave()
    with server.attach(home, durable=False) as of_root:
        assert psutil.Process(server.status(home).pid).uids().real == person.pw_uid
    owners = {path.stat().st_uid for path in (home / "database").iterdir()}
    assert owners == {person.pw_uid}, "root left something that he could not use"


@needs_root
def test_a_user_is_refused_the_data_of_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.attach(home, durable=False).release()
    monkeypatch.setattr(account, "IS_ROOT", False)
    with pytest.raises(Fault) as refused:
        account.server_account(home / "database" / "data")
    assert refused.value.code == "database.home_not_yours"
