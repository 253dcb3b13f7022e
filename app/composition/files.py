"""Files that people bring, read as the whole program understands them: label templates are tried before."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from app.connectors.files import FileContents, read_file
from app.devices import labels
from app.domain.errors import Refusal
from app.domain.setup import SetupRecord
from app.domain.values import Finding
from app.domain.values.long_work import Tell, silent


def read(
    path: Path, columns: Mapping[str, str] | None = None, letters: str = "", *, tell: Tell = silent
) -> FileContents:
    """What a file says; a label template that no printer could print by is among its faults."""
    contents = read_file(path, columns, letters, tell=tell)
    faults = tuple(_faults(contents.setup))
    return replace(contents, findings=(*contents.findings, *faults)) if faults else contents


def _faults(records: tuple[SetupRecord, ...]) -> Iterator[Finding]:
    for record in records:
        if record.kind == "label_templates":
            name = str(record.values["name"])
            try:
                labels.checked_template(str(record.values.get("definition", "")), name)
            except Refusal as refusal:
                yield Finding(record.where, name, refusal.code, dict(refusal.facts))
