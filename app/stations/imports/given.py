"""The file that is looked through: what its columns mean, what is wrong with it, what it would change."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain import exchange, table_kinds
from app.domain.exchange import Layout, Writing
from app.domain.setup_kinds import SETUP_KINDS
from app.domain.values import Difference, Severity
from app.domain.values.long_work import within
from app.services import importing
from app.services.importing import Contents, FaultGroup, FileFinding, ImportPlan, ImportResult
from app.stations.imports.desk import ImportsDesk
from app.stations.imports.wiring import Exchange
from app.stations.kit.desk import Answers, Booking, Command, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record

MEANINGS = (
    Column("heading", "imports.heading", 260, identifier=True),
    Column("values", "imports.values", 420),
    Column("means", "imports.means", 300),
    Column("how", "imports.how", 280),
)
GROUPS = (
    Column("what", "imports.what", 110),
    Column("count", "imports.how_many", 90, numeric=True),
    Column("lines", "imports.lines", 240),
    Column("example", "imports.example", 200),
    Column("new", "imports.said", 640),
)
FAULTS = (
    Column("line", "imports.line", 90, numeric=True),
    Column("place", "imports.place", 260),
    Column("value", "imports.value", 260),
    Column("said", "imports.said", 640),
)
FOUND = (
    Column("what", "imports.what", 110),
    Column("record", "imports.record", 240, identifier=True),
    Column("field", "imports.field", 240),
    Column("old", "imports.old", 260),
    Column("new", "imports.new", 420),
)
_LINES_SHOWN = 6
_MARKS = {"": "found_out", ".": "point", ",": "comma"}
_PART = re.compile(r"(\w+)(?:\[([^\]]*)\])?")
_UNSAID = frozenset({"stock_levels", "factor", "value"})
_SAID_BY_THE_KEY = (".scheme", ".code", "].unit", "].name")
_FIELDS = {"alternates": "packaging", "barcodes": "barcode", "base_unit": "uom", "zones": "zone", "unit": "uom"}
"""Parts of records that files call otherwise; what is left out of a path, and what the key of a part says already."""


@dataclass
class _Given:
    """A file as far as it is understood: `columns` are what its headings mean, `known` how that is known.

    `letters` and `mark` (before decimals) are what somebody said of them, empty for found out. `kind` are the set-up
    records that it lists, empty for items, orders and places.
    """

    path: Path
    layout: Layout
    columns: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    letters: str = ""
    mark: str = ""
    kind: str = ""


class FileInHand:
    """Lays its sheets over a screen of imports: meanings of columns, then faults in groups or the difference."""

    def __init__(self, screen: ImportsDesk, wiring: Exchange) -> None:
        self._screen, self._wiring = screen, wiring

    def take(self, path: Path, writing: Writing | None = None) -> None:
        """Look at a file, written as somebody says or said; a table is asked about first, others are read at once."""
        screen = self._screen

        def look() -> _Given:
            layout = self._wiring.look(path, writing.letters if writing else "")
            way = writing or screen.work.run(lambda unit: importing.written_as(unit, layout.headings))
            if way.letters and writing is None:
                layout = self._wiring.look(path, way.letters)
            if not layout.headings:
                return _Given(path, layout, letters=way.letters, mark=way.mark)
            said = screen.work.run(lambda unit: importing.remembered(unit, layout.headings))
            guessed = table_kinds.guessed(layout.headings, layout.samples)
            columns = {heading: said.get(heading, guessed[heading]) for heading in layout.headings}
            known = {heading: _how(heading, said, columns[heading]) for heading in layout.headings}
            kind = table_kinds.kind_said(columns.values())
            return _Given(path, layout, columns, known, way.letters, way.mark, kind)

        screen.start(look, lambda given: self._ask_meanings(given) if given.columns else self._read(given))

    # - what columns mean -

    def _ask_meanings(self, given: _Given) -> None:
        screen = self._screen
        screen.band.clear()

        def read() -> Sequence[Record]:
            return [self._meaning(given, n, heading) for n, heading in enumerate(given.layout.headings)]

        def hindrance(rows: Sequence[Record]) -> str:
            return "" if len(rows) == 1 else screen.hint("imports.choose_column")

        screen.lay_over(
            Sheet(
                "imports.meanings",
                screen.words("imports.meanings", file=given.path.name),
                MEANINGS,
                page_of(MEANINGS, read),
                lambda _query: screen.hint("imports.no_columns"),
                (
                    Command("READ_FILE", lambda _rows: self._read(given)),
                    Command("SET_MEANING", lambda rows: self._ask_meaning(given, rows[0]), hindrance),
                    Command("LEAVE_OUT", lambda rows: self._mean(given, rows, ""),
                            lambda rows: "" if rows else screen.hint("imports.choose_column")),
                    Command("SET_KIND", lambda _rows: self._ask_kind(given)),
                    Command("SET_LETTERS", lambda _rows: self._ask_letters(given)),
                ),
                facts=lambda: self._taken_for(given),
                opened=lambda row: self._ask_meaning(given, row),
            )
        )  # fmt: skip

    def _meaning(self, given: _Given, n: int, heading: str) -> Record:
        column = given.columns[heading]
        samples = given.layout.samples[n] if n < len(given.layout.samples) else ()
        means = self._field_words(column) if column else self._screen.choice("field.none")
        how = self._screen.words(f"imports.how_{given.known[heading]}")
        return Record(UUID(int=n + 1), (heading, " · ".join(samples), means, how), made_of=heading)

    def _ask_meaning(self, given: _Given, row: Record) -> None:
        heading, screen = str(row.made_of), self._screen
        names = table_kinds.columns(given.kind) if given.kind else exchange.FIELDS
        known = sorted((self._field_words(name), name) for name in names)
        choices = (("", screen.choice("field.none")), *((name, words) for words, name in known))
        asked = (Field("means", screen.words("imports.means"), given.columns[heading], choices, wide=True),)

        def book(answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self._keep(given, [heading], answers["means"]),
                lambda _done: Feedback(Level.OK, "imports.meaning_kept", {"heading": heading}),
            )

        screen.ask(Question(screen.words("imports.ask_meaning", heading=heading), asked, lambda _answers: "", book))

    def _field_words(self, meaning: str) -> str:
        """A field in words: with the section that it stands in."""
        kind, field = table_kinds.parted(meaning)
        parts = field.split(".") if kind else [field]
        return ": ".join(self._screen.choice(f"field.{part}") for part in parts)

    def _kind(self, kind: str) -> str:
        return self._screen.choice(f"exchange.{kind}") if kind else self._screen.choice("exchange.goods")

    def _ask_kind(self, given: _Given) -> None:
        """Ask what the file is a list of; its columns are looked at anew."""
        screen = self._screen
        kinds = sorted((self._kind(kind), kind) for kind in SETUP_KINDS)
        choices = (("", self._kind("")), *((kind, words) for words, kind in kinds))
        asked = (Field("kind", screen.words("imports.kind"), given.kind, choices, wide=True),)

        def book(answers: Answers, request: UUID) -> Booking:
            def look_again() -> None:
                kind, found = answers["kind"], given.layout
                as_listed = table_kinds.meanings(kind, found.headings) if kind else {}
                given.kind, given.columns = kind, as_listed or exchange.guessed(found.headings, found.samples)
                given.known = {name: "said" if means else "unknown" for name, means in given.columns.items()}

            return Booking(request, look_again, lambda _done: Feedback(Level.OK, "imports.kind_kept"))

        screen.ask(Question(screen.words("imports.ask_kind"), asked, lambda _answers: "", book))

    def _mean(self, given: _Given, rows: Sequence[Record], column: str) -> None:
        self._keep(given, [str(row.made_of) for row in rows], column)
        self._screen.refresh()

    def _keep(self, given: _Given, headings: Sequence[str], column: str) -> None:
        for heading in headings:
            given.columns[heading], given.known[heading] = column, "said"

    def _taken_for(self, given: _Given) -> str:
        listed = self._screen.words("imports.list_of", kind=self._kind(given.kind))
        return " ".join(filter(None, (listed, self._letters_of(given), self._screen.hint("imports.meanings"))))

    def _letters_of(self, given: _Given) -> str:
        """In which letters it is read; nothing where the file leaves no doubt."""
        letters = self._wiring.letters.get(given.letters, given.letters) or given.layout.letters
        return self._screen.words("imports.letters_are", letters=letters) if letters else ""

    def _ask_letters(self, given: _Given) -> None:
        screen = self._screen
        found_out = ("", screen.choice("letters.found_out"))
        choices = (found_out, *self._wiring.letters.items())
        marks = tuple((mark, screen.choice(f"decimals.{name}")) for mark, name in _MARKS.items())
        asked = (
            Field("letters", screen.words("imports.letters"), given.letters, choices, wide=True),
            Field("mark", screen.words("imports.decimals"), given.mark, marks, wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            def again(_done: object) -> None:
                screen.step_back()
                self.take(given.path, Writing(answers["letters"], answers["mark"]))

            return Booking(request, lambda: None, lambda _done: Feedback(Level.OK, "imports.letters_kept"), after=again)

        told = screen.hint("imports.letters")
        screen.ask(Question(screen.words("imports.ask_letters"), asked, lambda _answers: told, book))

    # - reading -

    def _read(self, given: _Given) -> None:
        """Read and judge the file in a worker thread; Escape stops it."""
        screen = self._screen

        def work() -> tuple[Contents, ImportPlan, Sequence[Record]]:
            with screen.long_work.begun() as tell:
                self._remember(given)
                contents = self._wiring.read(given.path, given.columns, given.letters, given.mark, within(tell, 0, 0.6))
                plan = screen.work.run(lambda unit: importing.preview(unit, [contents], within(tell, 0.6, 0.95)))
                return contents, plan, tuple(self._rows(plan))

        def done(found: tuple[Contents, ImportPlan, Sequence[Record]]) -> None:
            screen.show_progress(on=False)
            self._show(*found)

        screen.show_progress(on=True)
        screen.say(Feedback(Level.WAITING, "imports.reading", {"file": given.path.name}))
        screen.start(work, done)

    def _remember(self, given: _Given) -> None:
        found, columns, writing = given.layout.headings, dict(given.columns), Writing(given.letters, given.mark)
        run = self._screen.work.run
        if not found:
            return
        if "said" in given.known.values() or writing != run(lambda unit: importing.written_as(unit, found)):
            run(lambda unit: importing.remember(unit, found, columns, writing))

    # - faults -

    def _show(self, contents: Contents, plan: ImportPlan, rows: Sequence[Record]) -> None:
        screen = self._screen
        errors = sum(said.finding.severity is Severity.ERROR for said in plan.findings)
        if errors:
            screen.say(Feedback(Level.WARNING, "imports.faulty", {"file": contents.name, "count": str(errors)}))
            self._show_groups(contents, plan)
        else:
            screen.say(Feedback(Level.OK, "imports.ready", {"file": contents.name}))
            self._show_difference(contents, plan, rows)

    def _show_groups(self, contents: Contents, plan: ImportPlan) -> None:
        screen = self._screen
        groups = [self._group(n, group) for n, group in enumerate(importing.fault_groups(plan.findings), start=1)]
        open_one = Command(
            "SHOW_LINES",
            lambda rows: self._show_lines(rows[0]),
            lambda rows: "" if len(rows) == 1 else screen.hint("imports.choose_group"),
        )
        screen.lay_over(
            Sheet(
                "imports.groups",
                screen.words("imports.faults_of", file=contents.name),
                GROUPS,
                page_of(GROUPS, lambda: groups),
                lambda _query: screen.hint("imports.no_faults"),
                (open_one, Command("WRITE_FAULTS", lambda _rows: self.choose_fault_list(plan.findings))),
                facts=lambda: screen.told(plan.counts),
                opened=self._show_lines,
            )
        )

    def _group(self, n: int, group: FaultGroup) -> Record:
        first = group.found[0].finding
        lines = ", ".join(map(str, group.lines[:_LINES_SHOWN])) + (" …" if len(group.lines) > _LINES_SHOWN else "")
        cells = (
            self._severity(group.severity),
            str(len(group.found)),
            lines,
            first.value,
            self._sentence(group.found[0]),
        )
        return Record(UUID(int=n), cells, made_of=group)

    def _show_lines(self, row: Record) -> None:
        screen, group = self._screen, row.made_of
        assert isinstance(group, FaultGroup)

        def read() -> Sequence[Record]:
            return [
                Record(
                    UUID(int=n),
                    (
                        str(said.finding.where.line or ""),
                        said.finding.where.path,
                        said.finding.value,
                        self._sentence(said),
                    ),
                )
                for n, said in enumerate(group.found, start=1)
            ]

        write = Command("WRITE_FAULTS", lambda _rows: self.choose_fault_list(group.found))
        screen.lay_over(
            Sheet(
                "imports.lines",
                screen.words("imports.lines_of", count=len(group.found)),
                FAULTS,
                page_of(FAULTS, read),
                lambda _query: screen.hint("imports.no_faults"),
                (write,),
                facts=lambda: row.cells[4],
            )
        )

    def choose_fault_list(self, findings: Sequence[FileFinding]) -> QFileDialog:
        """Let the person choose a file for the list of faults, to work through it."""
        screen = self._screen
        dialog = QFileDialog(screen, screen.words("imports.write_faults"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".xlsx")
        dialog.setNameFilter(screen.words("imports.write_filter"))
        dialog.selectFile("faults.xlsx")
        dialog.fileSelected.connect(lambda name: self.write_faults(findings, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write_faults(self, findings: Sequence[FileFinding], path: Path) -> None:
        """Write faults to a file, each with its line, in words."""
        screen = self._screen

        def work() -> int:
            self._wiring.write(path, importing.faults_export(findings, screen.texts))
            return len(findings)

        screen.start(
            work,
            lambda count: screen.say(Feedback(Level.OK, "imports.written", {"file": path.name, "count": str(count)})),
        )

    def _severity(self, severity: Severity) -> str:
        return self._screen.words("imports.fault" if severity is Severity.ERROR else "imports.notice")

    def _sentence(self, said: FileFinding) -> str:
        text, remedy = self._screen.texts.error(said.finding.code, said.finding.all_facts)
        return f"{text.removesuffix('.')}. {remedy}"

    # - the difference -

    def _rows(self, plan: ImportPlan) -> Iterator[Record]:
        cells = (cells for difference in plan.differences.values() for cells in self._difference_cells(difference))
        return (Record(UUID(int=n), each) for n, each in enumerate(cells, start=1))

    def _difference_cells(self, difference: Difference[Any]) -> Iterator[tuple[str, ...]]:
        is_new, is_changed = self._screen.words("imports.is_new"), self._screen.words("imports.is_changed")
        for record in difference.new:
            yield (is_new, record.key, "", "", getattr(record, "name", ""))
        for changed in difference.changed:
            for change in changed.changes:
                if change.field.endswith(_SAID_BY_THE_KEY):
                    continue
                yield (is_changed, changed.wanted.key, self._field(change.field), *change.told)

    def _field(self, name: str) -> str:
        """The path of a field in words: `alternates[case].factor` is the packaging case."""
        words = [
            (self._screen.choice(f"field.{_FIELDS.get(part, part)}"), key)
            for part, key in _PART.findall(name)
            if part not in _UNSAID
        ]
        return ", ".join(f"{field} {key}".strip() for field, key in words)

    def _show_difference(self, contents: Contents, plan: ImportPlan, rows: Sequence[Record]) -> None:
        screen = self._screen
        apply = Command(
            "APPLY_IMPORT", lambda _rows: self._ask_apply(contents, plan), lambda _rows: self._no_apply(plan)
        )
        notices = Command(
            "SHOW_NOTICES",
            lambda _rows: self._show_groups(contents, plan),
            lambda _rows: "" if plan.findings else screen.hint("imports.no_faults"),
        )
        screen.lay_over(
            Sheet(
                "imports.found",
                contents.name,
                FOUND,
                page_of(FOUND, lambda: rows),
                lambda _query: screen.hint("imports.nothing_changes"),
                (apply, notices),
                facts=lambda: self._facts(plan),
            )
        )

    def _facts(self, plan: ImportPlan) -> str:
        said = self._screen.words("imports.notices", count=len(plan.findings)) if plan.findings else ""
        return " · ".join(filter(None, (self._screen.told(plan.counts), said)))

    def _no_apply(self, plan: ImportPlan) -> str:
        return self._screen.hint("imports.nothing_changes") if plan.empty else self._screen.hindered("edit_products")

    def _ask_apply(self, contents: Contents, plan: ImportPlan) -> None:
        screen = self._screen

        def book(_answers: Answers, request: UUID) -> Booking:
            def work() -> ImportResult:
                with screen.long_work.begun() as tell:
                    return screen.work.run(
                        lambda unit: importing.import_files(unit, [contents], tell), request_id=request
                    )

            screen.show_progress(on=True)
            return Booking(
                request,
                work,
                self._applied,
                undo=lambda _result, again: screen.take_back(request, again),
                after=lambda _result: screen.go_to_front(),
            )

        told = " ".join(filter(None, (f"{screen.told(plan.counts)}.", self._final(plan))))
        screen.ask(Question(screen.words("imports.ask_apply", file=contents.name), (), lambda _answers: told, book))

    def _final(self, plan: ImportPlan) -> str:
        """What is said before, where the import cannot be taken back afterwards."""
        kinds = ", ".join(self._screen.choice(f"exchange.{kind}") for kind in plan.final)
        return self._screen.words("imports.final", kinds=kinds) if kinds else ""

    def _applied(self, result: ImportResult) -> Feedback:
        self._screen.show_progress(on=False)
        return (
            Feedback(Level.OK, "imports.applied") if result.applied else Feedback(Level.WARNING, "imports.not_applied")
        )


def _how(heading: str, said: Collection[str], meaning: str) -> str:
    """How the meaning of a heading is known: as somebody said before, by its name, guessed, or not at all."""
    if heading in said:
        return "remembered"
    if not meaning:
        return "unknown"
    return "name" if table_kinds.is_known(meaning, heading) else "guessed"
