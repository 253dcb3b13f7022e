"""Waves as use cases: look what waits, plan walks, release them or take them back, and see how far they are.

What is planned from comes from one transaction; the planning itself takes up to a minute and holds none. What changed
in between is found out by the release, which leaves out what is not there to be picked any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any
from uuid import UUID

from app.database import batching as batching_store
from app.database import documents, places
from app.database import policies as policy_store
from app.database import waves as store
from app.database.session import all_as, as_nouns
from app.domain.errors import Refusal
from app.domain.picking import Ground as PickGround
from app.domain.picking import Pick, Way, way_past
from app.domain.policies import Policy, Scope
from app.domain.sites.places import Aisle
from app.domain.values import format_quantity
from app.domain.walking import Lengths, network_of
from app.domain.waves import FORM, Asked, Manner, Plan, PlannedWalk, Rota, Waiting, plan_wave, ready_walks
from app.domain.waves.planning import Cancelled, Progress
from app.reports.pick_list import ListedPick, PickList
from app.services import clock, pick_shifts, picking
from app.services.order_desk import ORDER
from app.services.policies import chosen
from app.services.wall_clock import on_the_wall
from app.services.work import UnitOfWork

MOST_ORDERS = 5000
MOST_AS_THEY_COME = 400
MOST_WAVES = 200
WAVE = "wave"
"""The kind of change after which waves and walks are read again."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What waves are planned from: the orders that wait, the plan of the warehouse, the rules in force there.

    `rota`: who walks, None where nobody said who picks.

    On the plan (mm; None: not drawn) goods are brought to `packing` or to one of the `lanes`; carts stand at `carts`.
    """

    warehouse: UUID
    orders: tuple[Waiting, ...]
    aisles: tuple[Aisle, ...]
    packing: tuple[int, int] | None
    policy: Policy[Manner]
    carts: tuple[int, int] | None = None
    lanes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    rota: Rota | None = None

    def lengths(self) -> Lengths | None:
        """How long walks are; None where no aisle is drawn."""
        network = network_of(self.aisles)
        return Lengths(network, self.packing, self.carts) if network is not None else None


@dataclass(frozen=True, slots=True)
class Released:
    """What came of a release: the wave's number (empty without one), its walks', and the orders that were left out."""

    number: str
    walks: tuple[str, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave and how far it is; without a number: what was released as orders came. `told`: what was foretold of it."""

    id: UUID | None
    number: str
    decision: str
    created_at: datetime | None
    person: str
    asked: Mapping[str, Any]
    told: Mapping[str, Any]
    cut_off: datetime | None
    walks: int
    walks_done: int
    walking: int
    orders: int
    picks: int
    done: int
    metres: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk and how far it is; `person` has it in hand, `assigned`: for whom it is kept, `listed`: it was printed."""

    id: UUID
    number: str
    wave: str | None
    decision: str
    mode: str
    stream: str
    zone: str
    priority: int
    cut_off: datetime | None
    metres: int
    minutes: int
    listed: bool
    assigned: str
    person: str
    orders: int
    numbers: tuple[str, ...]
    picks: int
    done: int


def read_ground(unit: UnitOfWork, warehouse: UUID, *, most: int = MOST_ORDERS) -> Ground:
    """The orders that wait in a warehouse, its aisles, and by which rules they are picked together."""
    stored = policy_store.in_force(unit.session, capability="waves", scopes=[warehouse])
    ends = batching_store.ends(unit.session, warehouse)
    return Ground(
        warehouse=warehouse,
        orders=on_the_wall(unit, warehouse, all_as(store.waiting(unit.session, warehouse, most=most), Waiting)),
        aisles=places.aisles(unit.session, warehouse),
        packing=as_nouns(ends["packing"], tuple[int, int] | None),
        carts=as_nouns(ends["carts"], tuple[int, int] | None),
        lanes=as_nouns(ends["lanes"], dict[str, tuple[int, int]]),
        policy=chosen(FORM, stored, {Scope.WAREHOUSE: str(warehouse)}),
        rota=pick_shifts.rota(unit, warehouse, now=clock.now()),
    )


def plan(
    ground: Ground,
    asked: Asked,
    *,
    now: datetime,
    progress: Progress = lambda _part: None,
    cancelled: Cancelled = lambda: False,
) -> Plan:
    """What a wave would be; nothing is booked. Where no number of people is asked for, those of the shifts walk."""
    return plan_wave(
        ground.orders,
        replace(asked, shifts=ground.rota),
        ground.policy,
        ground.lengths(),
        now=now,
        lanes=ground.lanes,
        progress=progress,
        cancelled=cancelled,
    )


def release(unit: UnitOfWork, warehouse: UUID, found: Plan, asked: Asked, *, planned: bool = False) -> Released:
    """Release a plan as a wave, or keep it planned.

    Orders that were taken, held or released meanwhile are left out and named. Refuses `waves.nothing_left` where none
    is left, and `waves.unknown_lane` where the rules name a place that is none for totes.
    """
    told = {
        "orders": len({order for walk in found.walks for order in walk.orders}),
        "walks": len(found.walks),
        "metres": int(found.metres),
        "first_come_metres": int(found.first_come_metres),
        "minutes": ceil(found.minutes),
        "ends": ceil(found.ends),
        "people": asked.people,
        "late": found.late,
        "left_out": [[one.number, one.why.value] for one in found.left_out],
        "shorts": [one.number for one in found.shorts],
    }
    return _release(unit, warehouse, found.walks, _asked(asked), told, planned=planned)


def release_as_they_come(unit: UnitOfWork, warehouse: UUID, *, now: datetime) -> tuple[str, ...]:
    """Release the walks that the rules release by themselves; returns their numbers. For the worker.

    Where shifts are said, only what people who are there now have time for.
    """
    ground = read_ground(unit, warehouse, most=MOST_AS_THEY_COME)
    if not any(rule.then.as_they_come for rule in ground.policy.rules.rules):
        return ()
    lengths = ground.lengths()
    ready = ready_walks(ground.orders, ground.policy, lengths, now=now, lanes=ground.lanes, rota=ground.rota)
    return _release(unit, warehouse, ready, None, {}).walks if ready else ()


def decide(unit: UnitOfWork, warehouse: UUID, number: str, decision: str, *, reason: str = "") -> None:
    """Release what was planned, or cancel a wave or a single walk.

    Of a wave, walks that somebody has begun are picked to the end; the others' orders wait again. A single walk ends at
    once, also in somebody's hand: what is picked stays in its totes. Refuses `waves.unknown`.
    """
    kind, found = _found(unit, warehouse, number)
    documents.decide(unit.session, documents.standing(unit.session, found), decision=decision, reason=reason)
    unit.changed(ORDER, found)
    unit.changed(WAVE)
    unit.changed("task")
    unit.changed("document", found)
    assert kind in ("wave", "batch")


def assign(unit: UnitOfWork, warehouse: UUID, number: str, person: str) -> None:
    """Keep a walk for a person, by name; empty: for whoever comes. Who has it in hand loses it.

    Refuses `waves.unknown` and `waves.unknown_person`.
    """
    _, walk = _found(unit, warehouse, number, kinds=("batch",))
    known = {str(row["name"]).casefold(): row["id"] for row in store.pickers(unit.session)}
    if person and person.casefold() not in known:
        raise Refusal("waves.unknown_person", person=person)
    store.assign(unit.session, walk, known[person.casefold()] if person else None)
    unit.changed(ORDER, walk)
    unit.changed(WAVE)
    unit.changed("task")


def print_list(unit: UnitOfWork, warehouse: UUID, number: str) -> PickList:
    """A walk as it is printed: from now on it is walked by paper, and on no screen.

    An order that is on no walk becomes a walk of its own, under the unit's request. Printed again it is the same list.
    Refuses `picking.leased`, `waves.walk_not_released`, `waves.unknown` and `waves.nothing_left`.
    """
    walk = _listed_walk(unit, warehouse, number.upper())
    store.list_walk(unit.session, walk, listed=True)
    unit.changed(WAVE)
    unit.changed("task")
    return _on_paper(picking.read_facts(unit, warehouse=warehouse, document=walk, places=(), scanned=(), totes=()))


def _on_paper(facts: picking.PickingFacts) -> PickList:
    assert facts.order is not None
    walk = facts.walk
    return PickList(
        number=facts.order.number,
        zone=walk.zone if walk else "",
        place=(walk.lane if walk else "") or facts.packing,
        totes=facts.clustered,
        picks=tuple(
            ListedPick(
                bin=task.address,
                sku=task.sku,
                name=task.name,
                number=task.number,
                quantity=format_quantity(task.open),
                unit=task.uom,
                slot=str(slot.slot) if (slot := facts.slot_of(task)) and facts.clustered else "",
                order=slot.number if slot else "",
            )
            for task in facts.open_tasks
        ),
    )


def _listed_walk(unit: UnitOfWork, warehouse: UUID, number: str) -> UUID:
    order = store.find(unit.session, kind="order", number=number, warehouse=warehouse)
    if order is None:
        return walk_by_number(unit, warehouse, number)
    if person := store.picker_of_order(unit.session, order["id"]):
        raise Refusal("picking.leased", document=number, person=person)
    alone = {"mode": "cluster", "orders": [order["id"]]}
    made = store.release(
        unit.session, unit.request_id, warehouse=warehouse, walks=[alone], asked=None, told={}, planned=False
    )
    return walk_by_number(unit, warehouse, made["walks"][0])


def give_list_up(unit: UnitOfWork, warehouse: UUID, number: str) -> None:
    """A printed list is lost or not needed: its walk is at the screens again."""
    _, walk = _found(unit, warehouse, number, kinds=("batch",))
    store.list_walk(unit.session, walk, listed=False)
    unit.changed(WAVE)
    unit.changed("task")


def way_of_planned(ground: Ground, walk: PlannedWalk) -> Way:
    """The way of a walk that is only planned, for a picture of it; empty where its bins are on no plan."""
    wanted = {order.id: order for order in ground.orders}
    bins = [one for order in walk.orders for one in wanted[order].bins if walk.zone in (None, one.zone)]
    picks = (
        Pick(id=str(n), sku="", address=str(n), zone="", quantity=Decimal(1), stop=one.stop)
        for n, one in enumerate(bins)
    )
    return way_past(picks, PickGround(ground.aisles, ground.lanes.get(walk.manner.lane, ground.packing), ground.carts))


def way_of_walk(unit: UnitOfWork, warehouse: UUID, number: str) -> picking.PickingFacts:
    """A walk that was released, as its picker sees it. Refuses `waves.unknown`."""
    walk = walk_by_number(unit, warehouse, number)
    return picking.read_facts(unit, warehouse=warehouse, document=walk, places=(), scanned=(), totes=())


def waves(unit: UnitOfWork, warehouse: UUID) -> tuple[Wave, ...]:
    """Waves with how far they are, those that are not over first."""
    return on_the_wall(unit, warehouse, all_as(store.waves(unit.session, warehouse, most=MOST_WAVES), Wave))


def walks(unit: UnitOfWork, warehouse: UUID, *, wave: UUID | None = None, ended: bool = False) -> tuple[Walk, ...]:
    """The walks of a wave, or all that are not over (and those of the last day that are)."""
    return on_the_wall(unit, warehouse, all_as(store.walks(unit.session, warehouse, wave=wave, ended=ended), Walk))


def walks_of(unit: UnitOfWork, warehouse: UUID, number: str) -> tuple[Walk, ...]:
    """The walks of the wave of this number, or the walk of this number itself. Refuses `waves.unknown`."""
    kind, found = _found(unit, warehouse, number)
    wave, walk = (found, None) if kind == "wave" else (None, found)
    return on_the_wall(unit, warehouse, all_as(store.walks(unit.session, warehouse, wave=wave, walk=walk), Walk))


def pickers(unit: UnitOfWork) -> tuple[str, ...]:
    """The names of people whom a walk may be kept for."""
    return tuple(row["name"] for row in store.pickers(unit.session))


def wave_by_number(unit: UnitOfWork, warehouse: UUID, number: str) -> UUID:
    """A wave's id. Refuses `waves.unknown`."""
    return _found(unit, warehouse, number, kinds=("wave",))[1]


