"""What a desk does about one order: changes what it says and its lines, or cancels it; effects are told first."""

from collections.abc import Callable, Sequence
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.carriers import CarrierSetup
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import order_desk, order_entry
from app.services.carriers import setting_up
from app.services.order_board import DeskLine
from app.services.order_desk import AS_USUAL, Changed, Ended, LineChange
from app.services.order_entry import LineWish, OrderDetail
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record
from app.stations.orders.effects import told_change, told_end
from app.stations.orders.head import head_fields, read_head, told_address
from app.stations.orders.making import days_of, price_of, wish_fields

_REASONS = ("CUSTOMER_WISH", "ORDERED_TWICE", "NOT_PAID", "NOT_AVAILABLE", "ADDRESS_UNKNOWN", "PLAN_CHANGED")
_VOID, _KEEP = "void", "keep"


class Changing:
    """The commands of the lines of one order; `seen` is the order as it was read last, `show` opens another one."""

    def __init__(self, desk: DeskScreen, seen: Callable[[], OrderDetail], show: Callable[[str], object]) -> None:
        self._desk, self._seen, self._show = desk, seen, show

    def commands(self) -> tuple[Command, ...]:
        """What can be done about the order and its lines."""
        one = self._desk.one_of
        return (
            Command("CHANGE_ORDER", lambda _rows: self._ask_head(), self._may),
            Command("CHANGE_CUSTOMER", lambda _rows: self._ask_customer(), self._may_customer),
            *one(Command("CHANGE_LINE", lambda rows: self._ask_line(_line(rows[0])), self._may)),
            Command("ADD_LINE", lambda _rows: self._ask_added(), self._may),
            Command("CANCEL_LINES", self._cancel_lines, self._may_lines),
            *one(Command("SUBSTITUTE_LINE", lambda rows: self._ask_substitute(_line(rows[0])), self._may_substitute)),
            Command("CANCEL_ORDER", lambda _rows: self.ask_cancel(self._seen().row.number), self._may),
            Command("PROMISE_GOODS", lambda _rows: self._promise(), lambda _rows: self._desk.hindered("allocate")),
            Command("COPY_ORDER", lambda _rows: self._copy(), self._may),
        )

    def ask_cancel(self, number: str) -> None:
        """Find out what a cancellation would bring about, say so, and ask why."""
        run = self._desk.work.run
        self._desk.start(
            lambda: run(lambda unit: order_desk.preview_cancel(unit, number)), lambda ended: self._cancel(number, ended)
        )

    # - what stands in the way -

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("plan_order")

    def _may_lines(self, rows: Sequence[Record]) -> str:
        return self._may(rows) or ("" if rows else self._desk.hint("desk.choose_one"))

    def _may_substitute(self, rows: Sequence[Record]) -> str:
        if why := self._may(rows):
            return why
        line = _line(rows[0])
        if not line.progress.missing:
            return self._desk.hint("orders.nothing_missing")
        return "" if line.instead else self._desk.hint("orders.no_substitute")

    def _may_customer(self, rows: Sequence[Record]) -> str:
        stays = self._seen().row.decision != "draft"
        return self._may(rows) or (self._desk.hint("orders.customer_stays") if stays else "")

    # - questions -

    def _ask_customer(self) -> None:
        desk, seen = self._desk, self._seen()
        words = desk.words

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["customer"]:
                raise Refusal("orders.for_whom")
            number, version = seen.row.number, seen.row.version
            run = desk.work.run
            return Booking(
                request,
                lambda: run(
                    lambda unit: order_desk.set_customer(unit, number, answers["customer"], version=version),
                    request_id=request,
                ),
                lambda known: Feedback(Level.OK, "orders.customer_changed", {"number": number, "customer": known.name}),
            )

        field = Field("customer", words("orders.customer_words"), seen.row.customer_code, wide=True)
        title, told = words("orders.ask_customer", number=seen.row.number), words("orders.told_other_customer")
        desk.ask(Question(title, (field,), lambda _answers: told, book, scanned="customer"))

    def _ask_head(self) -> None:
        self._desk.start(lambda: self._desk.work.run(setting_up.in_use), self._ask_head_with)

    def _ask_head_with(self, carriers: Sequence[CarrierSetup]) -> None:
        desk, seen = self._desk, self._seen()

        def book(answers: Answers, request: UUID) -> Booking:
            return self._weighing(request, head=read_head(answers, seen.head))

        desk.ask(
            Question(
                desk.words("orders.ask_change", number=seen.row.number),
                head_fields(desk, seen.head, carriers),
                lambda answers: told_address(desk, read_head(answers, seen.head)),
                book,
            )
        )

    def _ask_line(self, line: DeskLine) -> None:
        desk = self._desk
        price = format_quantity(line.price) if line.price is not None else ""
        fields = (
            Field("quantity", desk.words("orders.how_much", unit=line.unit), format_quantity(line.quantity)),
            Field("price", desk.words("orders.price"), price),
            *wish_fields(desk, line.lot, line.minimum_days),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            days = days_of(answers["days"])
            wanted = LineChange(
                line.line,
                "" if answers["quantity"] == format_quantity(line.quantity) else answers["quantity"],
                None if answers["price"] == price else price_of(answers["price"]),
                lot=None if answers["lot"] == line.lot else answers["lot"],
                minimum_days=None if days == line.minimum_days else AS_USUAL if days is None else days,
            )
            return self._weighing(request, lines=(wanted,))

        title = desk.words("orders.ask_line", line=line.line, sku=line.sku)
        desk.ask(Question(title, fields, lambda _answers: desk.words("orders.told_effects"), book))

    def _cancel_lines(self, rows: Sequence[Record]) -> None:
        lines = tuple(LineChange(_line(row).line, cancelled=True) for row in rows)
        self._weigh(lambda: None, lines=lines)

    def _ask_added(self) -> None:
        desk = self._desk
        fields = (
            Field("item", desk.words("desk.item")),
            Field("quantity", desk.words("desk.how_many")),
            Field("price", desk.words("orders.price")),
            *wish_fields(desk),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["item"]:
                raise Refusal("desk.which_item")
            if not answers["quantity"]:
                raise Refusal("stock.quantity_missing")
            price, days = price_of(answers["price"]), days_of(answers["days"])
            wish = LineWish(answers["item"], answers["quantity"], price, answers["lot"], days)
            return self._changing(request, {}, added=(wish,))

        told = desk.words("desk.units_too")
        desk.ask(Question(desk.words("orders.ask_added"), fields, lambda _answers: told, book, scanned="item"))

    def _ask_substitute(self, line: DeskLine) -> None:
        desk, number = self._desk, self._seen().row.number
        field = Field("sku", desk.words("orders.instead"), line.instead[0], tuple((one, one) for one in line.instead))
        missing = format_quantity(line.progress.missing, line.base_unit)

        def told(answers: Answers) -> str:
            return desk.words("orders.told_substitute", missing=missing, sku=line.sku, instead=answers["sku"])

        def book(answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: order_desk.substitute(unit, number, line.line, answers["sku"]), request_id=request
                ),
                self._changed,
            )

        desk.ask(Question(desk.words("orders.ask_substitute", sku=line.sku), (field,), told, book))

    def _cancel(self, number: str, ended: Ended) -> None:
        desk = self._desk

        def said(done: Ended) -> Feedback:
            return Feedback(Level.OK, "orders.ended_now", {"number": number, "effects": told_end(desk, done)})

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["reason"]:
                raise Refusal("stock.reason_missing")
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: order_desk.cancel(unit, number, reason=answers["reason"]), request_id=request
                ),
                said,
            )

        title = desk.words("orders.ask_cancel", number=number)
        desk.ask(Question(title, (desk.reason_field(_REASONS),), lambda _answers: told_end(desk, ended), book))

    def _promise(self) -> None:
        number, run = self._seen().row.number, self._desk.work.run

        def said(given: object) -> None:
            goods = ", ".join(f"{format_quantity(qty)} {sku}" for sku, qty in dict(given).items())  # type: ignore[call-overload]
            self._desk.say(Feedback(Level.OK, "orders.promised", {"goods": goods}))
            self._desk.refresh()

        self._desk.start(lambda: run(lambda unit: order_desk.promise(unit, number)), said)

    def _copy(self) -> None:
        number, run = self._seen().row.number, self._desk.work.run

        def copied(made: str) -> None:
            self._show(made)
            self._desk.say(Feedback(Level.OK, "orders.drafted", {"number": made}))

        self._desk.start(lambda: run(lambda unit: order_entry.copy(unit, number)), copied)

    # - first what it would bring about, then the change -

    def _weighing(self, request: UUID, **change: object) -> Booking:
        """The key of a form that only finds out what would come of it; then it is asked whether to do it."""
        return Booking(
            request,
            self._preview(change),
            lambda _done: Feedback(Level.OK, "orders.look_first"),
            after=lambda done: self._ask_sure(change, done),
        )

    def _weigh(self, _before: Callable[[], object], **change: object) -> None:
        self._desk.start(self._preview(change), lambda done: self._ask_sure(change, done))

    def _preview(self, change: dict[str, object]) -> Callable[[], Changed]:
        number, run = self._seen().row.number, self._desk.work.run
        return lambda: run(lambda unit: order_desk.preview(unit, number, **change))  # type: ignore[arg-type]

    def _ask_sure(self, change: dict[str, object], done: Changed) -> None:
        desk, number = self._desk, self._seen().row.number
        choices = ((_VOID, desk.choice("orders.void")), (_KEEP, desk.choice("orders.keep")))
        labels = (Field("labels", desk.words("orders.labels"), _VOID, choices),) if done.labels else ()
        fields = (*labels, Field("why", desk.words("orders.why"), wide=True))

        def book(answers: Answers, request: UUID) -> Booking:
            keep = answers.get("labels") == _KEEP
            return self._changing(request, change, keep_labels=keep, reason=answers["why"])

        title = desk.words("orders.ask_change", number=number)
        desk.ask(Question(title, fields, lambda _answers: told_change(desk, done), book))

    def _changing(self, request: UUID, change: dict[str, object], **how: object) -> Booking:
        seen, run = self._seen().row, self._desk.work.run
        return Booking(
            request,
            lambda: run(
                lambda unit: order_desk.change(unit, seen.number, version=seen.version, **change, **how),  # type: ignore[arg-type]
                request_id=request,
            ),
            self._changed,
        )

    def _changed(self, done: Changed) -> Feedback:
        number = self._seen().row.number
        return Feedback(Level.OK, "orders.changed", {"number": number, "effects": told_change(self._desk, done)})


def _line(record: Record) -> DeskLine:
    assert isinstance(record.made_of, DeskLine)
    return record.made_of
