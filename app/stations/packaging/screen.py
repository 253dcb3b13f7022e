"""What benches pack with, live: a tab a kind of record, and for each one what it is used for and who changed it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import ExtraCard, Feedback, Level
from app.domain.packing.packaging import EXTRA, FIELDS, read_fields
from app.domain.values import Field as Declared
from app.domain.values import FieldKind
from app.services import packaging
from app.services.packaging import Kept
from app.services.products import images, looking
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.extra_view import ExtraView
from app.stations.kit.kit import Kit
from app.stations.kit.photo_area import FILES
from app.stations.kit.record_table import Record
from app.stations.kit.trail import CHANGES, USES, change_record, use_records
from app.stations.packaging.rows import COLUMNS, record

NAME = "packaging"
_WIDE = frozenset({"name", "words", "services", "owners"})


class PackagingScreen(DeskScreen):
    """Every kind of record in its tab; archived ones stand last and are grey."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds=set(FIELDS))
        self.show_front(*(self._sheet(kind) for kind in FIELDS))

    def _sheet(self, kind: str) -> Sheet:
        columns = COLUMNS[kind]

        def read() -> Sequence[Record]:
            return [record(kind, one, self.texts) for one in self.work.run(lambda unit: packaging.listed(unit, kind))]

        return Sheet(
            f"packaging.{kind}",
            self.texts.text("titles", f"packaging.{kind}"),
            columns,
            page_of(columns, read),
            lambda query: self.hint("no_rows", text=query.text),
            (
                Command("NEW_RECORD", lambda _rows: self._ask(kind, None), self._may_not),
                *self.one_of(
                    Command("CHANGE_RECORD", lambda rows: self._ask(kind, _kept(rows[0])), self._may_not),
                    Command("ARCHIVE", lambda rows: self._ask_switch(kind, _kept(rows[0])), self._may_not),
                    Command("REMOVE_RECORD", lambda rows: self._ask_remove(kind, _kept(rows[0])), self._may_not),
                    Command("USED_WHERE", lambda rows: self._lay_uses(kind, _kept(rows[0]))),
                    Command("CHANGES", lambda rows: self._lay_history(kind, _kept(rows[0]))),
                    *(self._pictures() if kind == EXTRA else ()),
                ),
            ),
            opened=lambda row: self._ask(kind, _kept(row)),
        )

    # - questions -

    def _ask(self, kind: str, known: Kept | None) -> None:
        """Every field of a record; an empty one gets its usual value."""
        values = known.values if known else {}
        fields = tuple(self._field(one, values.get(one.name)) for one in FIELDS[kind])

        def told(answers: Answers) -> str:
            read_fields(kind, answers)
            return self.words(f"packaging.told_{kind}")

        def book(answers: Answers, request: UUID) -> Booking:
            wanted = read_fields(kind, answers)
            return self._saving(request, lambda unit: packaging.save(unit, kind, known, wanted), answers["code"])

        title = self.words("packaging.ask_change", name=known.code) if known else self.words(f"packaging.ask_{kind}")
        self.ask(Question(title, fields, told, book))

    def _ask_switch(self, kind: str, known: Kept) -> None:
        what = "archive" if known.active else "restore"
        self._ask_sure(what, known, lambda unit: packaging.switch(unit, kind, known))

    def _ask_remove(self, kind: str, known: Kept) -> None:
        self._ask_sure("remove", known, lambda unit: packaging.remove(unit, kind, known))

    def _ask_sure(self, what: str, known: Kept, work: Callable[[UnitOfWork], object]) -> None:
        told = self.words(f"packaging.told_{what}", name=known.code)
        title = self.words(f"packaging.ask_{what}", name=known.code)

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._saving(request, work, known.code)

        self.ask(Question(title, (), lambda _answers: told, book))

    def _saving(self, request: UUID, work: Callable[[UnitOfWork], object], code: str) -> Booking:
        return Booking(
            request,
            lambda: self.work.run(work, request_id=request),
            lambda _answer: Feedback(Level.OK, "packaging.saved", {"name": code}),
        )

    # - the picture of an extra -

    def _pictures(self) -> tuple[Command, ...]:
        """Bring a picture, and look at the one that is there."""
        return (
            Command("BRING_PICTURE", lambda rows: self._choose_picture(_kept(rows[0])), self._may_not),
            Command("SHOW_PICTURE", lambda rows: self._lay_picture(_kept(rows[0])), self._has_none),
        )

    def _has_none(self, rows: Sequence[Record]) -> str:
        return "" if _kept(rows[0]).values["picture"] else self.hint("packaging.no_picture")

    def _choose_picture(self, known: Kept) -> QFileDialog:
        dialog = QFileDialog(self, self.words("photo.file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{self.words('photo.files')} ({FILES})"])
        dialog.fileSelected.connect(lambda name: self.bring_picture(known, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def bring_picture(self, known: Kept, path: Path) -> None:
        """Show the picture of a file with an extra from now on."""

        def call(request: UUID) -> object:
            prepared = images.read_file(path)
            return self.work.run(lambda unit: packaging.keep_picture(unit, known, prepared), request_id=request)

        saved = Feedback(Level.OK, "packaging.saved", {"name": known.code})
        self.book_at_once(lambda request: Booking(request, lambda: call(request), lambda _answer: saved))

    def _lay_picture(self, known: Kept) -> None:
        values = known.values

        def show(content: bytes) -> None:
            title = self.words("packaging.picture_of", name=known.code)
            view = ExtraView(self._kit, lambda _name: content)
            view.show_extra(ExtraCard(values["name"], values["words"], values["picture"]))
            page = page_of((), list)
            self.lay_over(Sheet("packaging.shown", title, (), page, lambda _query: "", canvas=lambda _table: view))

        self.start(lambda: self.work.run(lambda unit: looking.image(unit, values["picture"])), show)

    # - what is known of a record -

    def _lay_uses(self, kind: str, known: Kept) -> None:
        def read() -> Sequence[Record]:
            return use_records(self.work.run(lambda unit: packaging.uses(unit, kind, known)), self.texts)

        title = self.words("packaging.uses_of", name=known.code)
        nothing = self.hint("packaging.not_used")
        self.lay_over(Sheet("packaging.uses", title, USES, page_of(USES, read), lambda _query: nothing))

    def _lay_history(self, kind: str, known: Kept) -> None:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: packaging.history(unit, kind, known))
            return [change_record(one, self.texts) for one in found]

        title = self.words("packaging.changes_of", name=known.code)
        nothing = self.hint("sites.no_changes")
        self.lay_over(Sheet("packaging.changes", title, CHANGES, page_of(CHANGES, read), lambda _query: nothing))

    # - inside -

    def _may_not(self, _rows: Sequence[Record]) -> str:
        return self.hindered("set_up")

    def _field(self, declared: Declared, value: Any) -> Field:  # noqa: ANN401  (what the record holds)
        caption = self.words(f"field.{declared.name}")
        if declared.kind is FieldKind.TRUTH:
            yes_no = (("no", self.words("people.no")), ("yes", self.words("people.yes")))
            return Field(declared.name, caption, "yes" if value else "no", yes_no)
        if declared.kind is FieldKind.CHOICE:
            choices = tuple((one, self.texts.word(declared.name, one)) for one in declared.choices)
            return Field(declared.name, caption, str(value or declared.choices[0]), choices)
        return Field(declared.name, caption, declared.written(value), wide=declared.name in _WIDE)


def _kept(record: Record) -> Kept:
    assert isinstance(record.made_of, Kept)
    return record.made_of
