"""The same done to several orders, each by itself: one that is refused does not keep the others; results are told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.order_desk import MOST_URGENT, Hold
from app.domain.values import format_quantity
from app.services import order_desk, order_entry
from app.services.order_desk import Allocated
from app.services.work import UnitOfWork
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.record_table import Record
from app.stations.orders.rows import RESULTS

Act = Callable[[UnitOfWork, str], str]
Named = Callable[[Sequence[Record]], tuple[str, ...]]
"""The numbers of the orders that the rows in hand mean."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it for one order, in words; `done` is False where it was refused."""

    number: str
    words: str
    done: bool


class Bulk:
    """The commands about any number of orders."""

    def __init__(self, desk: DeskScreen, of: Named) -> None:
        self._desk, self._of = desk, of

    def commands(self) -> tuple[Command, ...]:
        """Release, allocate, hold, lift, and how urgent."""
        return (
            Command("RELEASE_ORDERS", self._at_once("release", self._release), self._may("plan_order")),
            Command("ALLOCATE_ORDERS", self._at_once("allocate", self._allocate), self._may("allocate")),
            Command("HOLD_ORDERS", self._ask_hold, self._may("plan_order")),
            Command("LIFT_HOLDS", self._ask_lift, self._may("plan_order")),
            Command("PRIORITY_ORDERS", self._ask_priority, self._may("plan_order")),
        )

    # - inside -

    def _may(self, permission: str) -> Callable[[Sequence[Record]], str]:
        def hindered(rows: Sequence[Record]) -> str:
            return self._desk.hindered(permission) or ("" if self._of(rows) else self._desk.hint("orders.choose_some"))

        return hindered

    def _release(self, unit: UnitOfWork, number: str) -> str:
        return self._allocated(order_desk.release(unit, number))

    def _allocate(self, unit: UnitOfWork, number: str) -> str:
        return self._allocated(order_desk.allocate(unit, number))

    def _allocated(self, done: Allocated) -> str:
        missing = ", ".join(f"{format_quantity(one.qty)} {one.sku}" for one in done.short)
        return self._desk.words("orders.got_part", missing=missing) if missing else self._desk.words("orders.got_all")

    def _at_once(self, what: str, act: Act) -> Callable[[Sequence[Record]], object]:
        def ask(rows: Sequence[Record]) -> None:
            numbers = self._of(rows)
            told = self._desk.words(f"orders.told_{what}", orders=_listed(numbers))
            title = self._desk.words(f"orders.ask_{what}")

            def book(_answers: Answers, request: UUID) -> Booking:
                return self._each(request, numbers, act)

            self._desk.ask(Question(title, (), lambda _answers: told, book))

        return ask

    def _ask_hold(self, rows: Sequence[Record]) -> None:
        numbers, words = self._of(rows), self._desk.words
        kinds = tuple((one.value, self._desk.texts.state("hold", one.value)) for one in Hold)
        fields = (
            Field("kind", words("orders.why_held"), choices=(("", self._desk.choice("stock.choose")), *kinds)),
            Field("note", words("orders.note"), wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["kind"]:
                raise Refusal("orders.why_held")
            kind = Hold(answers["kind"])

            def act(unit: UnitOfWork, number: str) -> str:
                order_desk.hold(unit, number, kind=kind, note=answers["note"])
                return words("orders.stands_still")

            return self._each(request, numbers, act)

        told = words("orders.told_hold", orders=_listed(numbers))
        self._desk.ask(Question(words("orders.ask_hold"), fields, lambda _answers: told, book))

    def _ask_lift(self, rows: Sequence[Record]) -> None:
        numbers, words = self._of(rows), self._desk.words
        kinds = tuple((one.value, self._desk.texts.state("hold", one.value)) for one in Hold)
        fields = (
            Field("kind", words("orders.which_hold"), choices=(("", words("orders.all_holds")), *kinds)),
            Field("note", words("orders.note"), wide=True),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            kind = Hold(answers["kind"]) if answers["kind"] else None

            def act(unit: UnitOfWork, number: str) -> str:
                left = order_desk.lift(unit, number, kind=kind, note=answers["note"])
                return words("orders.holds_left", count=left) if left else words("orders.goes_on")

            return self._each(request, numbers, act)

        told = words("orders.told_lift", orders=_listed(numbers))
        self._desk.ask(Question(words("orders.ask_lift"), fields, lambda _answers: told, book))

    def _ask_priority(self, rows: Sequence[Record]) -> None:
        numbers, words = self._of(rows), self._desk.words
        choices = tuple((str(n), str(n)) for n in range(MOST_URGENT + 1))

        def book(answers: Answers, request: UUID) -> Booking:
            priority = int(answers["priority"])

            def act(unit: UnitOfWork, number: str) -> str:
                head = order_entry.look_into(unit, number).head
                order_desk.change(unit, number, head=replace(head, priority=priority))
                return words("orders.is_priority", priority=priority)

            return self._each(request, numbers, act)

        field = Field("priority", words("orders.priority"), "5", choices)
        told = words("orders.told_priority", orders=_listed(numbers))
        self._desk.ask(Question(words("orders.ask_priority"), (field,), lambda _answers: told, book))

    def _each(self, request: UUID, numbers: Sequence[str], act: Act) -> Booking:
        desk = self._desk

        def one(number: str) -> Result:
            try:
                return Result(number, desk.work.run(lambda unit: act(unit, number)), done=True)
            except Refusal as refusal:
                if len(numbers) == 1:
                    raise
                return Result(number, " ".join(desk.texts.error(refusal.code, refusal.facts)), done=False)

        def said(results: list[Result]) -> Feedback:
            refused = sum(not result.done for result in results)
            if len(results) == 1:
                return Feedback(Level.OK, "orders.one_done", {"number": results[0].number, "result": results[0].words})
            level = Level.WARNING if refused else Level.OK
            return Feedback(level, "orders.each_done", {"count": str(len(results)), "refused": str(refused)})

        return Booking(request, lambda: [one(number) for number in numbers], said, after=self._lay)

    def _lay(self, results: list[Result]) -> None:
        """Show what came of each, where there were several."""
        if len(results) < 2:
            return
        rows = [
            Record(one.number, (one.number, one.words), made_of=one, tints=() if one.done else ((1, "bad"),))
            for one in results
        ]
        self._desk.lay_over(
            Sheet(
                "orders.results",
                self._desk.words("orders.results"),
                RESULTS,
                page_of(RESULTS, lambda: rows),
                lambda _query: self._desk.hint("no_rows"),
            )
        )


def _listed(numbers: Sequence[str]) -> str:
    """The numbers, or the first of them and how many more."""
    shown = ", ".join(numbers[:6])
    return f"{shown} … (+{len(numbers) - 6})" if len(numbers) > 6 else shown
