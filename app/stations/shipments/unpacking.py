"""Packing taken back from the shipping desk: cartons opened again, emptied, exchanged or unloaded, and their trail."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.dialogs.grammar import amount
from app.domain.packing.unpacking import step_named
from app.services import unpacking
from app.services.carriers.buying import Carton
from app.services.shipping.manifests import ListedCarton
from app.services.unpacking import CartonStep, GoodsOut, Unpacked, WaitingCarton
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

REOPEN, UNPACK, EXCHANGE = "reopen", "unpack", "exchange"
REASONS = ("WRONG_GOODS", "WRONG_CARTON", "GOODS_DAMAGED", "OTHER_LOT", "LABELS_MIXED_UP")
ORDER_ENDED = "ORDER_ENDED"
TO_UNPACK = (
    Column("carton", "shipping.carton", 190, identifier=True),
    Column("order", "shipments.order", 150, identifier=True),
    Column("ended", "unpacking.order_is", 130),
    Column("by", "unpacking.ended_by", 160),
    Column("place", "unpacking.stands_at", 160, identifier=True),
    Column("goods", "unpacking.goods", 420),
)
TRAIL = (
    Column("when", "desk.when", 170, identifier=True),
    Column("what", "unpacking.what", 170),
    Column("reason", "shipments.why", 140),
    Column("person", "stock.person", 130),
    Column("station", "unpacking.station", 110, identifier=True),
    Column("approved", "unpacking.approved_by", 150),
    Column("tracking", "shipping.tracking", 170, identifier=True),
    Column("goods", "unpacking.goods", 420),
)


class Unpacking:
    """What the shipping desk can take back of packing."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """For sealed cartons: take packing back, and the carton's trail."""
        return self._desk.one_of(
            Command("TAKE_BACK", lambda rows: self._ask(_sealed(rows[0])), lambda _rows: self._desk.hindered("pack")),
            Command("CARTON_TRAIL", lambda rows: self.show_trail(_sealed(rows[0]).sscc)),
        )

    def unload_command(self) -> Command:
        """For a carton of a manifest: out of its truck again."""
        return self._desk.one_of(Command("UNLOAD_CARTON", lambda rows: self._ask_unload(rows[0]), self._not_loaded))[0]

    def waiting(self) -> Sheet:
        """Cartons of orders that ended."""
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: unpacking.waiting(unit, desk.warehouse))
            return [waiting_record(one, desk.texts) for one in found]

        return Sheet(
            "shipments.to_unpack",
            desk.words("unpacking.to_unpack"),
            TO_UNPACK,
            page_of(TO_UNPACK, read),
            lambda _query: desk.hint("unpacking.nothing_waits"),
            desk.one_of(
                Command("UNPACK", lambda rows: self._ask_ended(rows[0]), lambda _rows: desk.hindered("pack")),
                Command("CARTON_TRAIL", lambda rows: self.show_trail(rows[0].cells[0])),
            ),
        )

    def show_trail(self, carton: str) -> None:
        """Lay over what became of a carton."""
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: unpacking.trail(unit, desk.warehouse, carton))
            return [step_record(n, one, desk.texts) for n, one in enumerate(found)]

        title = desk.words("unpacking.trail_of", carton=carton)
        desk.lay_over(
            Sheet("shipments.carton_trail", title, TRAIL, page_of(TRAIL, read), lambda _query: desk.hint("no_rows"))
        )

    # - questions -

    def _ask(self, carton: Carton) -> None:
        desk = self._desk
        acts = tuple((act, desk.choice(f"unpacking.{act}")) for act in (REOPEN, UNPACK, EXCHANGE))
        fields = (
            Field("act", desk.words("unpacking.act"), REOPEN, acts, wide=True),
            Field("other", desk.words("unpacking.other")),
            desk.reason_field(REASONS),
        )

        def told(answers: Answers) -> str:
            on_it = desk.words("unpacking.told_manifest", manifest=carton.manifest) if carton.manifest else ""
            return f"{desk.words('unpacking.told_' + answers['act'])} {on_it}".strip()

        def book(answers: Answers, request: UUID) -> Booking:
            reason = answers["reason"]
            match answers["act"]:
                case "unpack":
                    return self._unpacking(carton.id, reason, request)
                case "exchange":
                    return self._exchanging(carton, answers["other"], reason, request)
                case _:
                    return self._booking(
                        request,
                        lambda unit: unpacking.reopen(unit, carton.id, reason=reason),
                        lambda _none: Feedback(Level.WARNING, "unpacking.opened", {"carton": carton.sscc}),
                        reason,
                    )

        desk.ask(Question(desk.words("unpacking.ask", carton=carton.sscc), fields, told, book))

    def _ask_ended(self, row: Record) -> None:
        desk, waits = self._desk, row.made_of
        assert isinstance(waits, WaitingCarton)
        told = desk.words("unpacking.told_ended", goods=named(waits.goods))

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._unpacking(waits.id, ORDER_ENDED, request)

        desk.ask(Question(desk.words("unpacking.ask_unpack", carton=waits.carton), (), lambda _answers: told, book))

    def _ask_unload(self, row: Record) -> None:
        desk, listed = self._desk, row.made_of
        assert isinstance(listed, ListedCarton)

        def book(answers: Answers, request: UUID) -> Booking:
            reason = answers["reason"]
            return self._booking(
                request,
                lambda unit: unpacking.unload(unit, listed.id, reason=reason),
                lambda manifest: Feedback(
                    Level.WARNING, "unpacking.unloaded", {"carton": listed.sscc, "manifest": str(manifest)}
                ),
                reason,
            )

        told = desk.words("unpacking.told_unload")
        title = desk.words("unpacking.ask_unload", carton=listed.sscc)
        desk.ask(Question(title, (desk.reason_field(REASONS),), lambda _answers: told, book))

    def _not_loaded(self, rows: Sequence[Record]) -> str:
        listed = rows[0].made_of
        loaded = isinstance(listed, ListedCarton) and listed.loaded_at is not None and listed.left_out_at is None
        return self._desk.hindered("ship") or ("" if loaded else self._desk.hint("unpacking.only_loaded"))

    # - bookings -

    def _unpacking(self, carton: UUID, reason: str, request: UUID) -> Booking:
        desk = self._desk

        def work(unit: UnitOfWork) -> Unpacked:
            place = unpacking.return_place(unit, desk.warehouse)
            return unpacking.unpack(unit, carton, reason=reason, place=place)

        def said(done: Unpacked) -> Feedback:
            told = {"carton": done.carton, "goods": named(done.goods), "place": done.place}
            return Feedback(Level.OK, "unpacking.emptied_to" if done.place else "unpacking.emptied", told)

        return self._booking(request, work, said, reason)

    def _exchanging(self, carton: Carton, other: str, reason: str, request: UUID) -> Booking:
        desk = self._desk

        def work(unit: UnitOfWork) -> tuple[str, ...]:
            return unpacking.exchange(unit, carton.id, unpacking.carton(unit, desk.warehouse, other), reason=reason)

        def said(_labels: tuple[str, ...]) -> Feedback:
            return Feedback(Level.WARNING, "unpacking.exchanged", {"carton": carton.sscc, "other": other})

        return self._booking(request, work, said, reason)

    def _booking(
        self, request: UUID, work: Callable[[UnitOfWork], Any], said: Callable[[Any], Feedback], reason: str
    ) -> Booking:
        run = self._desk.work.run
        return Booking(request, lambda: run(work, request_id=request), said, reason=reason)


def _sealed(row: Record) -> Carton:
    assert isinstance(row.made_of, Carton)
    return row.made_of


def named(goods: Sequence[GoodsOut]) -> str:
    """Goods as people read them."""
    return ", ".join(
        " ".join(part for part in (amount(one.qty, one.unit, one.sku), one.lot, one.serial) if part) for one in goods
    )


def waiting_record(one: WaitingCarton, texts: Texts) -> Record:
    """A carton that is to be unpacked."""
    ended = texts.text("captions", f"decision.{one.decision}")
    return Record(one.id, (one.carton, one.order, ended, one.ended_by, one.place, named(one.goods)), made_of=one)


def step_record(n: int, one: CartonStep, texts: Texts) -> Record:
    """One thing that became of a carton."""
    done = texts.has("captions", f"unpacking.{one.what}")
    cells = (
        f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}",
        texts.text("captions", f"unpacking.{one.what}" if done else f"parcel_state.{one.what}"),
        texts.text("captions", f"reason.{one.reason}") if one.reason else "",
        one.person,
        one.station,
        one.approved_by,
        one.tracking,
        step_named(one.detail),
    )
    return Record(n, cells, made_of=one, tints=((1, "caution"),) if done else ())
