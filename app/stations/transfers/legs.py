"""The steps of a transfer from its lines: sent, received, never came, ended. The lines in hand count; none: all."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity, parse_quantity
from app.services import transfers
from app.services.transfers import Leg, TransferLine
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, weights_of
from app.stations.kit.record_table import Record

_REASONS = ("LOST", "DAMAGED", "COUNT")
_END_REASONS = ("PLAN_CHANGED", "MORE_URGENT", "CUSTOMER_WISH")
Amounts = Mapping[UUID, Decimal] | None
Plan = Callable[[UnitOfWork, Amounts, Mapping[str, Decimal]], Leg]


class Legs:
    """The commands of the sheet of lines; `seen` is the transfer as it was read last."""

    def __init__(self, desk: DeskScreen, seen: Callable[[], transfers.Sheet]) -> None:
        self._desk, self._seen = desk, seen

    def commands(self) -> tuple[Command, ...]:
        """Send, receive, never came, end."""
        return (
            Command("SEND", self._send, lambda _rows: self._hindered("transfer", "send", _to_send)),
            Command("RECEIVE", self._receive, lambda _rows: self._hindered("transfer", "receive", _on_the_way)),
            *self._desk.one_of(
                Command("NEVER_CAME", self._never_came, self._none_missing),
            ),
            Command("END_TRANSFER", self._end, lambda _rows: self._ended()),
        )

    # - what stands in the way -

    def _hindered(self, permission: str, what: str, amount: Callable[[TransferLine], Decimal]) -> str:
        if why := self._desk.hindered(permission):
            return why
        return "" if any(map(amount, self._seen().lines)) else self._desk.hint(f"transfers.nothing_to_{what}")

    def _none_missing(self, rows: Sequence[Record]) -> str:
        if why := self._desk.hindered("reverse"):
            return why
        return "" if _line(rows[0]).on_the_way else self._desk.hint("transfers.nothing_to_receive")

    def _ended(self) -> str:
        if why := self._desk.hindered("plan_transfer"):
            return why
        ended = self._seen().transfer.decision in ("cancelled", "closed")
        return self._desk.hint("transfers.has_ended") if ended else ""

    # - questions -

    def _send(self, rows: Sequence[Record]) -> None:
        number = self._seen().transfer.number

        def plan(unit: UnitOfWork, amounts: Amounts, weights: Mapping[str, Decimal]) -> Leg:
            return transfers.plan_sending(unit, number, amounts=amounts, weights=weights)

        self._leg("send", rows, _to_send, plan)

    def _receive(self, rows: Sequence[Record]) -> None:
        number = self._seen().transfer.number

        def plan(unit: UnitOfWork, amounts: Amounts, _weights: Mapping[str, Decimal]) -> Leg:
            return transfers.plan_receiving(unit, number, amounts=amounts)

        self._leg("receive", rows, _on_the_way, plan)

    def _leg(self, what: str, rows: Sequence[Record], amount: Callable[[TransferLine], Decimal], plan: Plan) -> None:
        """Ask before a leg is posted: of one line how much, of several or all of them all that is open."""
        seen = self._seen()
        chosen = [_line(row) for row in rows] or list(seen.lines)
        lines = [line for line in chosen if amount(line) > 0]
        single = lines[0] if len(lines) == 1 else None
        fields: tuple[Field, ...] = () if single is None else (self._quantity_field(single, amount(single)),)
        if what == "send" and any(line.catch_weight for line in lines):
            fields += (Field("weights", self._desk.words("desk.weights")),)

        def amounts(answers: Answers) -> Amounts:
            if single is not None:
                return {single.id: _quantity(answers, single, most=amount(single))}
            return {line.id: amount(line) for line in lines}

        def told(answers: Answers) -> str:
            asked = amounts(answers) or {}
            weights_of(answers.get("weights", ""))
            goods = ", ".join(f"{format_quantity(asked[line.id], line.unit)} {line.sku}" for line in lines)
            transfer = seen.transfer
            return self._desk.words(
                f"transfers.told_{what}", goods=goods, source=transfer.source, target=transfer.target
            )

        def book(answers: Answers, request: UUID) -> Booking:
            asked, weights = amounts(answers), weights_of(answers.get("weights", ""))
            return self._posting(what, request, lambda unit: plan(unit, asked, weights))

        if not lines:
            self._desk.say(
                Feedback(Level.WARNING, "desk.not_now", {"why": self._desk.hint(f"transfers.nothing_to_{what}")})
            )
            return
        title = self._desk.words(f"transfers.ask_{what}", number=seen.transfer.number)
        self._desk.ask(Question(title, fields, told, book))

    def _posting(self, what: str, request: UUID, plan: Callable[[UnitOfWork], Leg]) -> Booking:
        run, number = self._desk.work.run, self._seen().transfer.number
        planned: list[Leg] = []

        def post() -> UUID:
            if not planned:  # a repetition posts the leg that was planned before the first try
                planned.append(run(plan))
            return run(lambda unit: transfers.post(unit, planned[0]), request_id=request)

        return Booking(
            request,
            post,
            lambda _posting: Feedback(Level.OK, f"transfers.{what}_done", {"number": number}),
            undo=lambda posting, again: run(
                lambda unit: transfers.take_back(unit, posting, reason="UNDO"), request_id=again
            ),
            permission="transfer",
        )

    def _never_came(self, rows: Sequence[Record]) -> None:
        line = _line(rows[0])
        fields = (self._quantity_field(line, line.on_the_way), self._desk.reason_field(_REASONS))

        def told(answers: Answers) -> str:
            amount = format_quantity(_quantity(answers, line, most=line.on_the_way), line.unit)
            source = self._seen().transfer.source
            return self._desk.words("transfers.told_never_came", amount=amount, sku=line.sku, source=source)

        def book(answers: Answers, request: UUID) -> Booking:
            qty, reason, run = _quantity(answers, line, most=line.on_the_way), _reason(answers), self._desk.work.run
            return Booking(
                request,
                lambda: run(lambda unit: transfers.never_came(unit, line, qty=qty, reason=reason), request_id=request),
                lambda _posting: Feedback(Level.OK, "transfers.never_came_done", {"sku": line.sku}),
                permission="reverse",
                reason=reason,
            )

        self._desk.ask(Question(self._desk.words("transfers.ask_never_came", sku=line.sku), fields, told, book))

    def _end(self, _rows: Sequence[Record]) -> None:
        number = self._seen().transfer.number

        def book(answers: Answers, request: UUID) -> Booking:
            reason = _reason(answers)
            return Booking(
                request,
                lambda: self._desk.work.run(lambda unit: transfers.cancel(unit, number, reason=reason)),
                lambda _answer: Feedback(Level.OK, "transfers.ended", {"number": number}),
            )

        fields = (self._desk.reason_field(_END_REASONS),)
        told = self._desk.words("transfers.told_end", number=number)
        self._desk.ask(Question(self._desk.words("transfers.ask_end", number=number), fields, lambda _a: told, book))

    def _quantity_field(self, line: TransferLine, most: Decimal) -> Field:
        return Field("quantity", self._desk.words("claims.how_much", unit=line.unit), format_quantity(most))


def _line(record: Record) -> TransferLine:
    assert isinstance(record.made_of, TransferLine)
    return record.made_of


def _to_send(line: TransferLine) -> Decimal:
    return line.to_send


def _on_the_way(line: TransferLine) -> Decimal:
    return line.on_the_way


def _reason(answers: Answers) -> str:
    if not answers["reason"]:
        raise Refusal("stock.reason_missing")
    return answers["reason"]


def _quantity(answers: Answers, line: TransferLine, *, most: Decimal) -> Decimal:
    if not answers["quantity"]:
        raise Refusal("stock.quantity_missing")
    qty = parse_quantity(answers["quantity"], decimals=line.decimals)
    if qty > most:
        raise Refusal("transfers.too_much", sku=line.sku, open=format_quantity(most))
    return qty
