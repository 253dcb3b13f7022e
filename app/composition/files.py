"""Files that people bring, read as the whole program understands them: templates of labels and stations are tried."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from app.connectors.files import FileContents, read_file
from app.devices import labels, station_templates
from app.domain.errors import Refusal
from app.domain.setup_kinds import SetupRecord
from app.domain.values import Finding
from app.domain.values.long_work import Tell, silent
from app.services.importing.stored import as_stored


def read(
    path: Path,
    columns: Mapping[str, str] | None = None,
    letters: str = "",
    mark: str = "",
    *,
    tell: Tell = silent,
) -> FileContents:
    """What a file says; templates of labels and stations that could not be used are among its faults."""
    contents = read_file(path, columns, letters, mark=mark, tell=tell)
    faults = tuple(_faults(contents.setup))
    return replace(contents, findings=(*contents.findings, *faults)) if faults else contents


def _faults(records: tuple[SetupRecord, ...]) -> Iterator[Finding]:
    for record in records:
        name = str(record.values.get("name", ""))
        try:
            if record.kind == "label_templates":
                labels.checked_template(str(record.values.get("definition", "")), name)
            elif record.kind == "station_templates":
                station_templates.checked(as_stored(record.values.get("devices", [])), name)
        except Refusal as refusal:
            yield Finding(record.where, name, refusal.code, dict(refusal.facts))
