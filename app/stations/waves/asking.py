"""What the planner is asked before walks are planned: which orders, and who is there."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.batching import Cart as Room
from app.domain.errors import Refusal
from app.domain.waves import Asked, OrderType, Waiting
from app.services.carts import Cart
from app.stations.kit.countdown import cut_off_time
from app.stations.kit.desk import Answers, Booking, DeskScreen, Field, Question

_MOST_PEOPLE, _MOST_MINUTES = 500, 24 * 60
_WHOLE = "whole"


class Asking:
    """Asks by what is there: only carriers, zones and cut-offs that orders wait for can be chosen."""

    def __init__(self, desk: DeskScreen, plan: Callable[[Asked], object]) -> None:
        self._desk, self._plan = desk, plan

    def ask(self, orders: Sequence[Waiting], chosen: Sequence[str], carts: Sequence[Cart] = ()) -> None:
        """Ask which orders, and for which of the `carts`; those with the numbers `chosen` where some are in hand."""
        words = self._desk.words
        all_of = (("", words("waves.all")),)
        cut_offs = sorted({order.cut_off for order in orders if order.cut_off})
        shorts = (("", words("waves.with_shorts")), (_WHOLE, words("waves.whole")))
        narrowing = (
            Field("carrier", words("waves.carrier"), choices=all_of + _carriers(orders)),
            Field("zone", words("waves.zone"), choices=all_of + _each(b.zone_name for o in orders for b in o.bins)),
            Field(
                "type",
                words("waves.type"),
                choices=(*all_of, *((one.value, words(f"waves.type_{one.value}")) for one in OrderType)),
            ),
            Field(
                "until",
                words("waves.until"),
                choices=(*all_of, *((one.isoformat(), cut_off_time(one)) for one in cut_offs)),
            ),
            Field("priority", words("waves.priority_at_least")),
            Field("whole", words("waves.shorts"), choices=shorts),
        )
        by_number = {one.number: one for one in carts}
        cart = (
            (Field("cart", words("carts.planned_for"), choices=(("", words("orders.by_rules")), *_each(by_number))),)
            if carts
            else ()
        )
        people = (*cart, Field("people", words("waves.people")), Field("within", words("waves.within")))
        title = words("waves.ask_chosen", count=len(chosen)) if chosen else words("waves.ask_which")

        def asked(answers: Answers) -> Asked:
            return _asked(answers, tuple(chosen), by_number.get(answers.get("cart", "")))

        def told(answers: Answers) -> str:
            wanted = asked(answers)
            count = sum(wanted.wants(order) for order in orders)
            return words("waves.told_which", count=count)

        def book(answers: Answers, request: UUID) -> Booking:
            wanted = asked(answers)
            return Booking(
                request, lambda: wanted, lambda _asked: Feedback(Level.WAITING, "waves.planning"), after=self._plan
            )

        self._desk.ask(Question(title, (() if chosen else narrowing) + people, told, book))


def _carriers(orders: Sequence[Waiting]) -> tuple[tuple[str, str], ...]:
    named = {one.carrier: one.carrier_name for one in orders if one.carrier}
    return tuple(sorted(named.items(), key=lambda one: one[1]))


def _each(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, name) for name in sorted({name for name in names if name}))


def _asked(answers: Answers, numbers: tuple[str, ...], cart: Cart | None) -> Asked:
    one_of = {name: (answers[name],) if answers.get(name) else () for name in ("carrier", "zone")}
    return Asked(
        carriers=one_of["carrier"],
        zones=one_of["zone"],
        order_type=OrderType(answers["type"]) if answers.get("type") else None,
        until=datetime.fromisoformat(answers["until"]) if answers.get("until") else None,
        priority=_number(answers.get("priority", ""), most=9),
        whole=answers.get("whole") == _WHOLE,
        numbers=numbers,
        cart=Room(cart.slots, cart.litres, cart.kg) if cart else None,
        people=_number(answers["people"], most=_MOST_PEOPLE),
        within_minutes=_number(answers["within"], most=_MOST_MINUTES),
    )


def _number(text: str, *, most: int) -> int | None:
    """A whole number from 1 to `most`; nothing typed is no number."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise Refusal("waves.bad_number", value=text, most=most)
    return int(text)
