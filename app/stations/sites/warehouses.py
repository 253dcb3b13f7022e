"""What a manager does with warehouses and their zones: makes, renames, moves, archives and removes them."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.company import FIELDS, Company, read_company
from app.domain.errors import Refusal
from app.domain.partners import Address
from app.domain.sites.places import PURPOSES, Place, PlaceEdit, PlaceKind, Warehouse
from app.services import setup
from app.services.sites import places, senders
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record

_WIDE = ("name", "line_1", "line_2")
_TYPES = ("Distribution Center", "Store", "Cold store", "Outside warehouse", "3PL")


class WarehouseQuestions:
    """The commands of the sheet of warehouses."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """A new one; and, for one in hand, another name, out of use."""
        return (
            Command("NEW_WAREHOUSE", lambda _rows: self._ask(None), self._may),
            *self._desk.one_of(
                Command("CHANGE_WAREHOUSE", lambda rows: self._ask(_warehouse(rows[0])), self._may),
                Command("SENDER", lambda rows: self._begin_sender(_warehouse(rows[0])), self._may),
                Command("ARCHIVE", lambda rows: self._archive(_warehouse(rows[0])), self._may),
                Command("REMOVE_WAREHOUSE", lambda rows: self._remove(_warehouse(rows[0])), self._may),
            ),
            Command("COMPANY", lambda _rows: self._begin_company(), lambda _rows: self._desk.hindered("administer")),
        )

    def _begin_company(self) -> None:
        """Ask who the company is, beginning with what is known."""
        desk = self._desk

        def ask(known: Company) -> None:
            fields = tuple(
                Field(one.name, desk.words(f"company.{one.name}", currency=known.currency),
                      one.written(getattr(known, one.name)), wide=one.name == "name")
                for one in FIELDS
            )  # fmt: skip

            def book(answers: Answers, request: UUID) -> Booking:
                wanted = read_company(answers, known)
                return Booking(
                    request,
                    lambda: desk.work.run(lambda unit: setup.say_company(unit, wanted), request_id=request),
                    lambda _none: Feedback(Level.OK, "sites.company_saved", {"name": wanted.name}),
                )

            title, told = desk.words("company.ask"), desk.words("company.told")
            desk.ask(Question(title, fields, lambda _answers: told, book))

        desk.start(lambda: desk.work.run(setup.company_of), ask)

    def _begin_sender(self, known: Warehouse) -> None:
        """Ask who sends from a warehouse, beginning with what labels say now."""
        desk = self._desk

        def ask(read: tuple[Address, bool]) -> None:
            now, _ = read
            fields = tuple(
                Field(name, desk.words(f"sites.sender_{name}"), getattr(now, name), wide=name in _WIDE)
                for name in Address.__slots__
            )

            def book(answers: Answers, request: UUID) -> Booking:
                wanted = Address(**{name: answers[name].strip() for name in Address.__slots__})
                return Booking(
                    request,
                    lambda: desk.work.run(lambda unit: senders.save(unit, known.id, wanted), request_id=request),
                    lambda _none: Feedback(Level.OK, "sites.sender_saved", {"name": known.code}),
                )

            title, told = desk.words("sites.ask_sender", name=known.code), desk.words("sites.told_sender")
            desk.ask(Question(title, fields, lambda _answers: told, book))

        desk.start(lambda: desk.work.run(lambda unit: senders.sender(unit, known.id)), ask)

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _ask(self, known: Warehouse | None) -> None:
        words = self._desk.words
        code = () if known else (Field("code", words("sites.code")),)
        fields = (
            *code,
            Field("name", words("sites.name"), known.name if known else ""),
            Field("type", words("sites.type"), known.type if known else _TYPES[0]),
            Field("address", words("sites.postal_address"), known.address if known else "", wide=True),
            Field("time_zone", words("sites.time_zone"), known.time_zone if known else "Europe/Berlin"),
        )

        def told(answers: Answers) -> str:
            if known is not None or not answers["code"]:
                return ""
            return words("sites.told_warehouse", name=answers["code"].upper())

        def book(answers: Answers, request: UUID) -> Booking:
            if known is not None:
                return self._booking(request, known, answers)
            if not answers["code"].isalnum():
                raise Refusal("sites.code", value=answers["code"])
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: places.create_warehouse(
                        unit,
                        code=answers["code"],
                        name=answers["name"],
                        address=answers["address"],
                        kind=answers["type"],
                        time_zone=answers["time_zone"],
                    ),
                    request_id=request,
                ),
                lambda _made: Feedback(Level.OK, "sites.warehouse_made", {"name": answers["code"].upper()}),
            )

        title = words("sites.ask_new_warehouse") if known is None else words("sites.ask_warehouse", name=known.code)
        self._desk.ask(Question(title, fields, told, book))

    def _booking(self, request: UUID, known: Warehouse, answers: Answers) -> Booking:
        wanted = replace(
            known,
            name=answers["name"],
            type=answers["type"],
            address=answers["address"],
            time_zone=answers["time_zone"],
        )
        return self._saving(request, wanted)

    def _archive(self, known: Warehouse) -> None:
        code = "archive_warehouse" if known.active else "restore_warehouse"
        told = self._desk.words(f"sites.told_{code}", name=known.code)
        wanted = replace(known, active=not known.active)
        self._desk.ask(
            Question(
                self._desk.words(f"sites.ask_{code}"),
                (),
                lambda _answers: told,
                lambda _answers, request: self._saving(request, wanted),
            )
        )

    def _remove(self, known: Warehouse) -> None:
        desk = self._desk
        told = desk.words("sites.told_remove_warehouse", name=known.code)

        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: desk.work.run(lambda unit: places.remove_warehouse(unit, known), request_id=request),
                lambda _none: Feedback(Level.OK, "sites.warehouse_gone", {"name": known.code}),
            )

        desk.ask(Question(desk.words("sites.ask_remove_warehouse"), (), lambda _answers: told, book))

    def _saving(self, request: UUID, wanted: Warehouse) -> Booking:
        return Booking(
            request,
            lambda: self._desk.work.run(lambda unit: places.save_warehouse(unit, wanted), request_id=request),
            lambda _answer: Feedback(Level.OK, "sites.warehouse_saved", {"name": wanted.code}),
        )


class ZoneQuestions:
    """The commands of the sheet of zones; what holds for all places (archive, remove) is told in `places`."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """A new zone in the one in hand (none: in the warehouse), a place for consigned goods, another name."""
        return (
            Command("NEW_ZONE", self._add, self._may),
            Command("NEW_CONSIGNMENT", lambda _rows: self._consign(), self._may),
            *self._desk.one_of(Command("CHANGE_ZONE", lambda rows: self._rename(_zone(rows[0])), self._may)),
        )

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _add(self, rows: Sequence[Record]) -> None:
        words, warehouse = self._desk.words, self._desk.warehouse
        above = _zone(rows[0]) if len(rows) == 1 else None
        fields = (
            Field("code", words("sites.code")),
            Field("name", words("sites.name"), wide=True),
            Field("purpose", words("sites.purpose"), "storage", self._purposes()),
        )

        def told(answers: Answers) -> str:
            where = above.name if above else words("sites.the_warehouse")
            return words("sites.told_zone", name=answers["code"].upper(), where=where) if answers["code"] else ""

        def book(answers: Answers, request: UUID) -> Booking:
            code, name = answers["code"].upper(), answers["name"]
            if not code.isalnum() or not name:
                raise Refusal("sites.code_and_name")
            parent = above.id if above else warehouse
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: places.add_zone(
                        unit, warehouse=warehouse, parent=parent, code=code, name=name, purpose=answers["purpose"]
                    ),
                    request_id=request,
                ),
                lambda _count: Feedback(Level.OK, "sites.zone_added", {"zone": name}),
            )

        self._desk.ask(Question(words("sites.ask_zone"), fields, told, book))

    def _consign(self) -> None:
        words, warehouse = self._desk.words, self._desk.warehouse
        fields = (Field("partner", words("claims.customer_code")), Field("name", words("sites.name")))

        def book(answers: Answers, request: UUID) -> Booking:
            name = answers["name"] or answers["partner"].upper()
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: places.add_consignment(
                        unit, warehouse=warehouse, customer=answers["partner"], name=name
                    ),
                    request_id=request,
                ),
                lambda _count: Feedback(Level.OK, "sites.zone_added", {"zone": name}),
            )

        told = words("sites.told_consignment")
        self._desk.ask(Question(words("sites.ask_consignment"), fields, lambda _answers: told, book))

    def _rename(self, zone: Place) -> None:
        words, warehouse = self._desk.words, self._desk.warehouse
        fields = (
            Field("name", words("sites.name"), zone.name, wide=True),
            Field("purpose", words("sites.purpose"), zone.purpose, self._purposes()),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            edit = PlaceEdit({"name": answers["name"] or zone.name, "purpose": answers["purpose"]})
            return Booking(
                request,
                lambda: self._desk.work.run(
                    lambda unit: places.change_places(unit, warehouse=warehouse, places=[zone], edit=edit),
                    request_id=request,
                ),
                lambda _count: Feedback(Level.OK, "sites.changed", {"count": "1"}),
            )

        told = words("sites.told_rename", address=zone.address)
        self._desk.ask(Question(words("sites.ask_rename", zone=zone.name), fields, lambda _answers: told, book))

    def _purposes(self) -> tuple[tuple[str, str], ...]:
        known = tuple((one, self._desk.texts.word("purpose", one)) for one in PURPOSES[PlaceKind.ZONE])
        return (("", self._desk.words("sites.none")), *known)


def _warehouse(record: Record) -> Warehouse:
    assert isinstance(record.made_of, Warehouse)
    return record.made_of


def _zone(record: Record) -> Place:
    assert isinstance(record.made_of, Place)
    return record.made_of
