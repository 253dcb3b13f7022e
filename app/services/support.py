"""The support bundle: one ZIP with what somebody needs who is to help from afar, and nothing that is a secret.

No passwords, PINs, names of people or badges: every text goes through `Cleaner` before it is packed. The journals of
scans and the database's rows are not in it.
"""

import json
import platform
import re
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from app.database import ledger, people
from app.database.session import to_json
from app.domain.errors import Fault
from app.services import clock
from app.services.work import UnitOfWork
from app.settings import DECLARED, Settings, place_of

_MOST_BYTES = 4_000_000
"""Of one log or report, its end."""
_BADGE = re.compile(r"SH-P-\w+", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(://[^:/@\s]+):[^@\s]+@")
_PASSWORD_WORD = re.compile(r"(?i)\b(password|passwd|pwd|pin)(['\"]?\s*[=:]\s*)['\"]?[^\s'\",;)]+")


class Cleaner:
    """Takes out of a text what nobody outside the house should read."""

    def __init__(self, *, secrets: Iterable[str], names: Iterable[str], home: Path) -> None:
        hidden = sorted({word for word in (*secrets, *names) if len(word) > 2}, key=len, reverse=True)
        self._hidden = re.compile("|".join(map(re.escape, hidden)), re.IGNORECASE) if hidden else None
        self._home = str(home)

    def clean(self, text: str) -> str:
        """The text with dots in the place of secrets, and this home's folder unnamed."""
        text = text.replace(self._home, "<home>").replace(str(Path.home()), "<user>")
        text = _URL_PASSWORD.sub(r"\1:…@", text)
        text = _PASSWORD_WORD.sub(r"\1\2…", text)
        text = _BADGE.sub("SH-…", text)
        return self._hidden.sub("…", text) if self._hidden else text


def names_of_people(unit: UnitOfWork) -> list[str]:
    """The names and badges that must not leave the house."""
    return people.names(unit.session)


def ledger_head(unit: UnitOfWork) -> str:
    """Where the ledger stands, as JSON."""
    return to_json(ledger.head(unit.session))


def write_bundle(
    file: Path, known: Settings, *, version: str, ledger: str, papers: Mapping[str, str], cleaner: Cleaner
) -> tuple[str, ...]:
    """Write the bundle and return the names of what is in it.

    `papers` are texts about devices by their names, `ledger` is what `ledger_head` said. Raises the Fault
    `support.not_written`.
    """
    texts = {
        "about.txt": _about(version, known),
        "settings.txt": _settings(known),
        "ledger.json": ledger,
        **{f"devices/{name}.txt": text for name, text in papers.items()},
        **_files(known.home / "log", "log", "stockhand.log*"),
        **_files(known.home / "crash", "crash", "*.txt"),
    }
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, text in texts.items():
                bundle.writestr(name, cleaner.clean(text))
    except OSError as error:
        raise Fault("support.not_written", retry=True, file=str(file), reason=error.strerror or "") from error
    return tuple(texts)


def _about(version: str, known: Settings) -> str:
    facts = {
        "stockhand": version,
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "station": known.station_name,
        "made_at": clock.now().isoformat(timespec="seconds"),
    }
    return json.dumps(facts, indent=1)


def _settings(known: Settings) -> str:
    declared = [f"{one.key} = {getattr(known, one.attribute)!r}" for one in DECLARED.values()]
    devices = [
        f"device {one.id}: {one.role} {one.protocol} at {place_of(one.transport)}"
        f" required={one.required} unit={one.unit_default!r} dpi={one.dpi} confirm={one.confirm} suffix={one.suffix}"
        for one in known.devices
    ]
    return "\n".join([*declared, *devices]) + "\n"


def _files(folder: Path, inside: str, pattern: str) -> dict[str, str]:
    """The ends of the files of a folder; one that cannot be read says so."""
    found = {}
    for path in sorted(folder.glob(pattern)) if folder.is_dir() else ():
        try:
            found[f"{inside}/{path.name}"] = path.read_bytes()[-_MOST_BYTES:].decode("utf-8", "replace")
        except OSError as error:
            found[f"{inside}/{path.name}"] = f"cannot be read: {error.strerror}"
    return found
