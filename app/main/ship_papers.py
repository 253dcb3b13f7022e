"""`ship papers`: the papers of a carton as PDF, those that the rules want or all; and how their printing stands."""

import argparse
from pathlib import Path

from app.domain.carriers import undeclared
from app.main.history import warehouse_of
from app.main.output import Output, opened
from app.reports.cn23 import write_cn23
from app.reports.customs import CustomsPaper, write_cn22, write_invoice
from app.reports.files import make_folder
from app.reports.packing_list import write_packing_lists
from app.services import clock, orders
from app.services.carriers import buying
from app.services.carriers.buying import Carton
from app.services.shipping import papers
from app.services.work import UnitOfWork


def write_papers(options: argparse.Namespace, output: Output) -> int:
    """Write them, and say of which goods customs would miss something; or what was asked about their printing."""
    if options.printed or options.print or options.there:
        return _about_printing(options, output)

    def work(unit: UnitOfWork) -> tuple[Carton, papers.Sent, papers.Papers]:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        return carton, *papers.papers_of(unit, carton.id)

    with opened(options, output) as home, home.desk("ship") as desk:
        carton, found, wanted = desk.run(work)
        lists = desk.run(lambda unit: orders.packing_lists(unit, [carton.document]))
    make_folder(options.out)
    paper, now = CustomsPaper(found.consignment, found.goods, wanted.incoterm or ""), clock.now()
    made: list[str] = []

    def at(kind: str) -> Path:
        made.append(f"{carton.number}-{carton.sscc[-6:]}-{kind}.pdf")
        return Path(options.out) / made[-1]

    if wanted.packing_list or options.all:
        write_packing_lists(at("packing-list"), lists, output.texts, printed_at=now)
    if wanted.invoice or options.all:
        write_invoice(at("invoice"), paper, output.texts, printed_at=now)
    if wanted.cn22 or options.all:
        write_cn22(at("cn22"), paper, output.texts, printed_at=now)
    if wanted.cn23 or options.all:
        write_cn23(at("cn23"), paper, output.texts, printed_at=now)
    incomplete = (
        undeclared(found.goods)
        if any(name.endswith(f"-{kind}.pdf") for name in made for kind in papers.FOR_CUSTOMS)
        else ()
    )
    missing = [f"Customs miss worth, tariff number or origin of {one}." for one in incomplete]
    output.answer(
        {"files": made, "incomplete": list(incomplete)},
        *(made or ["The rules want no paper for this carton."]),
        *missing,
    )
    return 0


def _about_printing(options: argparse.Namespace, output: Output) -> int:
    """Print one (again), or take a person's word that one lies there; then say how all of them stand."""

    def work(unit: UnitOfWork) -> tuple[papers.Paper, ...]:
        carton = buying.carton(unit, warehouse_of(unit, options.warehouse), options.carton)
        if options.print:
            papers.print_paper(unit, carton.id, options.print)
        if options.there:
            papers.is_there(unit, carton.id, options.there)
        return papers.state_of(unit, carton.id)

    with opened(options, output) as home, home.desk("ship") as desk:
        found = desk.run(work)
    rows = [
        {
            "paper": one.kind,
            "wanted": one.wanted,
            "state": one.job.state.value if one.job else "",
            "detail": one.job.detail if one.job else "",
            "printer": one.job.printer if one.job else "",
            "reprint": one.job.reprint_no if one.job else 0,
        }
        for one in found
    ]
    output.answer({"papers": rows}, *(_said(one, output) for one in found))
    return 0


def _said(one: papers.Paper, output: Output) -> str:
    job, name = one.job, output.texts.text("captions", f"policies.then.{one.kind}")
    if job is None:
        return f"{name:<24}{'wanted, not printed' if one.wanted else '-'}"
    why = f"printing.detail.{job.detail}"
    words = output.texts.text("feedback", why) if output.texts.has("feedback", why) else ""
    again = f" (reprint {job.reprint_no})" if job.reprint_no else ""
    return (
        f"{name:<24}{output.texts.text('captions', f'printing.state.{job.state.value}')}{again}  {job.printer}  {words}"
    )
