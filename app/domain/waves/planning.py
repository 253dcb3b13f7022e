"""What a wave would be: walks by the policy, who walks them until when, and the orders that do not fit.

Nothing here is booked. Batches of each kind of order are planned by `app.domain.batching`; where bins are not drawn on
the plan, orders go together as they are due.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from types import MappingProxyType
from uuid import UUID

from app.domain.batching import PickOrder, first_come, plan_batches
from app.domain.policies import Policy, first_match
from app.domain.walking import Lengths, Spot, Xy
from app.domain.waves.crews import Crew, Rota
from app.domain.waves.model import Asked, Bin, LeftOut, Plan, PlannedWalk, Short, Waiting, Why
from app.domain.waves.people import loads_of, people_needed, schedule
from app.domain.waves.rules import Manner, WaveFacts, facts_of, minutes_for

Progress = Callable[[float], None]
Cancelled = Callable[[], bool]


def plan_wave(
    orders: Iterable[Waiting],
    asked: Asked,
    policy: Policy[Manner],
    lengths: Lengths | None,
    *,
    now: datetime,
    lanes: Mapping[str, Xy] = MappingProxyType({}),
    progress: Progress = lambda _part: None,
    cancelled: Cancelled = lambda: False,
) -> Plan:
    """The walks for the orders that were asked for. `lengths` None: there is no plan to walk by.

    Where nobody said how many people walk, those of the shifts do; where there are none, one person.

    `lanes`: where the places for totes stand on the plan (mm), by address; a walk whose goods are brought to one ends
    there.
    """
    wanted = [order for order in orders if asked.wants(order)]
    shifts = asked.shifts if asked.people is None else None
    rota = shifts or Rota((Crew(asked.people or 1, now),))
    groups, left_out = _grouped(wanted, asked, policy, now, {crew.zone for crew in rota.crews if crew.zone})
    missed = set(asked.numbers) - {order.number for order in wanted}
    left_out += [LeftOut(number, Why.NOT_WAITING) for number in sorted(missed)]
    walks: list[PlannedWalk] = []
    told, total, simple, complete = 0, sum(len(group) for group in groups.values()), Decimal(0), True
    for (manner, zone, cut_off, _), group in groups.items():
        there = lanes.get(manner.lane)
        to_there = lengths.brought_to(there) if lengths and there else lengths
        found = _Group(group, manner, zone, to_there).planned(_share(progress, told, len(group), total), cancelled)
        walks += [replace(walk, cut_off=cut_off) for walk in found.walks]
        left_out += [LeftOut(order.number, Why.TOO_BIG) for order in found.too_big]
        simple, complete, told = simple + found.first_come, complete and found.complete, told + len(group)
    given, nobodys = schedule(walks, rota, now)
    kept, late = _within(given, asked)
    left_out += [LeftOut(number, Why.NO_PEOPLE, walk.zone_name) for walk in nobodys for number in walk.numbers]
    return Plan(
        walks=tuple(kept),
        left_out=(*left_out, *late),
        shorts=_shorts(kept, wanted),
        first_come_metres=simple,
        people=people_needed([*kept, *nobodys], now, now),
        loads=loads_of(kept, nobodys, rota, now) if shifts else (),
        complete=complete,
    )


def ready_walks(
    orders: Iterable[Waiting],
    policy: Policy[Manner],
    lengths: Lengths | None,
    *,
    now: datetime,
    lanes: Mapping[str, Xy] = MappingProxyType({}),
    rota: Rota | None = None,
) -> tuple[PlannedWalk, ...]:
    """The walks that the rules release by themselves now: full carts, and those whose orders cannot wait any longer.

    With a `rota`, only those that people who are there now may walk, and can before their shift ends.
    """
    waiting = {order.id: order for order in orders}
    coming = [order for order in waiting.values() if (manner := _manner(order, policy, now)) and manner.as_they_come]
    asked = Asked(shifts=rota.there(now) if rota else None)
    plan = plan_wave(coming, asked, policy, lengths, now=now, lanes=lanes)
    return tuple(walk for walk in plan.walks if _is_ready(walk, [waiting[one] for one in walk.orders], now))


def waits_for_people(order: Waiting, policy: Policy[Manner], rota: Rota | None, now: datetime) -> bool:
    """Whether an order would be released by itself, but nobody who picks in its zones is there now."""
    manner = _manner(order, policy, now) if rota else None
    if rota is None or manner is None or not manner.as_they_come:
        return False
    there = rota.there(now).crews
    parts = (frozenset(one.zone for one in part.bins) for _, part in _parts(order, manner))
    return not any(crew.may_walk(zones) for zones in parts for crew in there)


def _is_ready(walk: PlannedWalk, orders: Sequence[Waiting], now: datetime) -> bool:
    manner = walk.manner
    waited = min((order.since for order in orders if order.since), default=now)
    return (
        len(orders) >= manner.slots
        or now - waited >= timedelta(minutes=manner.wait_minutes)
        or (walk.cut_off is not None and walk.cut_off - now <= timedelta(minutes=manner.rush_minutes))
    )


def _manner(order: Waiting, policy: Policy[Manner], now: datetime) -> Manner | None:
    return first_match(policy, order_facts(order, now))[0]


def _share(progress: Progress, before: int, count: int, total: int) -> Progress:
    """Tells how far all is by how far a part is: `count` of `total` after `before`."""
    return lambda part: progress((before + part * count) / total)


_Key = tuple[Manner, tuple[UUID, str] | None, datetime | None, UUID | None]
"""By what orders go together: their manner, the only zone that is walked, their departure, and whose zone it is."""


def _grouped(
    wanted: Sequence[Waiting], asked: Asked, policy: Policy[Manner], now: datetime, kept_to: Set[UUID]
) -> tuple[dict[_Key, list[Waiting]], list[LeftOut]]:
    """Orders that may go together: of one manner, for one departure, zone by zone where it says so.

    What lies in one of the zones that people keep to goes only with its like: nobody of them could walk it otherwise.
    """
    groups: dict[_Key, list[Waiting]] = {}
    left_out = []
    for order in sorted(wanted, key=_by_urgency):
        if why := _hindered(order, whole=asked.whole):
            left_out.append(why)
            continue
        manner = _manner(order, policy, now)
        if manner is None:
            left_out.append(LeftOut(order.number, Why.NO_RULE))
            continue
        if asked.cart is not None:
            manner = replace(manner, slots=asked.cart.slots, litres=asked.cart.litres, kg=asked.cart.kg)
        for zone, part in _parts(order, manner):
            zones = {one.zone for one in part.bins}
            whose = next(iter(zones)) if len(zones) == 1 and zones <= kept_to else None
            groups.setdefault((manner, zone, order.cut_off, whose), []).append(part)
    return groups, left_out


def _by_urgency(order: Waiting) -> tuple[bool, datetime | None, int, str]:
    return order.cut_off is None, order.cut_off, -order.priority, order.number


def _hindered(order: Waiting, *, whole: bool) -> LeftOut | None:
    if order.held:
        return LeftOut(order.number, Why.HELD)
    if order.person:
        return LeftOut(order.number, Why.IN_HAND, order.person)
    if not order.bins:
        return LeftOut(order.number, Why.NOT_RESERVED)
    if whole and order.short:
        return LeftOut(order.number, Why.SHORT, ", ".join(dict.fromkeys(one.sku for one in order.missing)))
    return None


def _shorts(walks: Iterable[PlannedWalk], orders: Iterable[Waiting]) -> tuple[Short, ...]:
    """The orders on these walks of which something is missing."""
    taken = {order for walk in walks for order in walk.orders}
    return tuple(
        Short(one.number, one.partner, one.short, one.missing) for one in orders if one.short and one.id in taken
    )


def order_facts(order: Waiting, now: datetime) -> WaveFacts:
    """What rules of waves may know of an order that waits."""
    left = order.cut_off - now if order.cut_off else None
    return facts_of(
        lines=order.lines,
        zones=frozenset(one.zone_name for one in order.bins),
        minutes_left=int(left.total_seconds() // 60) if left is not None else None,
        picks=order.picks,
        carrier=order.carrier,
        service=order.service,
        partner=order.partner,
        priority=order.priority,
        litres=sum((one.litres for one in order.bins), Decimal(0)),
        kg=sum((one.kg for one in order.bins), Decimal(0)),
    )


def _parts(order: Waiting, manner: Manner) -> Iterator[tuple[tuple[UUID, str] | None, Waiting]]:
    """The order, or what is picked of it in each zone."""
    if not manner.by_zone:
        yield None, order
        return
    for zone in dict.fromkeys((one.zone, one.zone_name) for one in order.bins):
        yield zone, replace(order, bins=tuple(one for one in order.bins if one.zone == zone[0]))


@dataclass
class _Found:
    walks: list[PlannedWalk] = field(default_factory=list)
    too_big: list[Waiting] = field(default_factory=list)
    first_come: Decimal = Decimal(0)
    complete: bool = True


class _Group:
    """Orders of one manner, and the walks that are made of them."""

    def __init__(
        self, orders: Sequence[Waiting], manner: Manner, zone: tuple[UUID, str] | None, lengths: Lengths | None
    ) -> None:
        self._orders, self._manner, self._zone, self._lengths = orders, manner, zone, lengths
        self._spots: Mapping[UUID, frozenset[Spot]] = {order.id: self._spots_of(order) for order in orders}

    def planned(self, progress: Progress, cancelled: Cancelled) -> _Found:
        drawn = [order for order in self._orders if self._is_drawn(order)]
        rest = [order for order in self._orders if not self._is_drawn(order)]
        found = _Found()
        if drawn and self._lengths is not None:
            picks = [self._pick_order(order) for order in drawn]
            best = plan_batches(picks, self._manner.cart, self._lengths, progress=progress, cancelled=cancelled)
            found.walks = [self._walk([drawn[n] for n in batch]) for batch in best.batches]
            found.too_big = [drawn[n] for n in best.too_big]
            found.first_come = _metres(first_come(picks, self._manner.cart, self._lengths).mm)
            found.complete = best.complete
        self._as_due(rest, found)
        progress(1.0)
        return found

    def _as_due(self, orders: Sequence[Waiting], found: _Found) -> None:
        """Orders with bins that are on no plan: each onto the cart until it is full."""
        cart, batch = self._manner.cart, list[Waiting]()
        for order in orders:
            if not cart.takes([self._pick_order(order)]):
                found.too_big.append(order)
                continue
            if batch and not cart.takes(self._pick_order(one) for one in (*batch, order)):
                found.walks.append(self._walk(batch))
                batch = []
            batch = [*batch, order]
        if batch:
            found.walks.append(self._walk(batch))

    def _walk(self, orders: Sequence[Waiting]) -> PlannedWalk:
        slots = sorted(orders, key=_by_urgency)
        spots = frozenset[Spot]().union(*(self._spots[order.id] for order in slots))
        metres = _metres(self._lengths.of(spots)) if self._lengths and spots else Decimal(0)
        picks = sum(order.picks for order in slots)
        bins = [one for order in slots for one in order.bins]
        return PlannedWalk(
            orders=tuple(order.id for order in slots),
            numbers=tuple(order.number for order in slots),
            manner=self._manner,
            picks=picks,
            metres=metres,
            minutes=minutes_for(self._manner, metres=metres, picks=picks),
            zone=self._zone[0] if self._zone else None,
            zone_name=self._zone[1] if self._zone else "",
            zones=frozenset(one.zone for one in bins),
            priority=max(order.priority for order in slots),
            litres=sum((one.litres for one in bins), Decimal(0)),
            kg=sum((one.kg for one in bins), Decimal(0)),
            unreached=tuple(dict.fromkeys(one.address for one in bins if self._is_unreached(one))),
            undrawn=tuple(dict.fromkeys(one.address for one in bins if one.stop is None or self._lengths is None)),
        )

    def _is_drawn(self, order: Waiting) -> bool:
        return self._lengths is not None and all(one.stop is not None for one in order.bins)

    def _is_unreached(self, one: Bin) -> bool:
        stop = one.stop
        return stop is not None and self._lengths is not None and self._lengths.spot(stop) is None

    def _spots_of(self, order: Waiting) -> frozenset[Spot]:
        if self._lengths is None:
            return frozenset()
        stops = (one.stop for one in order.bins if one.stop is not None)
        return frozenset(spot for stop in stops if (spot := self._lengths.spot(stop)) is not None)

    def _pick_order(self, order: Waiting) -> PickOrder:
        litres, kg = (sum((getattr(one, name) for one in order.bins), Decimal(0)) for name in ("litres", "kg"))
        return PickOrder(order.number, self._spots[order.id], 1, litres, kg)


def _within(walks: Sequence[PlannedWalk], asked: Asked) -> tuple[list[PlannedWalk], list[LeftOut]]:
    """The walks that the people have time for, and the orders of the others."""
    most = asked.within_minutes
    kept = [walk for walk in walks if most is None or walk.ends <= most]
    late = [walk for walk in walks if most is not None and walk.ends > most]
    numbers = {number: str(ceil(walk.ends)) for walk in late for number in walk.numbers}
    return kept, [LeftOut(number, Why.NO_TIME, about) for number, about in sorted(numbers.items())]


def _metres(mm: float) -> Decimal:
    return Decimal(round(mm / 1000))
