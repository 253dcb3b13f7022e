"""What somebody does with goods on consignment: brings them, brings them back, notes what was used."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_quantity
from app.services import consignment
from app.services.consignment import Consigned
from app.services.stock import find_place
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record


class ConsignmentQuestions:
    """The commands of both tabs."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def at_customers(self) -> tuple[Command, ...]:
        """Bring goods to a customer; of those in hand bring some back, or note what the customer used."""
        return (
            Command("CONSIGN", self._bring, lambda _rows: self._desk.hindered("consign")),
            *self._desk.one_of(
                Command("CONSIGN_USED", self._ask_used, lambda _rows: self._desk.hindered("consign")),
                Command("CONSIGN_BACK", self._ask_back, lambda _rows: self._desk.hindered("consign")),
            ),
        )

    def of_suppliers(self) -> tuple[Command, ...]:
        """Note what we used of a supplier's goods: it is ours from then on."""
        return self._desk.one_of(
            Command("CONSIGN_USED", self._ask_used, lambda _rows: self._desk.hindered("change_owner"))
        )

    # - to the customer -

    def _bring(self, _rows: Sequence[Record]) -> None:
        run, warehouse = self._desk.work.run, self._desk.warehouse
        self._desk.start(lambda: run(lambda unit: consignment.customers_places(unit, warehouse)), self._ask_bring)

    def _ask_bring(self, places: Sequence[tuple[UUID, str, str]]) -> None:
        if not places:
            self._desk.say(Feedback(Level.WARNING, "consignment.no_place"))
            return
        words, run, warehouse = self._desk.words, self._desk.work.run, self._desk.warehouse
        named = {str(identity): f"{address} {name}" for identity, address, name in places}
        fields = (
            Field("target", words("consignment.to"), next(iter(named)), tuple(named.items())),
            Field("item", words("consignment.item_or_unit"), wide=True),
            Field("quantity", words("consignment.how_many_or_all")),
            Field("origin", words("consignment.from")),
            Field("number", words("consignment.number_optional")),
            Field("weight", words("consignment.weight_optional")),
        )

        def told(answers: Answers) -> str:
            return words("consignment.told_bring", place=named[answers["target"]])

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["item"]:
                raise Refusal("consignment.what_from_where")
            if not answers["quantity"] and not answers["origin"]:
                return self._whole(request, answers["item"], lambda _unit: UUID(answers["target"]))
            if not answers["origin"]:
                raise Refusal("consignment.what_from_where")
            if not answers["quantity"]:
                raise Refusal("stock.quantity_missing")
            weight = _weight(answers)
            return self._booking(
                request,
                lambda: run(
                    lambda unit: consignment.bring(
                        unit,
                        warehouse=warehouse,
                        target=UUID(answers["target"]),
                        code=answers["item"],
                        typed=answers["quantity"],
                        origin=answers["origin"],
                        number=answers["number"],
                        weight_kg=weight,
                    ),
                    request_id=request,
                ),
                Feedback(Level.OK, "consignment.brought", {"place": named[answers["target"]]}),
            )

        self._desk.ask(Question(words("consignment.ask_bring"), fields, told, book, scanned="item"))

    def _whole(self, request: UUID, number: str, target: Callable[[UnitOfWork], UUID]) -> Booking:
        """A handling unit with all its goods, to a customer or back."""
        run, warehouse = self._desk.work.run, self._desk.warehouse
        return self._booking(
            request,
            lambda: run(
                lambda unit: consignment.bring_unit(unit, warehouse=warehouse, number=number, target=target(unit)),
                request_id=request,
            ),
            Feedback(Level.OK, "consignment.unit_brought"),
        )

    # - of what is there -

    def _ask_back(self, rows: Sequence[Record]) -> None:
        words, run, warehouse, row = self._desk.words, self._desk.work.run, self._desk.warehouse, _consigned(rows[0])
        whole = (
            ("goods", words("consignment.only_goods")),
            ("unit", words("consignment.whole_unit", unit=row.unit_number)),
        )
        only = (Field("only", words("consignment.only"), "goods", whole),) if row.unit_number else ()
        fields = (*only, *self._how_many(row), Field("target", words("consignment.back_to")))

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["target"]:
                raise Refusal("consignment.what_from_where")
            if answers.get("only") == "unit":
                typed = answers["target"]
                return self._whole(
                    request, row.unit_number, lambda unit: find_place(unit, typed, warehouse=warehouse).id
                )
            quantity, weight = _quantity(row, answers), _weight(answers)
            return self._booking(
                request,
                lambda: run(
                    lambda unit: consignment.bring_back(
                        unit, row, warehouse=warehouse, quantity=quantity, target=answers["target"], weight_kg=weight
                    ),
                    request_id=request,
                ),
                self._done("back", row, quantity),
            )

        told = words("consignment.told_back", place=row.place)
        title = words("consignment.ask_back", sku=row.sku, partner=row.partner_name)
        self._desk.ask(Question(title, fields, lambda _answers: told, book, scanned="target"))

    def _ask_used(self, rows: Sequence[Record]) -> None:
        words, run, warehouse, row = self._desk.words, self._desk.work.run, self._desk.warehouse, _consigned(rows[0])

        def book(answers: Answers, request: UUID) -> Booking:
            quantity, weight = _quantity(row, answers), _weight(answers)
            return self._booking(
                request,
                lambda: run(
                    lambda unit: consignment.use(unit, row, warehouse=warehouse, quantity=quantity, weight_kg=weight),
                    request_id=request,
                ),
                self._done(f"used_{row.side}", row, quantity),
            )

        told = words(f"consignment.told_used_{row.side}", partner=row.partner_name)
        title = words("consignment.ask_used", sku=row.sku, partner=row.partner_name)
        self._desk.ask(Question(title, self._how_many(row), lambda _answers: told, book))

    # - inside -

    def _how_many(self, row: Consigned) -> tuple[Field, ...]:
        words = self._desk.words
        weight = (Field("weight", words("consignment.weight")),) if row.weighed else ()
        free = format_quantity(row.free, row.unit)
        return (Field("quantity", words("consignment.of", free=free), format_quantity(row.free)), *weight)

    def _done(self, code: str, row: Consigned, quantity: Decimal) -> Feedback:
        amount = format_quantity(quantity, row.unit)
        return Feedback(
            Level.OK, f"consignment.{code}", {"amount": amount, "sku": row.sku, "partner": row.partner_name}
        )

    def _booking(self, request: UUID, call: Callable[[], UUID], done: Feedback) -> Booking:
        def undo(posting: UUID, again: UUID) -> object:
            return self._desk.work.run(lambda unit: consignment.take_back(unit, posting), request_id=again)

        return Booking(request, call, lambda _posting: done, undo=undo)


def _consigned(record: Record) -> Consigned:
    assert isinstance(record.made_of, Consigned)
    return record.made_of


def _quantity(row: Consigned, answers: Answers) -> Decimal:
    if not answers["quantity"]:
        raise Refusal("stock.quantity_missing")
    return parse_quantity(answers["quantity"], decimals=row.decimals)


def _weight(answers: Answers) -> Decimal | None:
    typed = answers.get("weight", "")
    return parse_quantity(typed) if typed else None
