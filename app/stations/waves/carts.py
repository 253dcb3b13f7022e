"""The carts of a warehouse: added, changed, taken out of use, their labels on paper."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_quantity
from app.reports.cart_labels import CartLabel, write_cart_labels
from app.services import carts, clock
from app.services.carts import Cart
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record

COLUMNS = (
    Column("number", "carts.number", 200, identifier=True),
    Column("name", "carts.name", 360),
    Column("slots", "carts.slots", 120, numeric=True),
    Column("litres", "waves.litres", 120, numeric=True),
    Column("kg", "waves.kg", 120, numeric=True),
    Column("state", "waves.state", 200),
)


class Carts:
    """The sheet of the carts, and what can be done about them."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def sheet(self) -> Sheet:
        """All carts, those in use first."""
        desk = self._desk

        def read() -> Sequence[Record]:
            return [self._record(one) for one in desk.work.run(lambda unit: carts.carts(unit, desk.warehouse))]

        return Sheet(
            "waves.carts",
            desk.words("carts.carts"),
            COLUMNS,
            page_of(COLUMNS, read),
            lambda _query: desk.hint("carts.none"),
            (
                Command("NEW_CART", lambda _rows: self._ask(None), self._may),
                *desk.one_of(Command("CHANGE_CART", lambda rows: self._ask(_cart(rows[0])), self._may)),
                *desk.one_of(Command("RETIRE_CART", lambda rows: self._turn(_cart(rows[0])), self._may)),
                Command("PRINT_CARTS", lambda rows: self.ask_where([_cart(row) for row in rows]), self._chosen),
            ),
        )

    def ask_where(self, chosen: Sequence[Cart]) -> QFileDialog:
        """Ask for the file of the labels."""
        desk = self._desk
        dialog = QFileDialog(desk, desk.words("carts.print_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([desk.words("stock.export_pdf")])
        dialog.setDefaultSuffix(".pdf")
        dialog.selectFile("carts.pdf")
        dialog.fileSelected.connect(lambda name: self.print_to(chosen, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def print_to(self, chosen: Sequence[Cart], path: Path) -> None:
        """Write the labels of these carts."""
        desk = self._desk
        labels = [CartLabel(one.number, one.name, one.slots) for one in chosen]

        def done(_nothing: None) -> None:
            desk.say(Feedback(Level.OK, "carts.printed", {"file": path.name}))

        desk.start(lambda: write_cart_labels(path, labels, desk.texts, printed_at=clock.now()), done)

    # - inside -

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _chosen(self, rows: Sequence[Record]) -> str:
        return "" if rows else self._desk.hint("desk.choose_one")

    def _ask(self, cart: Cart | None) -> None:
        desk, words = self._desk, self._desk.words
        number = () if cart else (Field("number", words("carts.number")),)
        fields = (
            *number,
            Field("name", words("carts.name"), cart.name if cart else "", wide=True),
            Field("slots", words("carts.slots"), str(cart.slots) if cart else "8"),
            Field("litres", words("carts.litres"), _shown(cart.litres if cart else None)),
            Field("kg", words("carts.kg"), _shown(cart.kg if cart else None)),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            slots = answers["slots"]
            if not (slots.isascii() and slots.isdecimal()):
                raise Refusal("waves.bad_number", value=slots, most=200)
            wanted = Cart(
                cart.number if cart else answers["number"],
                answers["name"],
                int(slots),
                litres=_amount(answers["litres"]),
                kg=_amount(answers["kg"]),
                active=cart.active if cart else True,
            )
            return self._saving(request, wanted)

        title = words("carts.ask_change", cart=cart.number) if cart else words("carts.ask_new")
        desk.ask(Question(title, fields, lambda _answers: words("carts.told"), book))

    def _turn(self, cart: Cart) -> None:
        desk = self._desk
        what = "retire" if cart.active else "use_again"
        told = desk.words(f"carts.told_{what}")

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._saving(request, replace(cart, active=not cart.active))

        desk.ask(Question(desk.words(f"carts.ask_{what}", cart=cart.number), (), lambda _answers: told, book))

    def _saving(self, request: UUID, cart: Cart) -> Booking:
        desk = self._desk
        return Booking(
            request,
            lambda: desk.work.run(lambda unit: carts.save(unit, desk.warehouse, cart), request_id=request),
            lambda _nothing: Feedback(Level.OK, "carts.saved", {"cart": cart.number.upper()}),
        )

    def _record(self, cart: Cart) -> Record:
        words = self._desk.words
        state = words("carts.under_way", walk=cart.walk) if cart.walk else "" if cart.active else words("carts.retired")
        cells = (cart.number, cart.name, str(cart.slots), _shown(cart.litres), _shown(cart.kg), state)
        return Record(cart.number, cells, made_of=cart, tints=((5, "muted"),) if not cart.active else ())


def _shown(amount: Decimal | None) -> str:
    return format_quantity(amount) if amount is not None else ""


def _amount(typed: str) -> Decimal | None:
    return parse_quantity(typed) if typed else None


def _cart(record: Record) -> Cart:
    assert isinstance(record.made_of, Cart)
    return record.made_of
