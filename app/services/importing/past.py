"""Around an import: what headings mean, faults in groups and as a file, imports of the past and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.database import imports as journal
from app.database.imports import PastImport
from app.domain import exchange, table_kinds
from app.domain.exchange import Writing
from app.domain.values import Severity
from app.domain.values.long_work import Tell, silent
from app.services.importing.exporting import Export
from app.services.importing.wanted import FileFinding
from app.services.work import UnitOfWork
from app.texts import Texts

_FAULT_COLUMNS = ("severity", "file", "line", "place", "value", "fault", "remedy", "code")


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Everything of one kind that there is to say about files: its code and where it stands."""

    code: str
    severity: Severity
    found: tuple[FileFinding, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines where it stands, without those that have none."""
        return tuple(said.finding.where.line for said in self.found if said.finding.where.line)


def fault_groups(findings: Iterable[FileFinding]) -> tuple[FaultGroup, ...]:
    """What there is to say, by kind: errors before notices, the most frequent first."""
    groups: dict[tuple[Severity, str], list[FileFinding]] = {}
    for said in findings:
        groups.setdefault((said.finding.severity, said.finding.code), []).append(said)
    found = [FaultGroup(code, severity, tuple(each)) for (severity, code), each in groups.items()]
    return tuple(sorted(found, key=lambda group: (group.severity is Severity.NOTICE, -len(group.found), group.code)))


def faults_export(findings: Iterable[FileFinding], texts: Texts) -> Export:
    """The list of faults as a file to work through: a fault a row, in words."""
    rows = tuple(_fault_row(said, texts) for said in findings)
    return Export("faults", _FAULT_COLUMNS, rows, rows)


def _fault_row(said: FileFinding, texts: Texts) -> dict[str, object]:
    finding = said.finding
    text, remedy = texts.error(finding.code, finding.all_facts)
    values = (str(finding.severity), said.file, finding.where.line or "", finding.where.path, finding.value, text)
    return dict(zip(_FAULT_COLUMNS, (*values, remedy, finding.code), strict=True))


def meaning(unit: UnitOfWork, headings: Sequence[str]) -> dict[str, str]:
    """What each heading of a file means: as it was said for such a file before, else guessed; '' is left out."""
    said = remembered(unit, headings)
    return table_kinds.guessed(headings) | {heading: said[heading] for heading in headings if heading in said}


def remembered(unit: UnitOfWork, headings: Sequence[str]) -> dict[str, str]:
    """What people said that the headings of such a file mean; nothing for those that speak for themselves."""
    return journal.mapping(unit.session, exchange.shape_of(headings))[0]


def written_as(unit: UnitOfWork, headings: Sequence[str]) -> Writing:
    """The letters and decimals of such a file, as people said; nothing where that was found out."""
    return journal.mapping(unit.session, exchange.shape_of(headings))[1]


def remember(
    unit: UnitOfWork, headings: Sequence[str], columns: Mapping[str, str], writing: Writing | None = None
) -> None:
    """Remember what the headings of such files mean and how they are written: for this person, and for the company."""
    journal.remember_mapping(unit.session, exchange.shape_of(headings), columns, writing or Writing())


def past(unit: UnitOfWork, *, most: int = 200) -> tuple[PastImport, ...]:
    """The imports that changed something, the latest first."""
    return journal.past(unit.session, most=most)


def undo(unit: UnitOfWork, run: UUID, tell: Tell = silent) -> None:
    """Take an import back, whole: what it made goes, what it changed is as it was. `tell` hears how far it is.

    Refuses `importing.moved_since` and `importing.changed_since` with the records named, `importing.made_documents`,
    `importing.in_use` and `importing.already_undone`.
    """
    journal.undo(unit.session, unit.request_id, run, tell)
    for kind in ("item", "location", "partner", "category"):
        unit.changed(kind)
