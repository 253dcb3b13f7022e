"""What carriers were told beside labels, and what they said to it: trucks wanted, labels given back, manifests."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from app.dialogs.dialog import Feedback, Level
from app.services import clock
from app.services.carriers import requests
from app.services.carriers.requests import NOTICE, PICKUP, Request
from app.services.shipping.manifests import WaitingCartons
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

REQUESTS = (
    Column("at", "desk.when", 140, identifier=True),
    Column("kind", "shipments.request_kind", 130),
    Column("about", "shipments.about", 245, identifier=True),
    Column("carrier", "shipping.carrier", 110),
    Column("state", "shipments.state", 150),
    Column("said", "shipments.said", 520),
)
_TINTS: Mapping[str, str] = {"DONE": "good", "FAILED": "bad", "UNKNOWN": "caution"}
_TELLABLE = frozenset({"QUEUED", "FAILED", "UNKNOWN"})
_DONE, _NOT_DONE = "yes", "no"


class CarrierRequests:
    """The sheet of requests, and what can be done about them."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def sheet(self) -> Sheet:
        """Everything that is open, and what was settled in the last two weeks."""
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: requests.requests(unit, desk.warehouse))
            return [request_record(one, desk.texts) for one in found]

        return Sheet(
            "shipments.requests",
            desk.words("shipments.requests"),
            REQUESTS,
            page_of(REQUESTS, read),
            lambda _query: desk.hint("shipments.no_requests"),
            desk.one_of(
                Command("TELL_AGAIN", self._tell_again, self._not_to_tell),
                Command("SETTLE_REQUEST", self._ask_settle, self._settled),
            ),
        )

    def ask_pickup(self, rows: Sequence[Record]) -> None:
        """Ask for day and times, then order a truck for the cartons of a carrier that wait."""
        desk, waits = self._desk, rows[0].made_of
        assert isinstance(waits, WaitingCartons)
        given = {
            "day": clock.today(ZoneInfo(waits.time_zone)).isoformat(),
            "cartons": str(waits.cartons),
            "weight_kg": f"{waits.weight_kg.normalize():f}",
        }
        fields = tuple(
            Field(
                one.name, desk.words(f"shipments.pickup_{one.name}"), given.get(one.name, ""), wide=one.name == "note"
            )
            for one in PICKUP
        )

        def book(answers: Answers, request: UUID) -> Booking:
            truck = requests.truck_of(answers)
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: requests.order_pickup(
                        unit, warehouse=desk.warehouse, carrier=waits.carrier, truck=truck
                    ),
                    request_id=request,
                ),
                lambda number: Feedback(
                    Level.OK, "shipments.pickup_ordered", {"pickup": number, "carrier": waits.carrier_name}
                ),
            )

        told = desk.words("shipments.told_pickup", carrier=waits.carrier_name)
        title = desk.words("shipments.ask_pickup", carrier=waits.carrier_name)
        desk.ask(Question(title, fields, lambda _answers: told, book))

    # - inside -

    def _not_to_tell(self, rows: Sequence[Record]) -> str:
        one = _request(rows[0])
        if why := self._desk.hindered("ship"):
            return why
        tellable = one.kind != NOTICE and one.state in _TELLABLE
        return "" if tellable else self._desk.hint("shipments.nothing_to_tell")

    def _settled(self, rows: Sequence[Record]) -> str:
        if why := self._desk.hindered("ship"):
            return why
        return self._desk.hint("shipments.is_settled") if _request(rows[0]).state == "DONE" else ""

    def _tell_again(self, rows: Sequence[Record]) -> None:
        desk, one = self._desk, _request(rows[0])
        desk.start(
            lambda: desk.work.run(lambda unit: requests.tell_again(unit, one)),
            lambda _none: desk.say(Feedback(Level.OK, "shipments.told_again", {"carrier": one.carrier_name})),
        )

    def _ask_settle(self, rows: Sequence[Record]) -> None:
        """Ask what the carrier said on the phone; of a line that fits nothing, only whether it is seen to."""
        desk, one = self._desk, _request(rows[0])
        choices = ((_DONE, desk.words("shipments.carrier_does")), (_NOT_DONE, desk.words("shipments.carrier_does_not")))
        fields = () if one.kind == NOTICE else (
            Field("done", desk.words("shipments.carrier_says"), choices=choices),
            Field("words", desk.words("shipments.who_said"), wide=True),
        )  # fmt: skip

        def book(answers: Answers, request: UUID) -> Booking:
            done = answers.get("done", _DONE) == _DONE
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: requests.settle(unit, one, done=done, words=answers.get("words", ""))
                ),
                lambda _none: Feedback(Level.OK, "shipments.request_settled", {"about": one.about}),
            )

        what = desk.words("shipments.told_notice" if one.kind == NOTICE else "shipments.told_settle")
        told = "   ·   ".join(part for part in (_said(one, desk.texts), what) if part)
        desk.ask(Question(desk.words("shipments.ask_settle", about=one.about), fields, lambda _answers: told, book))


def request_record(one: Request, texts: Texts) -> Record:
    """One request to a carrier, and how it stands."""
    kind = texts.text("captions", f"shipments.request_{one.kind}")
    told = "notice" if one.kind == NOTICE and one.state != "DONE" else one.state.lower()
    cells = (
        f"{one.at.astimezone():%Y-%m-%d %H:%M}",
        kind,
        one.about,
        one.carrier_name,
        texts.text("captions", f"shipments.request_is_{told}"),
        _said(one, texts),
    )
    waits = one.state == "QUEUED" and one.fault
    tint = _TINTS.get("UNKNOWN" if waits else one.state)
    return Record(one.id, cells, made_of=one, tints=((4, tint),) if tint else ())


def _said(one: Request, texts: Texts) -> str:
    """What the carrier said, why it could not be told, or by when it has to answer."""
    if one.state == "ASKED" and one.answer_by:
        return texts.text("captions", "shipments.answer_by", {"at": f"{one.answer_by.astimezone():%Y-%m-%d %H:%M}"})
    said = texts.said(one.fault, one.facts) or one.answer
    if one.kind == NOTICE and (line := one.content.get("line")):
        return texts.text("captions", "shipments.in_line", {"line": line, "said": said})
    return said


def _request(row: Record) -> Request:
    assert isinstance(row.made_of, Request)
    return row.made_of
