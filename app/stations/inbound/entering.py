"""Orders and announcements that are entered by hand: from whom, then line by line what, then released."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.orders import UNIT_KINDS, AsnLine, unit_number
from app.domain.values import parse_quantity
from app.services import inbound
from app.services.inbound import ASN, PURCHASE_ORDER
from app.services.work import UnitOfWork
from app.stations.kit.desk import (
    Answers,
    Booking,
    Command,
    DeskScreen,
    Drafting,
    DraftLine,
    DraftLines,
    Field,
    Question,
    day_of,
    money_of,
)
from app.stations.kit.record_table import Record

Show = Callable[[str, str], object]


class OrderEntry:
    """Gathers the lines of a purchase order and makes it; then the screen looks into it by `show`."""

    def __init__(self, desk: DeskScreen, site: Callable[[UnitOfWork], str], show: Show) -> None:
        self._desk, self._site, self._show = desk, site, show
        self._draft = Drafting(
            desk,
            "inbound.order",
            make="MAKE_PURCHASE",
            told=self._told,
            book=self._booking,
            extra=(Field("price", desk.words("inbound.price")),),
            said=lambda answers: answers["price"],
        )
        self._head: Answers = {}

    def ask_whose(self, _rows: Sequence[Record]) -> None:
        """Ask of whom goods are ordered and when they are expected."""
        words = self._desk.words
        fields = (
            Field("supplier", words("inbound.supplier_code"), wide=True),
            Field("number", words("inbound.our_number")),
            Field("due", words("inbound.expected_on")),
        )
        told = words("inbound.told_lines")
        self._desk.ask(Question(words("inbound.ask_order"), fields, lambda _answers: told, self._go_on))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while an order is being made."""
        return self._draft.take_code(code)

    # - inside -

    def _go_on(self, answers: Answers, request: UUID) -> Booking:
        if not answers["supplier"]:
            raise Refusal("inbound.from_whom")
        day_of(answers["due"])
        self._head = answers
        begun = self._draft.begin(request)

        def checked() -> object:
            """Supplier and number are known to be right before the first of many lines is typed."""
            self._desk.work.run(
                lambda unit: inbound.check_head(unit, supplier=answers["supplier"], number=answers["number"])
            )
            return begun.call()

        return replace(begun, call=checked)

    def _told(self, count: int) -> str:
        return self._desk.words("inbound.told_order", count=count, supplier=self._head["supplier"])

    def _booking(self, wanted: Mapping[str, str], request: UUID) -> Booking:
        head, run = self._head, self._desk.work.run
        prices = {one.item.sku: money_of(typed) for one in self._draft.lines if (typed := one.answers["price"])}

        def make(unit: UnitOfWork) -> str:
            return inbound.order(
                unit,
                warehouse=self._site(unit),
                supplier=head["supplier"],
                number=head["number"],
                due=day_of(head["due"]),
                wanted=wanted,
                prices=prices,
            )

        def made(number: str) -> None:
            self._desk.step_back()
            self._show(PURCHASE_ORDER, number)

        return Booking(
            request,
            lambda: run(make, request_id=request),
            lambda number: Feedback(Level.OK, "inbound.ordered", {"number": number}),
            after=made,
        )


class AsnEntry:
    """Gathers what a supplier announced, line by line with pallet, lot and order, and releases it."""

    def __init__(self, desk: DeskScreen, site: Callable[[UnitOfWork], str], show: Show) -> None:
        self._desk, self._site, self._show = desk, site, show
        self._head: Answers = {}
        self._draft = DraftLines(desk)

    def ask_whose(self, _rows: Sequence[Record]) -> None:
        """Ask who announced it and by which number."""
        words = self._desk.words
        fields = (
            Field("supplier", words("inbound.supplier_code"), wide=True),
            Field("reference", words("inbound.their_number")),
            Field("due", words("inbound.expected_on")),
        )
        told = words("inbound.told_lines")
        self._desk.ask(Question(words("inbound.ask_asn"), fields, lambda _answers: told, self._go_on))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while an announcement is being made."""
        return self._desk.sheet.name == "inbound.asn.new" and self._draft.begin(code)

    # - inside -

    def _go_on(self, answers: Answers, request: UUID) -> Booking:
        if not answers["supplier"]:
            raise Refusal("inbound.from_whom")
        day_of(answers["due"])
        self._head = answers
        begun = Feedback(Level.OK, "transfers.begun")
        run = self._desk.work.run
        return Booking(
            request,
            lambda: run(lambda unit: inbound.check_head(unit, supplier=answers["supplier"])),
            lambda _answer: begun,
            after=lambda _answer: self._lay(),
        )

    def _lay(self) -> None:
        words = self._desk.words
        kinds = tuple((kind, self._desk.choice(f"handling.{kind}")) for kind in UNIT_KINDS)
        extra = (
            Field("sscc", words("inbound.sscc"), wide=True),
            Field("unit_kind", words("inbound.unit_kind"), UNIT_KINDS[0], kinds),
            Field("order", words("inbound.for_order")),
            Field("lot", words("reports.lot")),
            Field("serial", words("reports.serial")),
            Field("expiry", words("reports.expiry")),
            Field("weight", words("inbound.weighs")),
        )
        self._draft = DraftLines(self._desk, extra=extra, told=_told)
        self._desk.lay_over(
            self._draft.sheet(
                name="inbound.asn.new",
                title=words("inbound.asn.new"),
                nothing=self._desk.hint("transfers.add_lines"),
                finish=Command("MAKE_ASN", self._finish),
            )
        )

    def _finish(self, _rows: Sequence[Record]) -> None:
        words = self._desk.words
        told = words("inbound.told_asn", count=len(self._draft.lines), supplier=self._head["supplier"])

        def book(_answers: Answers, request: UUID) -> Booking:
            self._draft.require_lines("transfers.no_lines")
            return self._booking(request)

        self._desk.ask(Question(words("inbound.asn.ask_make"), (), lambda _answers: told, book))

    def _booking(self, request: UUID) -> Booking:
        head, run = self._head, self._desk.work.run
        lines = [_asn_line(n, line) for n, line in enumerate(self._draft.lines, start=1)]

        def make(unit: UnitOfWork) -> str:
            return inbound.announce(
                unit,
                warehouse=self._site(unit),
                supplier=head["supplier"],
                reference=head["reference"],
                due=day_of(head["due"]),
                lines=lines,
            )

        def made(number: str) -> None:
            self._desk.step_back()
            self._show(ASN, number)

        return Booking(
            request,
            lambda: run(make, request_id=request),
            lambda number: Feedback(Level.OK, "inbound.announced", {"number": number}),
            after=made,
        )


def _told(answers: Answers) -> str:
    return " · ".join(
        part for name in ("sscc", "lot", "serial", "expiry", "order", "weight") if (part := answers[name])
    )


def _asn_line(number: int, line: DraftLine) -> AsnLine:
    """A line as it was typed; refuses `asn.sscc`."""
    said = line.answers
    unit = unit_number(said["sscc"])
    return AsnLine(
        number=number,
        sku=line.item.sku,
        quantity=line.qty,
        order=said["order"],
        sscc=unit,
        unit_kind=said["unit_kind"] if unit else "",
        lot=said["lot"],
        serial=said["serial"],
        expiry=day_of(said["expiry"]),
        weight_kg=parse_quantity(said["weight"]) if said["weight"] else None,
    )
