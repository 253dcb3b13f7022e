"""Carriers, live: every one of them, its lists and rows, its file as it would be dropped, and its numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.carriers import GENERAL, KINDS, PARTS, export_file
from app.domain.errors import Refusal
from app.domain.values import Field as Declared
from app.domain.values import FieldKind
from app.services.carriers import buying, setting_up
from app.services.carriers.consigning import sent
from app.services.carriers.setting_up import StoredCarrier
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Record
from app.stations.kit.trail import USES, use_records

NAME = "carriers"
_CARRIERS = (
    Column("code", "carriers.code", 160, identifier=True),
    Column("name", "carriers.name", 260),
    Column("kind", "carriers.kind", 200),
    Column("services", "carriers.services", 110, numeric=True),
    Column("prices", "carriers.prices", 110, numeric=True),
    Column("state", "carriers.state", 160),
)
_PARTS = (
    Column("part", "carriers.part", 260),
    Column("rows", "carriers.rows", 120, numeric=True),
    Column("said", "carriers.said", 620),
)
_RANGES = (
    Column("carrier", "shipping.carrier", 160, identifier=True),
    Column("prefix", "carriers.field_prefix", 110, identifier=True),
    Column("first", "carriers.field_first", 160, numeric=True),
    Column("last", "carriers.field_last", 160, numeric=True),
    Column("next", "carriers.next", 160, numeric=True),
    Column("left", "carriers.left", 140, numeric=True),
)
_LINES = (Column("line", "carriers.line", 70, numeric=True), Column("text", "carriers.text", 900, identifier=True))
_GENERAL = "general"
_WIDTH_PX, _SHOWN_ROWS = 130, 4


class CarriersScreen(DeskScreen):
    """Carriers in front; one of them opens into its lists, and each list into its rows."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={setting_up.CARRIER, buying.PURCHASE})
        self.show_front(self._carriers(), self._ranges())

    def look_into(self, code: str) -> None:
        """Show the lists of a carrier."""
        self.lay_over(self._parts(code))

    def show_part(self, code: str, part: str) -> None:
        """Show what is said once of a carrier, or the rows of one of its lists."""
        self.lay_over(self._said(code) if part == _GENERAL else self._rows(code, part))

    # - sheets -

    def _carriers(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [self._carrier_record(one) for one in self.work.run(setting_up.carriers)]

        return Sheet(
            "carriers.list",
            self.texts.text("titles", NAME),
            _CARRIERS,
            page_of(_CARRIERS, read),
            lambda _query: self.hint("no_rows"),
            (
                Command("NEW_CARRIER", lambda _rows: self._ask_new(), self._may_not),
                *self.one_of(
                    Command("OPEN_CARRIER", lambda rows: self.look_into(_stored(rows[0]).code)),
                    Command("SWITCH_CARRIER", self._ask_switch, self._may_not),
                    Command("REMOVE_CARRIER", lambda rows: self._ask_gone(_stored(rows[0])), self._may_not),
                    Command("USED_WHERE", lambda rows: self._lay_uses(_stored(rows[0]))),
                    Command("PREVIEW_FILE", lambda rows: self._ask_preview(_stored(rows[0]).code), self._tells_nothing),
                ),
            ),
            opened=lambda record: self.look_into(_stored(record).code),
        )

    def _ranges(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [
                Record(
                    (one.carrier, one.position),
                    (one.carrier, one.prefix, str(one.first), str(one.last), str(one.next), str(one.left)),
                    made_of=one,
                    tints=((5, "bad" if not one.left else "caution"),) if one.left <= one.warn_at else (),
                )
                for one in self.work.run(setting_up.ranges)
            ]

        title = self.words("carriers.part_ranges")
        return Sheet(
            "carriers.numbers", title, _RANGES, page_of(_RANGES, read), lambda _query: self.hint("carriers.no_ranges")
        )

    def _parts(self, code: str) -> Sheet:
        def read() -> Sequence[Record]:
            setup = self._setup(code)
            told = [field for field in GENERAL if setup.get(field.name)]
            general = [f"{self._caption(one.name)}: {self._value(one, setup[one.name])}" for one in told]
            said = [(_GENERAL, "", " · ".join(general))]
            said += [(part, str(len(setup.get(part, ()))), _shown(setup.get(part, ()))) for part in PARTS]
            return [Record(part, (self.words(f"carriers.part_{part}"), *rest)) for part, *rest in said]

        return Sheet(
            "carriers.parts",
            self.words("carriers.title", carrier=code),
            _PARTS,
            page_of(_PARTS, read),
            lambda _query: self.hint("no_rows"),
            self.one_of(Command("OPEN_PART", lambda rows: self.show_part(code, str(rows[0].key)))),
            opened=lambda record: self.show_part(code, str(record.key)),
        )

    def _said(self, code: str) -> Sheet:
        columns = (Column("field", "carriers.part", 320), Column("value", "carriers.said", 620, identifier=True))

        def read() -> Sequence[Record]:
            setup = self._setup(code)
            return [
                Record(field.name, (self._caption(field.name), self._value(field, setup.get(field.name))))
                for field in GENERAL
            ]

        return Sheet(
            "carriers.general",
            self.words("carriers.part_of", carrier=code, part=self.words("carriers.part_general")),
            columns,
            page_of(columns, read),
            lambda _query: self.hint("no_rows"),
            self.one_of(Command("CHANGE_ROW", lambda rows: self._ask_said(code, str(rows[0].key)), self._may_not)),
            opened=lambda record: self._ask_said(code, str(record.key)),
        )

    def _rows(self, code: str, part: str) -> Sheet:
        fields = PARTS[part]
        columns = tuple(
            Column(one.name, f"carriers.field_{one.name}", _WIDTH_PX, numeric=_numeric(one)) for one in fields
        )

        def read() -> Sequence[Record]:
            rows = self._setup(code).get(part, ())
            return [
                Record(n, tuple(self._value(field, row.get(field.name)) for field in fields), made_of=row)
                for n, row in enumerate(rows)
            ]

        return Sheet(
            f"carriers.{part}",
            self.words("carriers.part_of", carrier=code, part=self.words(f"carriers.part_{part}")),
            columns,
            page_of(columns, read),
            lambda _query: self.hint("carriers.no_rows"),
            (
                Command("ADD_ROW", lambda _rows: self._ask_row(code, part, None), self._may_not),
                *self.one_of(Command("CHANGE_ROW", lambda rows: self._ask_row(code, part, rows[0]), self._may_not)),
                Command("REMOVE_ROWS", lambda rows: self._ask_remove(code, part, rows), self._nothing_chosen),
            ),
            opened=lambda record: self._ask_row(code, part, record),
        )

    def _carrier_record(self, one: StoredCarrier) -> Record:
        cells = (
            one.code,
            one.name,
            self.words(f"carriers.kind_{one.kind}"),
            str(len(one.setup.get("services", ()))),
            str(len(one.setup.get("prices", ()))),
            "" if one.active else self.words("carriers.not_in_use"),
        )
        return Record(one.code, cells, made_of=one, tints=() if one.active else ((5, "muted"),))

    # - questions -

    def _ask_new(self) -> None:
        kinds = tuple((kind, self.words(f"carriers.kind_{kind}")) for kind in reversed(KINDS))
        fields = (
            Field("code", self.words("carriers.code")),
            Field("name", self.words("carriers.name"), wide=True),
            Field("kind", self.words("carriers.kind"), choices=kinds),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            made = StoredCarrier(answers["code"].lower(), answers["name"], answers["kind"], {}, True, 0)
            if not made.code or not made.name:
                raise Refusal("field.missing", field="name" if made.code else "code")
            return self._saving(request, lambda unit: setting_up.save(unit, made), made.name)

        told = self.words("carriers.told_new")
        self.ask(Question(self.words("carriers.ask_new"), fields, lambda _answers: told, book))

    def _ask_switch(self, rows: Sequence[Record]) -> None:
        one = _stored(rows[0])

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._saving(
                request, lambda unit: setting_up.save(unit, replace(one, active=not one.active)), one.name
            )

        told = self.words("carriers.told_off" if one.active else "carriers.told_on", carrier=one.name)
        self.ask(Question(self.words("carriers.ask_switch"), (), lambda _answers: told, book))

    def _ask_gone(self, one: StoredCarrier) -> None:
        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self.work.run(lambda unit: setting_up.remove(unit, one), request_id=request),
                lambda _none: Feedback(Level.OK, "carriers.gone", {"carrier": one.name}),
            )

        told = self.words("carriers.told_gone", carrier=one.name)
        self.ask(Question(self.words("carriers.ask_gone"), (), lambda _answers: told, book))

    def _lay_uses(self, one: StoredCarrier) -> None:
        def read() -> Sequence[Record]:
            return use_records(self.work.run(lambda unit: setting_up.uses(unit, one)), self.texts)

        title = self.words("carriers.uses_of", carrier=one.name)
        nothing = self.hint("packaging.not_used")
        self.lay_over(Sheet("carriers.uses", title, USES, page_of(USES, read), lambda _query: nothing))

    def _ask_said(self, code: str, name: str) -> None:
        """Change one thing that is said once of a carrier."""
        declared = next(field for field in GENERAL if field.name == name)

        def ask(known: StoredCarrier) -> None:
            def book(answers: Answers, request: UUID) -> Booking:
                value = {name: declared.read(answers[name])}
                return self._saving(request, lambda unit: setting_up.set_general(unit, known, value), known.name)

            field = self._field(declared, known.setup.get(name), wide=True)
            title = self.words("carriers.ask_change", what=self._caption(name))
            self.ask(Question(title, (field,), lambda _answers: self._hint_of(declared), book))

        self.start(lambda: self.work.run(lambda unit: setting_up.carrier(unit, code)), ask)

    def _ask_row(self, code: str, part: str, row: Record | None) -> None:
        """Add a row to a list, or change one."""
        fields = PARTS[part]
        now: Mapping[str, Any] = row.made_of if row is not None and isinstance(row.made_of, dict) else {}

        def ask(known: StoredCarrier) -> None:
            def book(answers: Answers, request: UUID) -> Booking:
                made = {field.name: field.read(answers[field.name]) for field in fields}
                rows = list(known.setup.get(part, ()))
                at = row.key if row is not None and isinstance(row.key, int) else len(rows)
                rows[at : at + 1] = [made]
                return self._saving(request, lambda unit: setting_up.set_rows(unit, known, part, rows), known.name)

            asked = tuple(self._field(field, now.get(field.name)) for field in fields)
            title = self.words("carriers.ask_row", part=self.words(f"carriers.part_{part}"))
            told = self.words(f"carriers.told_{part}")
            self.ask(Question(title, asked, lambda _answers: told, book))

        self.start(lambda: self.work.run(lambda unit: setting_up.carrier(unit, code)), ask)

    def _ask_remove(self, code: str, part: str, rows: Sequence[Record]) -> None:
        gone = {row.key for row in rows}

        def book(_answers: Answers, request: UUID) -> Booking:
            def work(unit: UnitOfWork) -> int:
                known = setting_up.carrier(unit, code)
                kept = [one for n, one in enumerate(known.setup.get(part, ())) if n not in gone]
                return setting_up.set_rows(unit, known, part, kept)

            return self._saving(request, work, code)

        told = self.words("carriers.told_remove", count=str(len(gone)))
        self.ask(Question(self.words("carriers.ask_remove"), (), lambda _answers: told, book))

    def _ask_preview(self, code: str) -> None:
        """Ask for a carton, and show the file about it."""

        def book(answers: Answers, request: UUID) -> Booking:
            def work(unit: UnitOfWork) -> list[str]:
                carton = buying.carton(unit, self.warehouse, answers["carton"])
                setup = setting_up.read(setting_up.carrier(unit, code))
                told = sent(unit, carton.id).consignment
                one = replace(told, reference=carton.reference or "SHL000000000", sender=setup.sender(told.sender))
                return export_file(setup, [one]).decode(setup.text("encoding", "utf-8")).splitlines()

            return Booking(
                request,
                lambda: self.work.run(work),
                lambda _lines: Feedback(Level.OK, "carriers.previewed", {"carrier": code}),
                after=lambda lines: self.lay_over(self._file(code, lines)),
            )

        field = Field("carton", self.words("carriers.carton"), wide=True)
        told = self.words("carriers.told_preview")
        title = self.words("carriers.ask_preview", carrier=code)
        self.ask(Question(title, (field,), lambda _answers: told, book, scanned="carton"))

    def _file(self, code: str, lines: Sequence[str]) -> Sheet:
        rows = [Record(n, (str(n), line)) for n, line in enumerate(lines, 1)]
        title = self.words("carriers.file_of", carrier=code)
        return Sheet("carriers.file", title, _LINES, page_of(_LINES, lambda: rows), lambda _query: self.hint("no_rows"))

    # - inside -

    def _setup(self, code: str) -> Mapping[str, Any]:
        return self.work.run(lambda unit: setting_up.carrier(unit, code)).setup

    def _saving(self, request: UUID, work: Callable[[UnitOfWork], int], name: str) -> Booking:
        return Booking(
            request,
            lambda: self.work.run(work, request_id=request),
            lambda _version: Feedback(Level.OK, "carriers.saved", {"carrier": name}),
        )

    def _may_not(self, _rows: Sequence[Record]) -> str:
        return self.hindered("set_up")

    def _nothing_chosen(self, rows: Sequence[Record]) -> str:
        return self.hindered("set_up") or ("" if rows else self.hint("carriers.choose_rows"))

    def _tells_nothing(self, rows: Sequence[Record]) -> str:
        return "" if _stored(rows[0]).setup.get("columns") else self.hint("carriers.no_file")

    def _caption(self, name: str) -> str:
        return self.words(f"carriers.field_{name}")

    def _hint_of(self, declared: Declared) -> str:
        return self.words("carriers.told_field", unit=declared.unit) if declared.unit else ""

    def _value(self, declared: Declared, value: object) -> str:
        """A value as people read it."""
        if declared.kind is FieldKind.TRUTH:
            return self.words("people.yes") if value else ""
        if declared.kind is FieldKind.CHOICE and value:
            code = f"carriers.choice_{value}"
            return self.words(code) if self.texts.has("captions", code) else str(value)
        return declared.written(value)

    def _field(self, declared: Declared, value: object, *, wide: bool = False) -> Field:
        """The field of a question for a declared one."""
        caption = self._caption(declared.name)
        if declared.unit:
            caption = f"{caption} ({declared.unit})"
        if declared.kind is FieldKind.TRUTH:
            choices: tuple[tuple[str, str], ...] = (("no", self.words("people.no")), ("yes", self.words("people.yes")))
            return Field(declared.name, caption, "yes" if value else "no", choices)
        if declared.kind is FieldKind.CHOICE:
            known = tuple((one, self._value(declared, one)) for one in declared.choices)
            optional = () if declared.required else (("", "–"),)
            return Field(declared.name, caption, str(value or ""), (*optional, *known))
        return Field(declared.name, caption, declared.written(value), wide=wide)


def _stored(row: Record) -> StoredCarrier:
    assert isinstance(row.made_of, StoredCarrier)
    return row.made_of


def _numeric(declared: Declared) -> bool:
    return declared.kind in (FieldKind.NUMBER, FieldKind.WHOLE)


def _shown(rows: Sequence[Mapping[str, Any]]) -> str:
    """The first rows of a list in one line."""
    said = [" ".join(str(value) for value in list(row.values())[:_SHOWN_ROWS]) for row in rows[:_SHOWN_ROWS]]
    return " · ".join([*said, *(["…"] if len(rows) > _SHOWN_ROWS else [])])
