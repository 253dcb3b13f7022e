"""Kits ordered, made and taken back: what is short is said before anything is booked."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_quantity
from app.services import kitting, lookup
from app.services.kitting import KitSheet, Marks
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, day_of, weights_of
from app.stations.kit.record_table import Record


class Making:
    """The commands about kit orders; `seen` is the order that is looked into, as it was read last."""

    def __init__(self, desk: DeskScreen, seen: Callable[[], KitSheet]) -> None:
        self._desk, self._seen = desk, seen

    def commands(self) -> tuple[Command, ...]:
        """Make some kits; take back those made last."""
        return (
            Command("MAKE_KITS", lambda _rows: self._ask_make(), lambda _rows: self._hindered()),
            Command("TAKE_BACK_KITS", lambda _rows: self._take_back(), lambda _rows: self._none_made()),
        )

    def facts(self) -> str:
        """How many kits are asked, made and left, and whether the parts suffice."""
        seen = self._seen()
        head = seen.head
        short = any(need.missing for need in seen.needs)
        return self._desk.words(
            "kitting.facts_short" if short else "kitting.facts",
            kit=head.sku,
            name=head.name,
            asked=format_quantity(head.asked, head.unit),
            made=format_quantity(head.made),
            left=format_quantity(self._left()),
        )

    def ask_order(self, _rows: Sequence[Record]) -> None:
        """Ask what is to be made, how many, and until when."""
        words = self._desk.words

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["item"]:
                raise Refusal("desk.which_item")
            if not answers["quantity"]:
                raise Refusal("stock.quantity_missing")
            due, place = day_of(answers["due"]), self._desk.warehouse
            code, quantity = answers["item"], answers["quantity"]

            def create(unit: UnitOfWork) -> str:
                kit = lookup.known_item(unit, code).sku
                return kitting.create(unit, warehouse=place, kit=kit, quantity=quantity, due=due)

            return Booking(
                request,
                lambda: self._desk.work.run(create, request_id=request),
                lambda number: Feedback(Level.OK, "kitting.ordered", {"number": number}),
            )

        fields = (
            Field("item", words("desk.item")),
            Field("quantity", words("desk.how_many")),
            Field("due", words("transfers.due_optional")),
        )
        told = words("kitting.told_order")
        self._desk.ask(Question(words("kitting.ask_order"), fields, lambda _answers: told, book, "item"))

    # - inside -

    def _left(self) -> Decimal:
        head = self._seen().head
        return max(head.asked - head.made, Decimal(0))

    def _hindered(self) -> str:
        return self._desk.hindered("kit") or ("" if self._left() else self._desk.hint("kitting.all_made"))

    def _none_made(self) -> str:
        return self._desk.hindered("reverse") or (
            "" if self._seen().head.made else self._desk.hint("kitting.none_made")
        )

    def _ask_make(self) -> None:
        words, head = self._desk.words, self._seen().head
        fields = (
            Field("quantity", words("claims.how_much", unit=head.unit), format_quantity(self._left())),
            Field("place", words("kitting.place")),
            Field("lot", words("reports.lot")),
            Field("serial", words("reports.serial")),
            Field("expiry", words("reports.expiry")),
            Field("weights", words("desk.weights")),
        )
        title = words("kitting.ask_make", kit=head.sku, number=head.number)
        self._desk.ask(Question(title, fields, self._told_make, self._book_make, "place"))

    def _told_make(self, answers: Answers) -> str:
        """What the kits use up, and what is short of it."""
        qty, left = self._quantity(answers), self._left()
        used, short = [], []
        for need in self._seen().needs:
            needed = need.needed * qty / left
            used.append(f"{format_quantity(round(needed, 6), need.unit)} {need.sku}")
            if needed > need.free:
                short.append(f"{format_quantity(round(needed - need.free, 6), need.unit)} {need.sku}")
        if short:
            return self._desk.words("kitting.told_short", goods=", ".join(short))
        return self._desk.words("kitting.told_make", goods=", ".join(used))

    def _book_make(self, answers: Answers, request: UUID) -> Booking:
        qty, number, run = self._quantity(answers), self._seen().head.number, self._desk.work.run
        marks = Marks(answers["lot"], answers["serial"], day_of(answers["expiry"]), weights_of(answers["weights"]))
        place = answers["place"].upper()
        planned: list[kitting.Making] = []

        def make() -> UUID:
            if not planned:  # a repetition posts what was planned before the first try
                planned.append(
                    run(
                        lambda unit: kitting.plan_making(
                            unit, number, quantity=format_quantity(qty), place=place, marks=marks
                        )
                    )
                )
            return run(lambda unit: kitting.post(unit, planned[0]), request_id=request)

        facts = {"amount": format_quantity(qty, self._seen().head.unit), "kit": self._seen().head.sku}
        return Booking(
            request,
            make,
            lambda _posting: Feedback(Level.OK, "kitting.kits_made", facts),
            undo=lambda posting, again: run(lambda unit: kitting.take_back(unit, posting), request_id=again),
            permission="kit",
        )

    def _take_back(self) -> None:
        words, number, run = self._desk.words, self._seen().head.number, self._desk.work.run

        def book(_answers: Answers, request: UUID) -> Booking:
            def back() -> None:
                last = run(lambda unit: kitting.last_made(unit, number))
                run(lambda unit: kitting.take_back(unit, last), request_id=request)

            return Booking(
                request, back, lambda _answer: Feedback(Level.OK, "kitting.taken_back"), permission="reverse"
            )

        told = words("kitting.told_take_back")
        self._desk.ask(Question(words("kitting.ask_take_back", number=number), (), lambda _answers: told, book))

    def _quantity(self, answers: Answers) -> Decimal:
        if not answers["quantity"]:
            raise Refusal("stock.quantity_missing")
        return parse_quantity(answers["quantity"])
