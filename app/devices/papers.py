"""What the support is told of the devices: settings, health, counters, and what was said last, with its times.

A code that arrived in pieces is put together, so that whoever cleans the text finds a badge in it.
Labels are not told: they carry names and addresses. Of what was sent to a printer only its questions stand there.
"""

import re
from collections.abc import Mapping, Sequence

from app.devices.bench import DeviceView
from app.settings import Role, line_of, place_of

_CAME = re.compile(r"\S+ in  ")
_ENDS = ("<0D>", "<0A>", "<09>", "<03>")
_SENT = re.compile(r"^(\S+ out )(?!~|! U1)(.*)$", re.MULTILINE)


def device_papers(views: Sequence[DeviceView], traffic: Mapping[str, str]) -> dict[str, str]:
    """One text a device, by its name."""
    return {view.setting.id: _paper(view, traffic.get(view.setting.id, "")) for view in views}


def _paper(view: DeviceView, traffic: str) -> str:
    setting, history, line = view.setting, view.history, line_of(view.setting.transport)
    if setting.role is Role.LABEL_PRINTER:
        traffic = _SENT.sub(lambda found: f"{found[1]}[{len(found[2])} characters of a label]", traffic)
    facts = (
        f"device    {setting.id}",
        f"role      {setting.role}",
        f"protocol  {setting.protocol}",
        f"place     {place_of(setting.transport)}",
        f"line      {line.baud} {line.format} {line.flow}",
        f"health    {view.state.health} {view.state.reason}".rstrip(),
        f"opened {history.opened}  lost {history.lost}  messages {history.messages}  errors {history.errors}",
    )
    changes = [
        f"{change.at.isoformat(timespec='milliseconds')} {change.health} {change.reason}".rstrip()
        for change in history.changes
    ]
    if setting.role is Role.SCANNER:
        traffic = _put_together(traffic)
    return "\n".join([*facts, "", "changes", *changes, "", "traffic", traffic])


def _put_together(traffic: str) -> str:
    """The traffic of a scanner, one line a code: what came after an unfinished line belongs to it."""
    whole: list[str] = []
    for line in traffic.splitlines():
        came = _CAME.match(line)
        unfinished = whole and _CAME.match(whole[-1]) and not whole[-1].endswith(_ENDS)
        if came and unfinished:
            whole[-1] += line[came.end() :]
        else:
            whole.append(line)
    return "\n".join([*whole, ""])
