"""Import and export: imports that were made and the way back, a file to look through, everything written to files."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.services import importing
from app.services.importing import PastImport
from app.stations.imports.desk import ImportsDesk
from app.stations.imports.given import FileInHand
from app.stations.imports.wiring import Exchange
from app.stations.kit.desk import Answers, Booking, Command, DeskWork, Field, Question, Sheet, page_of
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
_ENDINGS = (".xlsx", ".csv", ".json", ".yaml")


class ImportsScreen(ImportsDesk):
    """Every import that changed something, the latest first; a file that is chosen or dropped lies over them."""

    def __init__(self, kit: Kit, work: DeskWork, exchange: Exchange) -> None:
        super().__init__(kit, NAME, work, kinds={"item", "location", "partner"})
        self._exchange = exchange
        self.setAcceptDrops(True)
        self.file = FileInHand(self, exchange)
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
                Command("WRITE_OUT", lambda _rows: self._ask_what(template=False)),
                Command("WRITE_TEMPLATE", lambda _rows: self._ask_what(template=True)),
            ),
            facts=lambda: self.hint("imports.drop"),
        )

    def _past_record(self, one: PastImport) -> Record:
        undone = f"{one.undone_at.astimezone():%Y-%m-%d %H:%M} {one.undone_by}" if one.undone_at else ""
        cells = (
            f"{one.at.astimezone():%Y-%m-%d %H:%M}",
            one.person,
            ", ".join(one.files),
            self.told(one.counts),
            undone,
        )
        return Record(one.id, cells, made_of=one)

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
        """Ask what the columns of a file mean, then show what is wrong with it and what it would change."""
        if not self.busy and not self.long_work.under_way:
            self.file.take(path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere on the screen."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """The file that was dropped is looked through; of several the person has to choose one."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if why := self.hindered("edit_products"):
            self.say(Feedback(Level.WARNING, "desk.not_now", {"why": why}))
        elif len(paths) != 1:
            self.say(Feedback(Level.WARNING, "imports.one_file", {"count": str(len(paths))}))
        else:
            event.acceptProposedAction()
            self.look_through(paths[0])

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
            self.show_progress(on=True)
            return Booking(request, lambda: self.take_back(run, request), self._taken_back)

        told = self.words("imports.told_undo")
        title = self.words("imports.ask_undo", file=rows[0].cells[2])
        self.ask(Question(title, (), lambda _answers: told, book))

    def _taken_back(self, _done: object) -> Feedback:
        self.show_progress(on=False)
        return Feedback(Level.OK, "imports.taken_back")

    # - out -

    def _ask_what(self, *, template: bool) -> None:
        known = tuple((kind, self.choice(f"exchange.{kind}")) for kind in importing.EXPORTED)
        fields = (
            Field("kind", self.words("imports.which"), choices=known),
            Field("ending", self.words("imports.ending"), choices=tuple((end, end[1:].upper()) for end in _ENDINGS)),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            def chosen(_nothing: object) -> Feedback:
                return Feedback(Level.WAITING, "imports.where_to")

            return Booking(
                request,
                lambda: None,
                chosen,
                after=lambda _nothing: self.choose_target(answers["kind"], answers["ending"], template=template),
            )

        title = self.words("imports.write_template" if template else "imports.write")
        self.ask(Question(title, fields, lambda answers: self.hint(f"exchange.{answers['kind']}"), book))

    def choose_target(self, kind: str, ending: str, *, template: bool) -> QFileDialog:
        """Let the person choose a file for everything of a kind, or for an example to fill in."""
        dialog = QFileDialog(self, self.words("imports.write"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.setNameFilter(f"{ending[1:].upper()} (*{ending})")
        dialog.selectFile(f"{kind}-template{ending}" if template else f"{kind}{ending}")
        dialog.fileSelected.connect(lambda name: self.write_out(kind, Path(name), template=template))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write_out(self, kind: str, path: Path, *, template: bool = False) -> None:
        """Write everything of a kind to a file, or an example of it."""

        def work() -> int:
            made = importing.template(kind) if template else self.work.run(lambda unit: importing.export(unit, kind))
            self._exchange.write(path, made)
            return len(made.rows)

        self.start(
            work,
            lambda count: self.say(Feedback(Level.OK, "imports.written", {"file": path.name, "count": str(count)})),
        )
