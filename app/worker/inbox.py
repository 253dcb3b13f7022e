"""Orders that other programs drop into the inbox: imported whole and allocated, or refused with the reasons."""

import logging
from collections.abc import Mapping
from pathlib import Path

from app.connectors.files import FileContents, read_file
from app.connectors.inbox import Inbox
from app.domain.errors import Fault, Refusal
from app.domain.values import Finding, Place, Severity
from app.services import clock
from app.services.importing import FileFinding, MadeOrder, allocate_imported, import_files
from app.services.work import Worker
from app.texts import Texts

# The writer still holds the file, or took it away again: it is looked at later.
_LATER = frozenset({"file.not_readable", "file.not_found"})

_log = logging.getLogger(__name__)


class InboxImport:
    """Imports what lies in a home's inbox. Purchase orders and orders only: master data is a manager's to bring."""

    def __init__(self, worker: Worker, inbox: Inbox, texts: Texts) -> None:
        self._worker = worker
        self._inbox = inbox
        self._texts = texts

    def work(self) -> None:
        """Import the files that are whole; raises the Fault where the database is away, and tries them again later."""
        for path in self._inbox.whole_files(clock.monotonic_s()):
            self._take(path)

    def _take(self, path: Path) -> None:
        contents = read_file(path)
        if any(finding.code in _LATER for finding in contents.findings):
            return
        findings, orders = self._imported(contents)
        applied = orders is not None
        words = findings_text(path.name, findings, self._texts, applied=applied)
        if applied:
            self._inbox.done(path, words if findings else "")
        else:
            self._inbox.refused(path, words)
        allocate_imported(self._worker, orders or ())

    def _imported(self, contents: FileContents) -> tuple[tuple[FileFinding, ...], tuple[MadeOrder, ...] | None]:
        """What there is to say about a file, and its orders that want goods; None where nothing of it was imported."""
        name = contents.name
        if contents.refused:
            return tuple(FileFinding(name, finding) for finding in contents.findings), None
        if contents.products or contents.warehouses or contents.setup:
            return (_said(name, "worker.only_orders", {}),), None
        try:
            result = self._worker.run(lambda unit: import_files(unit, [contents]))
        except Refusal as refusal:
            return (_said(name, refusal.code, refusal.facts),), None
        except Fault:
            raise
        except Exception:  # noqa: BLE001  (one file that meets a defect must not keep the next ones waiting)
            _log.exception("importing %s met a defect; the file is put aside", name)
            return (_said(name, "worker.defect", {}),), None
        return result.plan.findings, result.to_allocate if result.applied else None


def _said(file: str, code: str, facts: Mapping[str, object]) -> FileFinding:
    return FileFinding(file, Finding(Place(), file, code, facts))


def findings_text(file: str, findings: tuple[FileFinding, ...], texts: Texts, *, applied: bool) -> str:
    """What there is to say about a file, as a text for people: place, what is wrong, what to do."""
    heading = texts.text("captions", "worker.imported" if applied else "worker.refused", {"file": file})
    parts = [heading]
    for said in sorted(findings, key=lambda each: each.finding.severity is not Severity.ERROR):
        text, remedy = texts.error(said.finding.code, said.finding.all_facts)
        where = str(said.finding.where)
        parts.append(f"{f'{where}: ' if where else ''}{text}\n    {remedy}")
    return "\n\n".join(parts) + "\n"
