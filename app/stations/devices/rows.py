"""Devices and findings as rows and words."""

import re
import sys
from collections.abc import Sequence
from datetime import datetime

from app.devices.bench import DeviceView
from app.devices.finding import Found
from app.domain.equipment import Health
from app.settings import SpoolerTransport, place_of
from app.stations.kit.record_table import Column, Query, Record
from app.texts import Texts

DEVICES = (
    Column("device", "device.device", 150, sortable=False, identifier=True),
    Column("role", "device.role", 110, sortable=False),
    Column("health", "device.health", 150, sortable=False),
    Column("since", "device.since", 85, sortable=False),
    Column("said", "device.said", 160, sortable=False),
    Column("messages", "device.messages", 90, numeric=True, sortable=False),
    Column("errors", "device.errors", 70, numeric=True, sortable=False),
    Column("lost", "device.lost", 70, numeric=True, sortable=False),
)
FOUND = (
    Column("tick", "device.tick", 40, sortable=False),
    Column("port", "device.port", 150, sortable=False, identifier=True),
    Column("description", "device.description", 170, sortable=False),
    Column("what", "device.what", 150, sortable=False),
    Column("evidence", "device.evidence", 170, sortable=False),
    Column("used_by", "device.used_by", 110, sortable=False),
)
_STOPPED = frozenset({"paused", "queue_closed", "offline", "other"})
_MARKS = {Health.ONLINE: "✓", Health.STALE: "…", Health.OFFLINE: "✕", Health.FAULT: "⚠", Health.UNKNOWN: "?"}
_NAMES = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
_CONTROLS = dict(enumerate(re.findall(r"\w+", _NAMES))) | {0x7F: "DEL"}


def health_words(view: DeviceView, texts: Texts) -> str:
    """How a device is: a symbol, the word, and the reason where there is one."""
    state = view.state
    word = texts.text("captions", f"health.{state.health}")
    code = f"reason.{state.reason}"
    reason = texts.text("captions", code) if texts.has("captions", code) else state.reason
    return f"{_MARKS[state.health]} {word}{f': {reason}' if reason else ''}"


def device_row(view: DeviceView, texts: Texts) -> Record:
    """One device of this station."""
    role = texts.text("captions", f"device.role.{view.setting.role}")
    history = view.history
    cells = (
        view.setting.id,
        role,
        health_words(view, texts),
        clock_time(view.since),
        view.said,
        str(history.messages),
        str(history.errors),
        str(history.lost),
    )
    return Record(view.setting.id, cells, view)


def found_row(found: Found, texts: Texts, *, ticked: bool) -> Record:
    """One thing that is attached."""
    role = texts.text("captions", f"device.role.{found.role}") if found.role else ""
    what = f"{role}, {found.protocol}" if role else texts.text("captions", "device.to_ask")
    cells = (
        "☑" if ticked else "☐",
        found.port,
        found.description,
        what,
        " ".join(part for part in (found.evidence, found.serial_number) if part),
        found.used_by,
    )
    return Record(found.place, cells, found)


def history_words(view: DeviceView, texts: Texts) -> str:
    """What happened to a device, the latest first, and where it is."""
    lines = [
        f"{clock_time(change.at)}  {_MARKS[change.health]} {texts.text('captions', f'health.{change.health}')}"
        + (f" ({texts.word('reason', change.reason)})" if change.reason else "")
        for change in reversed(view.history.changes)
    ]
    hint = queue_hint(view, texts)
    place = f"{view.setting.protocol} @ {place_of(view.setting.transport)}"
    return "\n".join([place, *([hint] if hint else []), *lines])


def queue_hint(view: DeviceView, texts: Texts) -> str:
    """How a queue of the system is set going again, in the words of this system; empty where none stands still."""
    queue = view.setting.transport
    if not isinstance(queue, SpoolerTransport) or view.state.reason not in _STOPPED:
        return ""
    code = "device.queue_windows" if sys.platform == "win32" else "device.queue_cups"
    return texts.text("captions", code, {"queue": queue.queue})


def readable(data: bytes) -> str:
    """Bytes as people can read them: control bytes by their names, a line for each message."""
    shown = "".join(_shown(byte) for byte in data)
    return shown.replace("⟨CR⟩⟨LF⟩", "⟨CR⟩⟨LF⟩\n").replace("⟨ETX⟩", "⟨ETX⟩\n").strip("\n")


def _shown(byte: int) -> str:
    if byte in _CONTROLS:
        return f"⟨{_CONTROLS[byte]}⟩"
    return chr(byte) if byte < 0x7F else f"⟨{byte:02X}⟩"


def clock_time(moment: datetime | None) -> str:
    """The time of day at this station."""
    return moment.astimezone().strftime("%H:%M:%S") if moment else ""


def page(rows: Sequence[Record], after: Record | None, limit: int, query: Query) -> list[Record]:
    """The rows that hold every word, from one on."""
    words = query.text.lower().split()
    found = [row for row in rows if all(word in " ".join(row.cells).lower() for word in words)]
    start = 1 + next((n for n, row in enumerate(found) if after and row.key == after.key), -1)
    return found[start : start + limit]
