"""The rows of the wave planner: orders that wait, walks as they would be, waves and walks with how far they are."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from math import ceil

from app.domain.values import format_quantity
from app.domain.waves import LeftOut, Load, Plan, PlannedWalk, Short, Waiting
from app.services.waves import Walk, Wave
from app.stations.kit.countdown import cut_off_time
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

WAITING = (
    Column("number", "caption.order", 130, identifier=True),
    Column("cut_off", "waves.cut_off", 150, identifier=True),
    Column("state", "waves.state", 140),
    Column("priority", "waves.priority", 75, numeric=True),
    Column("carrier", "waves.carrier", 105),
    Column("type", "waves.type", 115),
    Column("zones", "waves.zones", 150),
    Column("lines", "waves.lines", 60, numeric=True),
    Column("picks", "caption.picks", 60, numeric=True),
    Column("litres", "waves.litres", 70, numeric=True),
    Column("kg", "waves.kg", 60, numeric=True),
    Column("partner", "caption.partner", 210),
)
PREVIEW = (
    Column("walk", "waves.walk", 60, numeric=True),
    Column("stream", "waves.stream", 140),
    Column("zone", "waves.zone", 110),
    Column("orders", "waves.orders", 80, numeric=True),
    Column("picks", "caption.picks", 80, numeric=True),
    Column("metres", "waves.metres", 90, numeric=True),
    Column("minutes", "waves.minutes", 90, numeric=True),
    Column("person", "waves.nth_person", 150),
    Column("ends", "waves.ends", 110, numeric=True),
    Column("cut_off", "waves.cut_off", 150, identifier=True),
    Column("late", "waves.in_time", 130),
    Column("way", "waves.way", 240),
    Column("numbers", "waves.which_orders", 420),
)
SHORTS = (
    Column("number", "caption.order", 150, identifier=True),
    Column("partner", "caption.partner", 260),
    Column("lines", "waves.short_lines", 110, numeric=True),
    Column("missing", "waves.missing", 620),
)
LEFT_OUT = (
    Column("number", "caption.order", 150, identifier=True),
    Column("why", "waves.why", 460),
    Column("about", "waves.about", 220),
)
LOADS = (
    Column("shift", "waves.shift", 150),
    Column("zone", "waves.zone", 130),
    Column("starts", "waves.shift_from", 150, identifier=True),
    Column("ends", "waves.shift_until", 90, identifier=True),
    Column("people", "waves.shift_people", 90, numeric=True),
    Column("minutes", "waves.has_time", 110, numeric=True),
    Column("before", "waves.before", 130, numeric=True),
    Column("planned", "waves.this_plan", 110, numeric=True),
    Column("free", "waves.free", 100, numeric=True),
    Column("walks", "waves.planned_walks", 80, numeric=True),
    Column("enough", "waves.enough", 150, numeric=True),
)
WAVES = (
    Column("number", "waves.wave", 150, identifier=True),
    Column("state", "waves.state", 160),
    Column("progress", "waves.progress", 90, numeric=True),
    Column("walks", "waves.walks", 110, numeric=True),
    Column("walking", "waves.walking", 110, numeric=True),
    Column("orders", "waves.orders", 90, numeric=True),
    Column("picks", "caption.picks", 110, numeric=True),
    Column("metres", "waves.metres", 90, numeric=True),
    Column("minutes", "waves.minutes", 90, numeric=True),
    Column("cut_off", "waves.first_cut_off", 150, identifier=True),
    Column("made", "waves.made", 150, identifier=True, shown=False),
    Column("person", "waves.made_by", 160),
)
WALKS = (
    Column("number", "waves.walk", 140, identifier=True),
    Column("wave", "waves.wave", 140, identifier=True, shown=False),
    Column("state", "waves.state", 160),
    Column("progress", "waves.progress", 80, numeric=True),
    Column("person", "caption.person", 170),
    Column("stream", "waves.stream", 110),
    Column("zone", "waves.zone", 90),
    Column("orders", "waves.orders", 75, numeric=True),
    Column("picks", "caption.picks", 90, numeric=True),
    Column("metres", "waves.metres", 90, numeric=True),
    Column("cut_off", "waves.cut_off", 150, identifier=True),
    Column("numbers", "waves.which_orders", 380),
)
_TINTS = {
    "late": "bad",
    "held": "caution",
    "not_reserved": "caution",
    "no_people": "caution",
    "picked": "good",
    "walking": "good",
}
_BINS_SHOWN = 4


class Rows:
    """Makes the rows, in the words of a language and by the clock of this desk."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def waiting(self, order: Waiting, *, no_people: bool = False) -> Record:
        """An order: ready, or what stands in its way. `no_people`: it goes by itself, once somebody is there for it."""
        state = (
            "held" if order.held else "in_hand" if order.person else "not_reserved" if not order.bins
            else "no_people" if no_people else "partly_reserved" if order.short else "ready"
        )  # fmt: skip
        litres, kg = (sum((getattr(one, name) for one in order.bins), Decimal(0)) for name in ("litres", "kg"))
        cells = (
            order.number,
            cut_off_time(order.cut_off) or (order.due.isoformat() if order.due else ""),
            self._word(f"waves.is_{state}"),
            str(order.priority) if order.priority else "",
            order.carrier_name,
            self._word(f"waves.type_{order.order_type.value}"),
            ", ".join(dict.fromkeys(one.zone_name for one in order.bins)),
            str(order.lines),
            str(order.picks),
            format_quantity(round(litres, 1)) if litres else "",
            format_quantity(round(kg, 1)) if kg else "",
            order.partner,
        )
        return Record(order.number, cells, made_of=order, tints=((2, _TINTS[state]),) if state in _TINTS else ())

    def planned(self, number: int, walk: PlannedWalk) -> Record:
        """A walk as it would be."""
        late = "late" if walk.late else "in_time" if walk.cut_off else ""
        cells = (
            str(number),
            walk.manner.stream,
            walk.zone_name,
            str(len(walk.numbers)),
            str(walk.picks),
            format_quantity(walk.metres),
            hours(walk.minutes),
            " · ".join(filter(None, (walk.crew_name, str(walk.person)))),
            hours(walk.ends),
            cut_off_time(walk.cut_off),
            self._word(f"waves.comes_{late}") if late else "",
            self._way_told(walk),
            ", ".join(walk.numbers),
        )
        tints = [(10, "bad")] if walk.late else []
        return Record(number, cells, made_of=walk, tints=(*tints, (11, "caution")) if walk.unreached else tuple(tints))

    def _way_told(self, walk: PlannedWalk) -> str:
        """What of a walk its metres leave out."""
        told = [("unreached", walk.unreached), ("undrawn", walk.undrawn)]
        return " · ".join(self._word(f"waves.way_{why}", bins=_some(bins)) for why, bins in told if bins)

    def load(self, number: int, one: Load) -> Record:
        """What the people of a shift have to do, and how many would be enough."""
        crew, free = one.crew, max(one.minutes - one.before - one.planned, Decimal(0))
        cells = (
            crew.name,
            crew.zone_name or self._word("waves.every_zone"),
            f"{crew.here(crew.starts):%Y-%m-%d %H:%M}",
            f"{crew.here(crew.ends):%H:%M}" if crew.ends else "",
            str(crew.people),
            *(hours(part) for part in (one.minutes, one.before, one.planned, free)),
            str(one.walks),
            self._word("waves.never") if one.enough is None else str(one.enough),
        )
        few = one.enough is None or one.enough > crew.people
        return Record(number, cells, made_of=one, tints=((10, "bad"),) if few else ())

    def left_out(self, one: LeftOut) -> Record:
        """An order that does not fit, and why."""
        return Record(one.number, (one.number, self._word(f"waves.why_{one.why.value}"), one.about), made_of=one)

    def short(self, one: Short) -> Record:
        """An order that would be picked without all of its goods."""
        missing = ", ".join(f"{format_quantity(part.quantity, part.unit)} {part.sku}" for part in one.missing)
        return Record(one.number, (one.number, one.partner, str(one.lines), missing), made_of=one, tints=((3, "bad"),))

    def wave(self, one: Wave) -> Record:
        """A wave: planned, waiting, in work, over."""
        state = state_of(one.decision, done=one.done, walking=one.walking > 0)
        cells = (
            one.number or self._word("waves.as_they_come"),
            self._word(f"waves.is_{state}"),
            _percent(one.done, one.picks),
            f"{one.walks_done}/{one.walks}",
            str(one.walking),
            str(one.orders),
            f"{one.done}/{one.picks}",
            str(one.metres),
            hours(one.minutes),
            cut_off_time(one.cut_off),
            self.moment(one.created_at),
            one.person,
        )
        return Record(one.number, cells, made_of=one, tints=((1, _TINTS[state]),) if state in _TINTS else ())

    def walk(self, one: Walk) -> Record:
        """A walk: whose it is, and how far."""
        state = "on_paper" if one.listed and one.decision == "released" else state_of(
            one.decision, done=one.done, walking=bool(one.person)
        )  # fmt: skip
        whose = one.person or (self._word("waves.kept_for", person=one.assigned) if one.assigned else "")
        cells = (
            one.number,
            one.wave or "",
            self._word(f"waves.is_{state}"),
            _percent(one.done, one.picks),
            whose,
            one.stream,
            one.zone,
            str(one.orders),
            f"{one.done}/{one.picks}",
            str(one.metres),
            cut_off_time(one.cut_off),
            ", ".join(one.numbers),
        )
        return Record(one.number, cells, made_of=one, tints=((2, _TINTS[state]),) if state in _TINTS else ())

    def plan_told(self, plan: Plan) -> str:
        """A plan in one line: walks, way, work, people."""
        told = {
            "walks": len(plan.walks),
            "metres": format_quantity(plan.metres),
            "before": format_quantity(plan.first_come_metres),
            "work": hours(plan.minutes),
            "ends": hours(plan.ends),
            "late": plan.late,
            "left_out": len(plan.left_out),
        }
        people = (
            self._word("waves.people_needed", people=plan.people) if plan.people else self._word("waves.never_enough")
        )
        shorts = self._word("waves.shorts_told", count=len(plan.shorts)) if plan.shorts else ""
        closed = self._word("waves.closed_told", count=len(plan.unreached)) if plan.unreached else ""
        parts = [self._word("waves.plan_told", **told), *filter(None, [shorts, closed]), people]
        return "   ·   ".join(parts if plan.complete else [*parts, self._word("waves.stopped")])

    def moment(self, moment: datetime | None) -> str:
        """A moment by the clock of this desk."""
        return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""

    def _word(self, code: str, **facts: object) -> str:
        return self._texts.text("captions", code, facts)


def state_of(decision: str, *, done: int, walking: bool) -> str:
    """How far a wave or a walk is, as a code."""
    if decision == "released":
        return "walking" if walking else "begun" if done else "released"
    return {"draft": "planned", "closed": "picked"}.get(decision, decision)


def hours(minutes: Decimal | int) -> str:
    """Minutes as hours and minutes, such as `2:05`."""
    whole = ceil(minutes)
    return f"{whole // 60}:{whole % 60:02d}"


def _some(bins: Sequence[str]) -> str:
    """The first few of many bins."""
    return ", ".join(bins[:_BINS_SHOWN]) + (", …" if len(bins) > _BINS_SHOWN else "")


def _percent(done: int, of: int) -> str:
    return f"{100 * done // of} %" if of else ""
