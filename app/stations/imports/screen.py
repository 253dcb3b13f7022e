"""Import and export: imports that were made, a file's faults and difference before it is applied, the way back."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.values import Difference, Severity
from app.services import importing
from app.services.importing import Contents, Export, FileFinding, ImportPlan, ImportResult, PastImport
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Record

NAME = "imports"
PAST = (
    Column("at", "imports.at", 170, identifier=True),
    Column("by", "imports.by", 160),
    Column("files", "imports.files", 300),
    Column("counts", "imports.counts", 360),
    Column("undone", "imports.undone", 200),
)
FOUND = (
    Column("what", "imports.what", 110),
    Column("record", "imports.record", 200, identifier=True),
    Column("field", "imports.field", 200),
    Column("old", "imports.old", 180),
    Column("new", "imports.new", 420),
)
_KINDS = ("warehouses", "products", "purchase_orders", "orders")
_EXPORTS = ("products", "locations")


class ImportsScreen(DeskScreen):
    """Every import that changed something, the latest first; a chosen file lies over them until it is applied."""

    def __init__(
        self, kit: Kit, work: DeskWork, *, read: Callable[[Path], Contents], write: Callable[[Path, Export], object]
    ) -> None:
        super().__init__(kit, NAME, work, kinds={"item", "location"})
        self._read, self._write = read, write
        self.show_front(self._past())

    def _past(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [self._past_record(one) for one in self.work.run(importing.past)]

        return Sheet(
            "imports.past",
            self.texts.text("titles", NAME),
            PAST,
            page_of(PAST, read),
            lambda _query: self.hint("imports.none"),
            (
                Command("CHOOSE_FILE", lambda _rows: self.choose(), lambda _rows: self.hindered("edit_products")),
                Command("TAKE_IMPORT_BACK", self._ask_undo, self._no_undo),
                Command("WRITE_PRODUCTS", lambda _rows: self.choose_target("products")),
                Command("WRITE_PLACES", lambda _rows: self.choose_target("locations")),
            ),
        )

    def _past_record(self, one: PastImport) -> Record:
        counts = "; ".join(
            self.words(f"imports.count_{kind}", new=count["new"], changed=count["changed"])
            for kind, count in one.counts.items()
        )
        undone = f"{one.undone_at:%Y-%m-%d %H:%M} {one.undone_by}" if one.undone_at else ""
        return Record(
            one.id, (f"{one.at:%Y-%m-%d %H:%M}", one.person, ", ".join(one.files), counts, undone), made_of=one
        )

    # - a file -

    def choose(self) -> QFileDialog:
        """Let the person choose the file to look through."""
        dialog = QFileDialog(self, self.words("imports.choose"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.words("imports.filter"))
        dialog.fileSelected.connect(lambda name: self.look_through(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def look_through(self, path: Path) -> None:
        """Read a file and show what is wrong with it and what it would change; nothing is changed."""

        def work() -> tuple[Contents, ImportPlan]:
            contents = self._read(path)
            return contents, self.work.run(lambda unit: importing.preview(unit, [contents]))

        self.say(Feedback(Level.WAITING, "imports.reading", {"file": path.name}))
        self.start(work, lambda found: self._show_difference(*found))

    def _show_difference(self, contents: Contents, plan: ImportPlan) -> None:
        records = [Record(UUID(int=n), cells) for n, cells in enumerate(self._cells(plan), start=1)]
        errors = sum(said.finding.severity is Severity.ERROR for said in plan.findings)
        if plan.refused:
            self.say(Feedback(Level.WARNING, "imports.faulty", {"file": contents.name, "count": str(errors)}))
        else:
            self.say(Feedback(Level.OK, "imports.ready", {"file": contents.name}))
        self.lay_over(
            Sheet(
                "imports.found",
                contents.name,
                FOUND,
                page_of(FOUND, lambda: records),
                lambda _query: self.hint("imports.nothing_changes"),
                (
                    Command(
                        "APPLY_IMPORT",
                        lambda _rows: self._ask_apply(contents, plan),
                        lambda _rows: self._no_apply(plan),
                    ),
                ),
                facts=lambda: self._sum(plan),
            )
        )

    def _cells(self, plan: ImportPlan) -> Iterator[tuple[str, ...]]:
        yield from (self._finding_cells(said) for said in plan.findings)
        for kind in _KINDS:
            yield from self._difference_cells(getattr(plan, kind))

    def _finding_cells(self, said: FileFinding) -> tuple[str, ...]:
        finding = said.finding
        text, remedy = self.texts.error(finding.code, finding.all_facts)
        word = "imports.fault" if finding.severity is Severity.ERROR else "imports.notice"
        return (self.words(word), str(finding.where), "", finding.value, f"{text} {remedy}")

    def _difference_cells(self, difference: Difference[Any]) -> Iterator[tuple[str, ...]]:
        for record in difference.new:
            yield (self.words("imports.is_new"), record.key, "", "", getattr(record, "name", ""))
        for changed in difference.changed:
            for change in changed.changes:
                old = "" if change.old is None else str(change.old)
                yield (self.words("imports.is_changed"), changed.wanted.key, change.field, old, str(change.new))

    def _sum(self, plan: ImportPlan) -> str:
        parts = (
            self.words(f"imports.count_{kind}", new=count["new"], changed=count["changed"])
            for kind, count in plan.counts.items()
        )
        return "; ".join(parts)

    def _no_apply(self, plan: ImportPlan) -> str:
        if plan.refused:
            return self.hint("imports.mend_first")
        return self.hint("imports.nothing_changes") if plan.empty else self.hindered("edit_products")

    def _ask_apply(self, contents: Contents, plan: ImportPlan) -> None:
        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self.work.run(lambda unit: importing.import_files(unit, [contents]), request_id=request),
                self._applied,
                undo=lambda _result, again: self._take_back(request, again),
                after=lambda _result: self.step_back(),
            )

        told = self._sum(plan)
        self.ask(Question(self.words("imports.ask_apply", file=contents.name), (), lambda _answers: told, book))

    def _applied(self, result: ImportResult) -> Feedback:
        return (
            Feedback(Level.OK, "imports.applied") if result.applied else Feedback(Level.WARNING, "imports.not_applied")
        )

    # - back -

    def _no_undo(self, rows: Sequence[Record]) -> str:
        if len(rows) != 1:
            return self.hint("imports.choose_one")
        past = rows[0].made_of
        done = isinstance(past, PastImport) and past.undone_at is not None
        return self.hint("imports.undone_already") if done else self.hindered("edit_products")

    def _ask_undo(self, rows: Sequence[Record]) -> None:
        run = rows[0].key
        assert isinstance(run, UUID)

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request, lambda: self._take_back(run, request), lambda _done: Feedback(Level.OK, "imports.taken_back")
            )

        told = self.words("imports.told_undo")
        title = self.words("imports.ask_undo", file=rows[0].cells[2])
        self.ask(Question(title, (), lambda _answers: told, book))

    def _take_back(self, run: UUID, request: UUID) -> None:
        self.work.run(lambda unit: importing.undo(unit, run), request_id=request)

    # - out -

    def choose_target(self, kind: str) -> QFileDialog:
        """Let the person choose a file for everything of a kind."""
        dialog = QFileDialog(self, self.words("imports.write"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".xlsx")
        dialog.setNameFilter(self.words("imports.write_filter"))
        dialog.selectFile(f"{kind}.xlsx")
        dialog.fileSelected.connect(lambda name: self.write_out(kind, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write_out(self, kind: str, path: Path) -> None:
        """Write everything of a kind to a file."""

        def work() -> int:
            made = self.work.run(lambda unit: importing.export(unit, kind))
            self._write(path, made)
            return len(made.rows)

        self.start(
            work,
            lambda count: self.say(Feedback(Level.OK, "imports.written", {"file": path.name, "count": str(count)})),
        )
