"""Goods of a return as they come or go: with a disposition to the dock, announced or not, or back to the supplier."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.services import lookup, returns, stock
from app.services.returns import DISPOSITIONS, SET_ASIDE, Arrived, Passage, ReturnHead, ReturnLine
from app.services.stock import Withdrawal
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, day_of, weights_of
from app.stations.kit.record_table import Record

ASIDE, ANY = "aside", "any"
_REASONS = ("RETURNED", "DAMAGED", "QUALITY")


class Passing:
    """The commands by which goods of returns move; `desk` is the screen that they belong to."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self, head: ReturnHead, lines: Callable[[], Sequence[ReturnLine]]) -> tuple[Command, ...]:
        """Receive what a customer sent back, or send back what a supplier sent."""

        def hindered(permission: str) -> str:
            done = all(line.done >= line.asked for line in lines())
            return self._desk.hindered(permission) or (self._desk.hint("returns.all_done") if done else "")

        if head.direction == "in":
            return (
                Command(
                    "RECEIVE_RETURN",
                    lambda rows: self._ask_receive(head, [_line(row) for row in rows] or list(lines())),
                    lambda _rows: hindered("receive"),
                ),
            )
        return (Command("SEND_BACK", lambda _rows: self._ask_send(head), lambda _rows: hindered("return_out")),)

    def ask_blind(self, _rows: Sequence[Record]) -> None:
        """Ask what came back that nobody announced, and what is to become of it."""
        words = self._desk.words

        def plan(answers: Answers) -> Callable[[UnitOfWork], Passage]:
            if not answers["item"]:
                raise Refusal("desk.which_item")
            if not answers["quantity"]:
                raise Refusal("stock.quantity_missing")
            if not answers["reason"]:
                raise Refusal("stock.reason_missing")
            place = self._desk.warehouse

            def planned(unit: UnitOfWork) -> Passage:
                sku = lookup.known_item(unit, answers["item"]).sku
                arrived = self._arrived(answers, {sku: answers["quantity"]})
                return returns.plan_blind(unit, warehouse=place, arrived=arrived, reason=answers["reason"])

            return planned

        fields = (
            Field("item", words("desk.item")),
            Field("quantity", words("desk.how_many")),
            *self._marks(),
            self._desk.reason_field(_REASONS),
        )
        self._desk.ask(
            Question(
                words("returns.ask_blind"),
                fields,
                lambda answers: self._told(answers, answers["item"]),
                lambda answers, request: self._posting(request, plan(answers), "receive_blind", answers["reason"]),
                "item",
            )
        )

    # - inside -

    def _ask_receive(self, head: ReturnHead, chosen: Sequence[ReturnLine]) -> None:
        lines = [line for line in chosen if line.done < line.asked]
        if not lines:
            self._desk.say(Feedback(Level.WARNING, "desk.not_now", {"why": self._desk.hint("returns.all_done")}))
            return
        single = lines[0] if len(lines) == 1 else None
        words = self._desk.words
        quantity = () if single is None else (
            Field("quantity", words("claims.how_much", unit=single.unit), format_quantity(single.asked - single.done)),
        )  # fmt: skip

        def wanted(answers: Answers) -> dict[str, str]:
            if single is not None:
                if not answers["quantity"]:
                    raise Refusal("stock.quantity_missing")
                return {single.sku: answers["quantity"]}
            return {line.sku: format_quantity(line.asked - line.done) for line in lines}

        def plan(answers: Answers) -> Callable[[UnitOfWork], Passage]:
            arrived = self._arrived(answers, wanted(answers))
            return lambda unit: returns.plan_receiving(unit, head.number, arrived)

        def told(answers: Answers) -> str:
            return self._told(answers, ", ".join(f"{qty} {sku}" for sku, qty in wanted(answers).items()))

        self._desk.ask(
            Question(
                words("returns.ask_receive", number=head.number),
                (*quantity, *self._marks()),
                told,
                lambda answers, request: self._posting(request, plan(answers), "receive", ""),
            )
        )

    def _ask_send(self, head: ReturnHead) -> None:
        words = self._desk.words
        which = ((ASIDE, words("returns.set_aside")), (ANY, words("returns.also_available")))

        def plan(answers: Answers) -> Callable[[UnitOfWork], Passage]:
            if not answers["reason"]:
                raise Refusal("stock.reason_missing")
            statuses = SET_ASIDE if answers["which"] == ASIDE else (*SET_ASIDE, "available")
            weights = weights_of(answers["weights"])
            return lambda unit: returns.plan_sending(
                unit, head.number, statuses=statuses, reason=answers["reason"], weights=weights
            )

        fields = (
            Field("which", words("claims.which_goods"), ASIDE, which, wide=True),
            Field("weights", words("desk.weights")),
            self._desk.reason_field(_REASONS),
        )
        told = words("returns.told_send", number=head.number, partner=head.partner)
        self._desk.ask(
            Question(
                words("returns.ask_send", number=head.number),
                fields,
                lambda _answers: told,
                lambda answers, request: self._posting(request, plan(answers), "return_out", answers["reason"]),
            )
        )

    def _marks(self) -> tuple[Field, ...]:
        """What is asked of goods that came back: what is to become of them, and what stands on them."""
        words = self._desk.words
        choices = tuple((one, self._desk.choice(f"disposition.{one}")) for one in DISPOSITIONS)
        return (
            Field("disposition", words("returns.disposition"), "", (("", self._desk.choice("stock.choose")), *choices)),
            Field("lot", words("reports.lot")),
            Field("serial", words("reports.serial")),
            Field("expiry", words("reports.expiry")),
            Field("weights", words("desk.weights")),
        )

    def _arrived(self, answers: Answers, wanted: Mapping[str, str]) -> Arrived:
        if not answers["disposition"]:
            raise Refusal("returns.what_becomes")
        return Arrived(
            wanted,
            answers["disposition"],
            answers["lot"],
            answers["serial"],
            day_of(answers["expiry"]),
            weights_of(answers["weights"]),
        )

    def _told(self, answers: Answers, goods: str) -> str:
        if not answers["disposition"]:
            raise Refusal("returns.what_becomes")
        status = self._desk.words(f"reports.status.{DISPOSITIONS[answers['disposition']]}")
        return self._desk.words("returns.told_receive", goods=goods, status=status)

    def _posting(self, request: UUID, plan: Callable[[UnitOfWork], Passage], permission: str, reason: str) -> Booking:
        run, place = self._desk.work.run, self._desk.warehouse
        planned: list[Passage] = []

        def post() -> UUID:
            if not planned:  # a repetition posts what was planned before the first try
                planned.append(run(plan))
            return run(lambda unit: returns.post(unit, planned[0]), request_id=request)

        def back(posting: UUID, again: UUID) -> None:
            wish = Withdrawal(again, place, posting, "UNDO")
            run(lambda unit: stock.take_back(unit, wish), request_id=again)

        return Booking(
            request,
            post,
            lambda _posting: Feedback(Level.OK, f"returns.{planned[0].kind}"),
            undo=back,
            permission=permission,
            reason=reason,
        )


def _line(record: Record) -> ReturnLine:
    assert isinstance(record.made_of, ReturnLine)
    return record.made_of
