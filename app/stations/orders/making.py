"""A new order: for whom, what it says, then line by line what; at last as a draft or released."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.carriers import CarrierSetup
from app.domain.errors import Refusal
from app.domain.order_desk import OrderHead
from app.domain.orders import MOST_DAYS
from app.domain.values import format_quantity, parse_quantity
from app.services import order_entry
from app.services.carriers import setting_up
from app.services.order_entry import Customer, LineWish
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DraftLine, DraftLines, Field, Question
from app.stations.kit.record_table import Record
from app.stations.orders.head import head_fields, read_head, told_address

SHEET = "orders.new"
Begun = tuple[Customer, tuple[CarrierSetup, ...]]
"""For whom an order is being made, and which carriers may be wished for it."""
_DRAFT, _RELEASE = "draft", "release"


class Making:
    """Gathers an order and makes it; then the screen looks into it by `show`."""

    def __init__(self, desk: DeskScreen, show: Callable[[str], object]) -> None:
        self._desk, self._show = desk, show
        self._draft = DraftLines(desk)
        self._customer: Customer | None = None
        self._head, self._number, self._owner = OrderHead(), "", ""

    def ask_whose(self, _rows: Sequence[Record] = ()) -> None:
        """Ask who orders: by code, or by words of name and town."""
        words = self._desk.words
        fields = (
            Field("customer", words("orders.customer_words"), wide=True),
            Field("number", words("orders.our_number")),
            Field("owner", words("orders.whose_goods")),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["customer"]:
                raise Refusal("orders.for_whom")
            self._number, self._owner = answers["number"], answers["owner"]
            run = self._desk.work.run

            def begin(unit: UnitOfWork) -> Begun:
                order_entry.owner_of(unit, answers["owner"])
                return order_entry.customer(unit, answers["customer"]), setting_up.in_use(unit)

            return Booking(
                request,
                lambda: run(begin),
                lambda begun: Feedback(Level.OK, "orders.begun", {"customer": begun[0].name}),
                after=self._ask_head,
            )

        told = words("orders.told_customer")
        self._desk.ask(Question(words("orders.ask_new"), fields, lambda _answers: told, book, scanned="customer"))

    def take_code(self, code: str) -> bool:
        """A code that was scanned begins a line, while an order is being made."""
        return self._desk.sheet.name == SHEET and self._draft.begin(code)

    # - inside -

    def _ask_head(self, begun: Begun) -> None:
        desk, (known, carriers) = self._desk, begun

        def book(answers: Answers, request: UUID) -> Booking:
            self._customer, self._head = known, read_head(answers, known.head)
            return Booking(
                request,
                lambda: desk.work.run(lambda unit: order_entry.leaves(unit, desk.warehouse, self._head)),
                lambda leaves: (
                    Feedback(Level.OK, "orders.add_lines", {"leaves": f"{leaves:%Y-%m-%d %H:%M}"})
                    if leaves
                    else Feedback(Level.OK, "transfers.begun")
                ),
                after=lambda _leaves: self._lay(),
            )

        title = desk.words("orders.ask_head", customer=known.name)
        desk.ask(
            Question(
                title,
                head_fields(desk, known.head, carriers),
                lambda answers: told_address(desk, read_head(answers, known.head)),
                book,
            )
        )

    def _lay(self) -> None:
        words = self._desk.words
        assert self._customer is not None
        self._draft = DraftLines(
            self._desk,
            extra=(Field("price", words("orders.price")), *wish_fields(self._desk)),
            told=lambda answers: " · ".join(answers[name] for name in ("price", "lot", "days") if answers[name]),
        )
        self._desk.lay_over(
            self._draft.sheet(
                name=SHEET,
                title=words("orders.new", customer=self._customer.name),
                nothing=self._desk.hint("transfers.add_lines"),
                finish=Command("MAKE_ORDER", self._finish),
            )
        )

    def _finish(self, _rows: Sequence[Record]) -> None:
        words, count = self._desk.words, len(self._draft.lines)
        choices = ((_RELEASE, self._desk.choice("orders.release")), (_DRAFT, self._desk.choice("orders.draft")))
        field = Field("how", words("orders.how"), _RELEASE, choices)
        self._desk.ask(
            Question(
                words("orders.ask_make"),
                (field,),
                lambda answers: words(f"orders.told_{answers['how']}", count=count),
                self._booking,
            )
        )

    def _booking(self, answers: Answers, request: UUID) -> Booking:
        self._draft.require_lines("orders.no_lines")
        desk, customer, head, number = self._desk, self._customer, self._head, self._number
        assert customer is not None
        lines, release = [_wish(line) for line in self._draft.lines], answers["how"] == _RELEASE

        def made(done: str) -> None:
            desk.step_back()
            self._show(done)

        return Booking(
            request,
            lambda: desk.work.run(
                lambda unit: order_entry.create(
                    unit,
                    warehouse=desk.warehouse,
                    customer=customer,
                    head=head,
                    lines=lines,
                    number=number,
                    release=release,
                    owner=self._owner,
                ),
                request_id=request,
            ),
            lambda done: Feedback(Level.OK, "orders.made" if release else "orders.drafted", {"number": done}),
            after=made,
        )


def wish_fields(desk: DeskScreen, lot: str = "", days: int | None = None) -> tuple[Field, Field]:
    """What a customer may wish of a line's goods: only this lot, and how long they must keep."""
    return (
        Field("lot", desk.words("orders.wished_lot"), lot),
        Field("days", desk.words("orders.minimum_days"), "" if days is None else str(days)),
    )


def days_of(typed: str) -> int | None:
    """A number of days as it was typed; None where there is none. Refuses `orders.bad_days`."""
    if typed and not (typed.isascii() and typed.isdecimal() and int(typed) <= MOST_DAYS):
        raise Refusal("orders.bad_days", value=typed, most=MOST_DAYS)
    return int(typed) if typed else None


def price_of(typed: str) -> Decimal | None:
    """A price as it was typed; None where there is none. Refuses what is no number."""
    return parse_quantity(typed) if typed else None


def _wish(line: DraftLine) -> LineWish:
    """The line in the unit that was typed, else in base units."""
    said = line.answers["quantity"]
    amount = said if any(sign.isalpha() for sign in said) and "+" not in said else format_quantity(line.qty)
    answers = line.answers
    return LineWish(line.item.sku, amount, price_of(answers["price"]), answers["lot"], days_of(answers["days"]))
