"""How urgent orders are by the rules: those that would change, tried before they do."""

from collections.abc import Sequence
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.services import order_priorities
from app.services.order_priorities import Judged
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

COLUMNS = (
    Column("number", "stock.document", 150, identifier=True),
    Column("customer", "orders.customer", 300),
    Column("before", "orders.priority_now", 130, numeric=True),
    Column("after", "orders.priority_by_rules", 130, numeric=True),
    Column("rule", "orders.rule", 420),
)


class Urgencies:
    """Lays the orders whose priority the rules would change over the order desk, and gives it to them."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def command(self) -> Command:
        """What would change, from the board."""
        return Command("TRY_PRIORITIES", lambda _rows: self._desk.lay_over(self.sheet()))

    def sheet(self) -> Sheet:
        """The orders that would change, with the rule that says so."""
        desk = self._desk

        def read() -> Sequence[Record]:
            judged = desk.work.run(lambda unit: order_priorities.judge(unit, desk.warehouse))
            return [judged_record(one, desk.texts) for one in judged if one.after != one.before]

        return Sheet(
            "orders.urgency",
            desk.words("orders.urgency"),
            COLUMNS,
            page_of(COLUMNS, read),
            lambda _query: desk.hint("orders.rules_change_nothing"),
            (Command("GIVE_PRIORITIES", lambda _rows: self._ask(), lambda _rows: desk.hindered("plan_order")),),
        )

    def _ask(self) -> None:
        desk, words = self._desk, self._desk.words

        def book(answers: Answers, request: UUID) -> Booking:
            reason = answers["reason"] or words("orders.rules_applied")
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: order_priorities.give_anew(unit, desk.warehouse, reason=reason), request_id=request
                ),
                lambda count: Feedback(Level.OK, "orders.priorities_given", {"count": count}),
            )

        field = Field("reason", words("orders.why"), words("orders.rules_applied"), wide=True)
        told = words("orders.told_give_priorities")
        desk.ask(Question(words("orders.ask_give_priorities"), (field,), lambda _answers: told, book))


def judged_record(one: Judged, texts: Texts) -> Record:
    """An order with the priority that it has, the one that it would have, and why."""
    rules = [texts.text("captions", rule) if texts.has("captions", rule) else rule for rule in one.why.chosen]
    cells = (one.number, one.customer, str(one.before), str(one.after), ", ".join(rules))
    return Record(one.number, cells, made_of=one, tints=((3, "caution"),))
