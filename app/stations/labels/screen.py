"""Label templates on the screen: all versions, how each looks, which is in use; brought, taken out, tried on paper.

What a template may say is checked by `devices`; who may change one is the database's to say.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from app.devices.labels import TemplateVersion
from app.dialogs.dialog import Choice, Feedback, Level
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.services.labels import CHANGE
from app.stations.kit.bus import Subscribe
from app.stations.kit.choices_list import ChoicesList
from app.stations.kit.kit import Kit
from app.stations.kit.manager_screen import ManagerScreen
from app.stations.kit.record_table import Column, Query, Record, RecordTable
from app.stations.labels.preview import Preview
from app.stations.labels.work import LabelsWork

LABELS = "labels"
IMPORT, EXPORT, USE, EXAMPLE = "IMPORT_TEMPLATE", "EXPORT", "USE_VERSION", "PRINT_EXAMPLE"
RESOLUTION, COPY, SAVE, CANCEL = "RESOLUTION", "COPY", "SAVE", "CANCEL"
COLUMNS = (
    Column("template", "labels.template", 150, sortable=False),
    Column("version", "labels.version", 75, sortable=False, identifier=True),
    Column("used", "labels.used", 90, sortable=False),
    Column("saved", "labels.saved", 150, sortable=False, identifier=True),
    Column("person", "labels.person", 140, sortable=False),
    Column("note", "labels.note", 220, sortable=False),
)
_ROWS, _PRINTERS, _NOTE = range(3)
_LONGEST_NOTE = 200


class LabelsScreen(ManagerScreen):
    """The shared table of versions, the selected one as it is printed, and what can be done with it."""

    done = Signal(str)
    """The command that was carried out."""

    def __init__(self, kit: Kit, work: LabelsWork, *, subscribe: Subscribe) -> None:
        super().__init__(kit, LABELS, subscribe=subscribe, kinds={CHANGE})
        self._work = work
        self._brought: LabelContent | None = None
        self._tried: TemplateVersion | None = None
        self._printers: dict[str, str] = {}
        self.table = RecordTable(
            kit, COLUMNS, self._page, title=kit.texts.text("titles", LABELS), nothing=self._nothing
        )
        self.preview = Preview(kit, work)
        self.question = QLabel(wordWrap=True)
        self.question.setProperty("role", "heading")
        self.choices = ChoicesList(kit)
        self.told = QLabel(wordWrap=True)
        self.told.setProperty("role", "heading")
        self.note = QLineEdit(
            placeholderText=kit.texts.text("hints", "labels.note"), maxLength=_LONGEST_NOTE, clearButtonEnabled=True
        )
        self.note.setAccessibleName(kit.texts.text("captions", "labels.note"))
        self._arrange()
        self._connect()
        self._offer()
        self.table.open()

    def on_scan(self, raw: str, _symbology: str = "", _source: str = "keyboard") -> None:
        """Show the templates that bear what was scanned; while something is asked, no scan answers it."""
        if self._pages.currentIndex() == _ROWS:
            self.table.filter.setText(raw)
        else:
            self.say(Feedback(Level.ERROR, "labels.finish_first"))

    def carry_out(self, command: str) -> None:
        """Carry out a command, or ask what it needs to know first."""
        simple: dict[str, Callable[[], object]] = {
            COPY: self.table.copy,
            CANCEL: self._ask_nothing,
            RESOLUTION: self.preview.next_resolution,
            IMPORT: self.ask_for_file,
            SAVE: self._save,
        }
        if command in simple:
            simple[command]()
            return
        chosen = self.selected()
        if chosen is None:
            self.say(Feedback(Level.WARNING, "labels.choose"))
        elif command == EXPORT:
            self.ask_where(chosen)
        elif command == USE:
            facts = {"template": _words(chosen.name), "version": str(chosen.version)}
            self._do(USE, lambda: self._work.use(chosen.name, chosen.version), lambda _nothing: facts)
        elif command == EXAMPLE:
            self._ask_printer(chosen)

    def front(self) -> RecordTable:
        """The versions."""
        return self.table

    def step_back(self) -> bool:
        """Ask no more."""
        asking = self._pages.currentIndex() != _ROWS
        if asking:
            self._ask_nothing()
        return asking

    def selected(self) -> TemplateVersion | None:
        """The version that is looked at."""
        chosen = self.table.selected()
        version = chosen[0].made_of if len(chosen) == 1 else None
        assert version is None or isinstance(version, TemplateVersion)
        return version

    def ask_for_file(self) -> QFileDialog:
        """Let the person choose a template's file to bring in."""
        dialog = self._file_dialog("labels.import_title")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.bring(Path(name)))
        dialog.open()
        return dialog

    def ask_where(self, version: TemplateVersion) -> QFileDialog:
        """Let the person choose a file to write this version into."""
        dialog = self._file_dialog("labels.export_title")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".yaml")
        dialog.selectFile(f"{version.name}.yaml")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name), version))
        dialog.open()
        return dialog

    def export_to(self, path: Path, version: TemplateVersion) -> None:
        """Write a version into a file."""

        def write() -> None:
            try:
                path.write_text(version.text, encoding="utf-8")
            except OSError as error:
                raise Refusal("labels.not_written", file=path.name, why=error.strerror or str(error)) from error

        self._do(EXPORT, write, lambda _nothing: {"file": path.name})

    def bring(self, path: Path) -> None:
        """Check a file; where it can work, show it and ask what was changed."""
        self.start(lambda: self._work.brought(path), self._ask_note)

    # - inside -

    def _arrange(self) -> None:
        asking, noting = QWidget(), QWidget()
        questions, notes = QVBoxLayout(asking), QVBoxLayout(noting)
        questions.addWidget(self.question)
        questions.addWidget(self.choices, 1)
        notes.addWidget(self.told)
        notes.addWidget(self.note)
        notes.addStretch(1)
        self._pages = QStackedWidget()
        for page in (self.table, asking, noting):
            self._pages.addWidget(page)
        row = QHBoxLayout()
        row.addWidget(self._pages, 1)
        row.addWidget(self.preview)
        self.lay_out(row)

    def _connect(self) -> None:
        self.hear_of(self.table)
        self.table.view.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self.table.model.replaced.connect(self._offer)
        self.choices.chosen.connect(self._print)

    def _page(self, after: Record | None, limit: int, query: Query) -> Sequence[Record]:
        records = [self._record(version) for version in self._work.versions()]
        wanted = query.text.lower()
        found = [record for record in records if wanted in " ".join(record.cells).lower()]
        keys = [record.key for record in found]
        first = keys.index(after.key) + 1 if after is not None and after.key in keys else 0
        return found[first : first + limit]

    def _record(self, version: TemplateVersion) -> Record:
        texts = self._kit.texts
        cells = (
            _words(version.name),
            str(version.version),
            texts.text("captions", "labels.in_use") if version.active else "",
            version.saved_at.astimezone().strftime("%Y-%m-%d %H:%M") if version.saved_at else "",
            version.person,
            version.note if version.version else texts.text("captions", "labels.programs_own"),
        )
        return Record((version.name, version.version), cells, version)

    def _nothing(self, query: Query) -> str:
        return self._kit.texts.text("hints", "labels.no_match", {"text": query.text})

    def _offer(self) -> None:
        """Show the selected version, and the keys of what may be done with it."""
        if self._pages.currentIndex() != _ROWS:
            return
        version = self.selected()
        keys = [IMPORT]
        if version is None:
            self.preview.clear()
        else:
            keys += [EXPORT, *([] if version.active else [USE]), EXAMPLE, RESOLUTION]
            facts = {"template": _words(version.name), "version": str(version.version)}
            heading = self._kit.texts.text("captions", "labels.heading", facts)
            self.preview.show_label(heading, lambda: self._work.example(version))
        self.keys.show_commands([*keys, COPY], why=False)

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, self._kit.texts.text("captions", title))
        dialog.setNameFilters([self._kit.texts.text("captions", "labels.files")])
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _ask_printer(self, version: TemplateVersion) -> None:
        def asks(printers: Sequence[tuple[UUID, str]]) -> None:
            self._tried = version
            self._printers = {str(one): name for one, name in printers}
            facts = {"template": _words(version.name), "version": str(version.version)}
            self.question.setText(self._kit.texts.text("prompts", "labels.which_printer", facts))
            self.choices.offer(
                [Choice(one, "printing.on_printer", {"printer": name}) for one, name in self._printers.items()]
            )
            self._ask(_PRINTERS, (RESOLUTION, CANCEL), self.choices)

        self.start(self._work.printers, asks)

    def _ask_note(self, brought: LabelContent) -> None:
        self._brought = brought
        self.band.acknowledge()
        facts = {"template": _words(brought.template)}
        self.told.setText(self._kit.texts.text("prompts", "labels.what_changed", facts))
        self.note.clear()
        self.preview.show_label(self._kit.texts.text("captions", "labels.brought", facts), lambda: brought)
        self._ask(_NOTE, (SAVE, RESOLUTION, CANCEL), self.note)

    def _ask(self, page: int, keys: Sequence[str], focus: QWidget) -> None:
        self._pages.setCurrentIndex(page)
        self.keys.show_commands(keys, why=False)
        focus.setFocus()

    def _ask_nothing(self) -> None:
        self._brought = self._tried = None
        self._pages.setCurrentIndex(_ROWS)
        self._offer()
        self.table.filter.setFocus()

    def _save(self) -> None:
        if (brought := self._brought) is None:
            return
        note = self.note.text().strip()
        self._ask_nothing()
        self._do(
            IMPORT,
            lambda: self._work.save(brought.template, brought.layout, note),
            lambda version: {"template": _words(brought.template), "version": str(version)},
        )

    def _print(self, printer: str) -> None:
        version, name = self._tried, self._printers.get(printer, "")
        self._ask_nothing()
        if version is not None:
            self._do(
                EXAMPLE,
                lambda: self._work.print_example(self._work.example(version), UUID(printer)),
                lambda _job: {"printer": name},
            )

    def _do(self, command: str, act: Callable[[], object], facts: Callable[[object], dict[str, str]]) -> None:
        def done(result: object) -> None:
            self.say(Feedback(Level.OK, f"labels.{command.lower()}", facts(result)))
            self.table.refresh()
            self.done.emit(command)

        self.start(act, done)


def _words(name: str) -> str:
    """A template's name as people say it."""
    return name.replace("_", " ")
