"""Cartons on their way: what was heard of each last, which are late, and what a person knows of one."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.services.shipping import tracking
from app.services.shipping.tracking import Heard, OnTheWay
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record
from app.stations.shipments.rows import goes_to, sent_with
from app.texts import Texts

ON_THE_WAY = (
    Column("order", "shipments.order", 150, identifier=True),
    Column("tracking", "shipping.tracking", 165, identifier=True),
    Column("to", "shipping.ship_to", 230),
    Column("carrier", "shipping.carrier", 140),
    Column("left", "shipments.left_at", 140, identifier=True, shown=False),
    Column("arrives", "shipments.arrives", 105, identifier=True),
    Column("state", "shipments.state", 160),
    Column("heard", "shipments.heard", 390),
)
_TRAIL = (
    Column("when", "desk.when", 170, identifier=True),
    Column("state", "shipments.state", 180),
    Column("place", "shipments.place", 220),
    Column("words", "shipments.heard", 420),
    Column("person", "stock.person", 180),
)
_TINTS: Mapping[str, str] = {"delivered": "good", "exception": "bad", "returned": "bad"}


class Tracking:
    """The sheet of cartons on their way."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk
        self._late = 0

    def sheet(self) -> Sheet:
        """What has left in the last month, the latest first."""
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: tracking.on_the_way(unit, desk.warehouse))
            self._late = sum(one.late for one in found)
            return [way_record(one, desk.texts) for one in found]

        return Sheet(
            "shipments.on_the_way",
            desk.words("shipments.on_the_way"),
            ON_THE_WAY,
            page_of(ON_THE_WAY, read),
            lambda _query: desk.hint("shipments.nothing_on_the_way"),
            desk.one_of(
                Command("TRACK", lambda rows: self._show_trail(_carton(rows[0]))),
                Command("TELL_TRACKING", self._ask_tell, lambda _rows: desk.hindered("ship")),
            ),
            facts=lambda: desk.words("shipments.late_cartons", count=str(self._late)) if self._late else "",
            opened=lambda record: self._show_trail(_carton(record)),
        )

    def _show_trail(self, one: OnTheWay) -> None:
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: tracking.trail(unit, one.id))
            return [heard_record(n, each, desk.texts) for n, each in enumerate(found)]

        title = desk.words("shipments.track_of", carton=one.tracking or one.number)
        nothing = desk.hint("shipments.nothing_heard")
        desk.lay_over(Sheet("shipments.track", title, _TRAIL, page_of(_TRAIL, read), lambda _query: nothing))

    def _ask_tell(self, rows: Sequence[Record]) -> None:
        desk, one = self._desk, _carton(rows[0])
        states = tuple((state, desk.words(f"shipments.track_{state}")) for state in tracking.STATES)
        fields = (
            Field("state", desk.words("shipments.state"), "delivered", states),
            Field("words", desk.words("shipments.told_words"), wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: tracking.tell(unit, one.id, state=answers["state"], words=answers["words"]),
                    request_id=request,
                ),
                lambda _none: Feedback(Level.OK, "shipments.track_told", {"carton": one.tracking or one.number}),
            )

        title, told = desk.words("shipments.ask_tell", carton=one.tracking), desk.words("shipments.told_tell")
        desk.ask(Question(title, fields, lambda _answers: told, book))


def way_record(one: OnTheWay, texts: Texts) -> Record:
    """A carton that has left, and what was heard of it last."""
    state = one.state or "none"
    said = texts.text("captions", f"shipments.track_{state}")
    heard = f"{one.heard_at.astimezone():%Y-%m-%d %H:%M}" if one.heard_at else ""
    cells = (
        one.number,
        one.tracking,
        goes_to(one.ship_to, one.partner),
        sent_with(one.carrier_name, one.service_name),
        f"{one.left_at.astimezone():%Y-%m-%d %H:%M}" if one.left_at else "",
        one.arrives.isoformat() if one.arrives else "",
        texts.text("captions", "shipments.track_late", {"state": said}) if one.late else said,
        " · ".join(part for part in (heard, one.place, one.words) if part),
    )
    tint = "caution" if one.late and one.state not in _TINTS else _TINTS.get(one.state)
    return Record(one.id, cells, made_of=one, tints=((6, tint),) if tint else ())


def heard_record(n: int, one: Heard, texts: Texts) -> Record:
    """One thing that was heard of a carton."""
    state = texts.text("captions", f"shipments.track_{one.state}")
    cells = (f"{one.at.astimezone():%Y-%m-%d %H:%M}", state, one.place, one.words, one.person)
    tint = _TINTS.get(one.state)
    return Record(n, cells, made_of=one, tints=((1, tint),) if tint else ())


def _carton(row: Record) -> OnTheWay:
    assert isinstance(row.made_of, OnTheWay)
    return row.made_of