def walk_by_number(unit: UnitOfWork, warehouse: UUID, number: str) -> UUID:
    """A walk's id. Refuses `waves.unknown`."""
    return _found(unit, warehouse, number, kinds=("batch",))[1]


def _found(
    unit: UnitOfWork, warehouse: UUID, number: str, *, kinds: Sequence[str] = ("wave", "batch")
) -> tuple[str, UUID]:
    for kind in kinds:
        if row := store.find(unit.session, kind=kind, number=number, warehouse=warehouse):
            return kind, row["id"]
    raise Refusal("waves.unknown", number=number)


def _release(
    unit: UnitOfWork,
    warehouse: UUID,
    found: Sequence[PlannedWalk],
    asked: dict[str, Any] | None,
    told: dict[str, Any],
    *,
    planned: bool = False,
) -> Released:
    lanes = {walk.manner.lane: _lane(unit, warehouse, walk.manner.lane) for walk in found}
    answer = store.release(
        unit.session,
        unit.request_id,
        warehouse=warehouse,
        walks=[_as_walk(walk, lanes[walk.manner.lane]) for walk in found],
        asked=asked,
        told=told,
        planned=planned,
    )
    unit.changed(WAVE)
    unit.changed("task")
    return Released(answer["number"] or "", tuple(answer["walks"]), tuple(answer["left_out"]))


def _lane(unit: UnitOfWork, warehouse: UUID, address: str) -> UUID | None:
    found = store.lane(unit.session, warehouse, address) if address else None
    if address and found is None:
        raise Refusal("waves.unknown_lane", place=address)
    return found


def _as_walk(walk: PlannedWalk, lane: UUID | None) -> dict[str, Any]:
    return {
        "mode": walk.manner.mode.value,
        "stream": walk.manner.stream,
        "zone": walk.zone,
        "lane": lane,
        "priority": walk.priority,
        "cut_off": walk.cut_off,
        "metres": int(walk.metres),
        "minutes": ceil(walk.minutes),
        "litres": walk.litres or None,
        "kg": walk.kg or None,
        "orders": list(walk.orders),
    }


def _asked(asked: Asked) -> dict[str, Any]:
    """What was asked for, as far as it narrows."""
    told = {
        "carriers": list(asked.carriers),
        "zones": list(asked.zones),
        "order_type": asked.order_type.value if asked.order_type else None,
        "priority": asked.priority,
        "until": asked.until,
        "numbers": list(asked.numbers),
        "whole": asked.whole,
        "people": asked.people,
        "within_minutes": asked.within_minutes,
    }
    return {name: value for name, value in told.items() if value}
