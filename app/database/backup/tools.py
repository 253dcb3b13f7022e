"""pg_dump and pg_restore: which ones, and how they are run.

The embedded server's came with it. For a shared server they must be at least as new as the server is, and must know
TLS where its address asks for it, which those of the wheel do not: there the ones of this machine's own PostgreSQL
are looked for first.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.database.server.command import Binaries, environment
from app.domain.errors import Fault

_CHUNK_BYTES = 1 << 20
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0
_LOCK_WAIT_MS = 10_000
# From version 17 on pg_restore sets it before anything else, whatever the server's version is; older servers refuse it.
_NEW_SETTING, _NEW_SETTING_SINCE = "SET transaction_timeout = 0;", 17


@dataclass(frozen=True)
class Tools:
    """A folder with pg_dump and pg_restore of one version."""

    folder: Path

    @classmethod
    def of_the_wheel(cls) -> "Tools":
        """Those that came with the embedded server."""
        return cls(Binaries.of_the_wheel().folder)

    @classmethod
    def for_server(cls, url: str, *, named: Path | None = None) -> "Tools":
        """Those that can serve this server: the folder that somebody named, this machine's own, or the wheel's.

        Raises a Fault where none is new enough.
        """
        with psycopg.connect(url, connect_timeout=5) as connection:
            needed = connection.info.server_version // 10000
            with_tls = connection.pgconn.ssl_in_use
        on_path = shutil.which("pg_dump")
        candidates = [named] if named else [Path(on_path).parent] if on_path else []
        if not named and not with_tls:
            candidates.append(cls.of_the_wheel().folder)
        for folder in candidates:
            tools = cls(folder)
            if tools.version() >= needed:
                return tools
        raise Fault("backup.no_tools", retry=False, needed=needed)

    def version(self) -> int:
        """The major version; 0 where the programs are not there."""
        try:
            said = subprocess.run(  # noqa: S603  (a program of PostgreSQL)
                [self._path("pg_dump"), "--version"],
                stdout=subprocess.PIPE,
                check=True,
                text=True,
                env=environment(),
                creationflags=_NO_WINDOW,
            ).stdout
        except (OSError, subprocess.SubprocessError):
            return 0
        found = re.search(r"(\d+)", said)
        return int(found[1]) if found else 0

    def dump(self, url: str, *, snapshot: str, schema: str) -> Iterator[bytes]:
        """The schema with all its rows as they were at an exported snapshot, compressed, piece by piece."""
        asked = [f"--snapshot={snapshot}", f"--schema={schema}", "--format=custom"]
        process, said = self._start("pg_dump", url, *asked, f"--lock-wait-timeout={_LOCK_WAIT_MS}")
        try:
            assert process.stdout is not None
            while chunk := process.stdout.read(_CHUNK_BYTES):
                yield chunk
            _require_success(process, said)
        finally:
            _end(process, said)

    def restore(self, url: str, dump: Iterable[bytes], *, server: int) -> None:
        """Put the content of a dump into an empty database; raises a Fault with the tool's last words.

        Where the `server` (its major version) is too old for a setting of newer tools, that one error is let pass, and
        no other.
        """
        unknown = server < _NEW_SETTING_SINCE <= self.version()
        process, said = self._start("pg_restore", url, *([] if unknown else ["--exit-on-error"]))
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it ended early, and has said why
                for chunk in dump:
                    process.stdin.write(chunk)
                process.stdin.close()
            if not (unknown and process.wait() == 1 and _only_the_setting_failed(said)):
                _require_success(process, said)
        finally:
            _end(process, said)

    def _start(self, program: str, url: str, *arguments: str) -> tuple["subprocess.Popen[bytes]", Path]:
        """Run a program; the password goes by its environment, which others cannot read, unlike its arguments."""
        known = conninfo_to_dict(url)
        password = str(known.pop("password", "") or "")
        handle, said = tempfile.mkstemp(prefix="stockhand-", suffix=".log")
        try:
            process = subprocess.Popen(  # noqa: S603  (a program of PostgreSQL, arguments of ours)
                [self._path(program), *arguments, "--no-password", f"--dbname={make_conninfo('', **known)}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=handle,
                env=environment() | ({"PGPASSWORD": password} if password else {}),
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            Path(said).unlink()
            raise Fault("backup.no_tools", retry=False, needed=program) from error
        finally:
            os.close(handle)
        return process, Path(said)

    def _path(self, program: str) -> str:
        return str(self.folder / (f"{program}.exe" if sys.platform == "win32" else program))


def _only_the_setting_failed(said: Path) -> bool:
    """Whether the one thing that pg_restore could not do was to set what an older server does not know."""
    words = said.read_text("utf-8", "replace")
    return words.count("pg_restore: error:") == 1 and _NEW_SETTING in words


def _require_success(process: "subprocess.Popen[bytes]", said: Path) -> None:
    if process.wait() != 0:
        words = said.read_text("utf-8", "replace").strip()
        raise Fault("backup.tool_failed", retry=True, words=words[-1000:] or f"exit code {process.returncode}")


def _end(process: "subprocess.Popen[bytes]", said: Path) -> None:
    """Leave nothing running and nothing open, however the work ended."""
    if process.poll() is None:
        process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    process.wait()
    said.unlink(missing_ok=True)
