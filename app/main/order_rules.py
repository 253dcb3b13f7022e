"""`order cut-offs` and `order priorities`: when carriers leave, and how urgent orders are by the rules."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from datetime import time
from typing import TYPE_CHECKING

from app.domain.setup_kinds import WEEKDAYS
from app.main.entering import day, weekdays_between
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services import cut_offs, order_priorities
from app.services.cut_offs import ClosedDay, CutOff
from app.services.order_priorities import Judged
from app.services.work import UnitOfWork

if TYPE_CHECKING:
    _Verbs = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (argparse has no public name for it)


def add(verbs: "_Verbs") -> None:
    """Declare both."""
    _add_cut_offs(verbs)
    judged = verbs.add_parser("priorities", help="what the rules say of open orders; those that would change")
    judged.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    judged.add_argument("--apply", action="store_true", help="give the orders these priorities")
    judged.add_argument("--reason", default="Rules applied", help="in your own words; stands with each order")
    answers(judged, _priorities)


def _add_cut_offs(verbs: "_Verbs") -> None:
    times = verbs.add_parser("cut-offs", help="when carriers leave a warehouse, and on which days they do not")
    times.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    times.add_argument("--add", dest="added", action="append", default=[], type=_cut_off, metavar="DAYS@HH:MM",
                       help="such as mon-fri@16:30, or sat@11:00; with --carrier and --service")  # fmt: skip
    times.add_argument("--carrier", default="", help="whose times these are; everybody's otherwise")
    times.add_argument("--service", default="")
    times.add_argument(
        "--lead", type=int, default=0, metavar="MINUTES", help="how long before an order must be released"
    )
    times.add_argument("--transit", type=int, default=1, metavar="DAYS", help="how long the goods are on their way")
    times.add_argument("--closed", action="append", default=[], type=day, metavar="DATE", help="nobody leaves that day")
    times.add_argument("--clear", action="store_true", help="forget what was said before")
    answers(times, _cut_offs)


def _cut_off(typed: str) -> tuple[tuple[int, ...], time]:
    days, _, clock = typed.lower().partition("@")
    first, _, last = days.partition("-")
    try:
        begin, end = WEEKDAYS.index(first[:3]), WEEKDAYS.index((last or first)[:3])
        return weekdays_between(begin + 1, end + 1), time.fromisoformat(clock)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{typed}: write DAYS@HH:MM, such as mon-fri@16:30") from None


def _priorities(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("order") as desk:
        found = desk.run(lambda unit: order_priorities.judge(unit, warehouse_of(unit, options.warehouse)))
        changing = [one for one in found if one.after != one.before]
        if options.apply and changing:
            desk.run(
                lambda unit: order_priorities.give_anew(
                    unit, warehouse_of(unit, options.warehouse), reason=options.reason
                )
            )
    rows = ((_judged_values(one), _judged_line(one)) for one in changing)
    nothing = f"The rules change nothing: {len(found)} orders have the priority that they say."
    output.answer_list(Listing("orders", rows, nothing), {"looked_at": len(found), "applied": options.apply})
    return 0


def _judged_values(one: Judged) -> dict[str, object]:
    return {
        "order": one.number,
        "customer": one.customer,
        "before": one.before,
        "after": one.after,
        "rule": ", ".join(one.why.chosen),
    }


def _judged_line(one: Judged) -> str:
    return f"{one.number:<16}{one.customer:<28} priority {one.before} → {one.after}"


def _cut_offs(options: argparse.Namespace, output: Output) -> int:
    wanted = [
        CutOff(day, leaves, options.carrier, options.service, options.lead, options.transit)
        for days, leaves in options.added
        for day in days
    ]
    closed = [ClosedDay(one) for one in options.closed]

    def work(unit: UnitOfWork) -> tuple[Sequence[CutOff], Sequence[ClosedDay]]:
        place = warehouse_of(unit, options.warehouse)
        if wanted or closed or options.clear:
            kept = () if options.clear else cut_offs.cut_offs(unit, place)
            days = () if options.clear else cut_offs.closed_days(unit, place)
            cut_offs.save(unit, place, times=[*kept, *wanted], closed=[*days, *closed])
        return cut_offs.cut_offs(unit, place), cut_offs.closed_days(unit, place)

    with opened(options, output) as home, home.desk("order") as desk:
        times, days = desk.run(work)
    rows = ((asdict(one), _time_line(one)) for one in times)
    output.answer_list(
        Listing("cut_offs", rows, "Nobody said when carriers leave."), {"closed": [asdict(one) for one in days]}
    )
    return 0


def _time_line(one: CutOff) -> str:
    whose = " ".join(part for part in (one.carrier or "any carrier", one.service) if part)
    when = f"{WEEKDAYS[one.weekday - 1]} {one.leaves:%H:%M}"
    return f"{when}  {whose}, {one.lead_minutes} min before, {one.transit_days} days"
