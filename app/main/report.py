"""`report`: stock, packing lists and receipts as files, and what happened as figures."""

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from app.database import analytics, documents, ledger
from app.database.allocation import Available
from app.devices.calibrating import SHEET
from app.domain.values import filter_words, format_quantity
from app.main import history, inspection, receipts
from app.main.dock import carriers
from app.main.output import Gathered, Listing, Output, answers, opened, require_ending
from app.reports.available_table import export_available
from app.reports.calibration_sheet import write_calibration_sheet
from app.reports.files import make_folder
from app.reports.packing_list import write_packing_lists
from app.reports.stock_report import write_stock_report
from app.reports.stock_table import export_stock
from app.services import allocation, clock, orders, stock, traceability
from app.services.traceability import TraceReport
from app.services.work import UnitOfWork, Worker
from app.texts import Texts

_FIGURES = ("usable", "reserved", "promised", "to_promise", "inbound")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `report` and what can be reported."""
    parser = commands.add_parser("report", help="stock, packing lists, the figures of the day")
    kinds = parser.add_subparsers(metavar="WHAT", required=True)
    shown = kinds.add_parser("stock", help="stock by location")
    shown.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    shown.add_argument("--filter", default="", help="words that must be found in place, item, lot, unit or status")
    shown.add_argument("--out", type=Path, help="a file: .csv, .xlsx or .pdf; none: on the screen")
    history.add_times(shown)
    answers(shown, _stock)
    history.add_changes(kinds)
    history.add_negative(kinds)
    lists = kinds.add_parser("packing-list", help="the packing list of an order, as PDF")
    lists.add_argument("order", help="the order's number")
    lists.add_argument("--out", type=Path, help="the file; the order's number otherwise")
    answers(lists, _packing_list)
    receipts.add(kinds)
    carriers.add(kinds)
    inspection.add_report(kinds)
    trace = kinds.add_parser("trace", help="where a lot or serial number came from, lies and went to")
    trace.add_argument("number", help="the lot or serial number")
    trace.add_argument("--item", default="", help="the item's SKU, where several items have such a lot")
    answers(trace, _trace)
    sheet = kinds.add_parser("calibration", help="the sheet of codes that a new scanner is calibrated with, as PDF")
    sheet.add_argument("--out", type=Path, default=Path("calibration.pdf"))
    answers(sheet, _calibration)
    free = kinds.add_parser("available", help="what can still be promised: usable, reserved, promised, on its way")
    free.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    free.add_argument("--item", default="", help="the item's SKU; all that are there or awaited otherwise")
    free.add_argument("--out", type=Path, help="a file: .csv or .xlsx; none: on the screen")
    answers(free, _available)
    day = kinds.add_parser("day", help="what was received, put away, picked, packed, shipped and labelled")
    day.add_argument("--out", type=Path, help="also write packing lists and the stock report into this folder")
    answers(day, _day)


def _stock(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".csv", ".xlsx", ".pdf")
    if options.as_of or options.known_at:
        return history.past_stock(options, output)

    def told(unit: UnitOfWork) -> Gathered | int:
        report = _stock_report(unit, options.warehouse, options.filter)
        if options.out is not None:
            return _write_stock(options.out, report, output.texts)
        return output.gathered(
            (_stock_values(row), history.stock_line(row, output.texts, owner=row.owner_name)) for row in report.rows
        )

    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(told)
    if isinstance(found, int):
        output.answer({"file": str(options.out), "rows": found}, f"{found} rows in {options.out}")
    else:
        output.answer_gathered(Listing("stock", (), history.NO_STOCK), found)
    return 0


def _write_stock(path: Path, report: stock.StockReport, texts: Texts) -> int:
    if path.suffix.lower() == ".pdf":
        return write_stock_report(path, report, texts)
    return export_stock(path, report.rows, texts)


def _stock_report(unit: UnitOfWork, warehouse: str, text: str = "") -> stock.StockReport:
    place = history.warehouse_of(unit, warehouse)
    return stock.stock_report(unit, stock.StockQuery(place, words=filter_words(text)))


def _stock_values(row: Any) -> dict[str, object]:  # noqa: ANN401  (a row of the report)
    names = ("address", "sku", "name", "lot", "serial", "expiry", "handling_unit", "status", "on_hand", "reserved",
             "available", "unit", "weight_kg")  # fmt: skip
    return {name: getattr(row, name) for name in names} | {"owner": row.owner_name}


def _available(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".csv", ".xlsx")
    with opened(options, output) as home, home.desk("report") as desk:
        rows = desk.run(
            lambda unit: allocation.available(
                unit, warehouse=history.warehouse_of(unit, options.warehouse), sku=options.item.upper()
            )
        )
    if options.out is not None:
        export_available(options.out, rows, output.texts)
        output.answer({"file": str(options.out), "rows": len(rows)}, f"{len(rows)} rows in {options.out}")
        return 0
    listed = ((asdict(row), _available_line(row, output)) for row in rows)
    output.answer_list(Listing("available", listed, "Nothing is there, and nothing is awaited."))
    return 0


def _available_line(row: Available, output: Output) -> str:
    figures = (row.usable, row.reserved, row.promised, row.available, row.inbound)
    told = (
        f"{output.texts.text('captions', f'reports.{name}')} {format_quantity(figure)}"
        for name, figure in zip(_FIGURES, figures, strict=True)
    )
    return "  ".join((f"{row.sku:<20}", *told)) + f" {row.unit}"


def _trace(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(
            lambda unit: traceability.trace_lot(
                unit, traceability.find_trace(unit, options.number, sku=options.item.upper()).id
            )
        )
    output.answer(asdict(found), *_trace_lines(found, output.texts))
    return 0


def _trace_lines(found: TraceReport, texts: Texts) -> Iterator[str]:
    lot = found.trace
    dates = f", best until {lot.expiry or lot.best_before}" if lot.expiry or lot.best_before else ""
    yield f"{lot.sku} {lot.name}: lot {' '.join(filter(None, (lot.lot, lot.serial)))}{dates}"
    for hold in found.holds:
        status, why = texts.word("status", hold.status), texts.word("reason", hold.reason)
        yield f"Held in {hold.warehouse}: {status} ({why}), {hold.person}, {hold.at:%Y-%m-%d %H:%M} UTC"
    for title, passages in (("Came from", found.came_from), ("Went to", found.went_to)):
        yield f"{title}:" if passages else f"{title}: nothing"
        for one in passages:
            yield _line(
                one.at.date(),
                one.sku,
                one.lot,
                one.qty,
                one.uom,
                texts.word("move_kind", one.kind),
                one.document,
                one.partner,
                one.units,
            )
    for title, related in (("Made of", found.made_of), ("Went into", found.went_into)):
        if related:
            yield f"{title}:"
        for link in related:
            yield _line("  " * (link.depth - 1), link.sku, link.lot, link.qty, link.uom)
    yield "Lies:" if found.lies else "Lies: nowhere"
    for lying in found.lies:
        yield _line(
            lying.place,
            lying.sku,
            lying.lot,
            lying.qty,
            lying.uom,
            texts.word("status", lying.status),
            lying.unit,
            lying.owner,
        )
    if found.repacked:
        yield "Repacked:"
    for step in found.repacked:
        way = f"{step.from_unit or 'loose'} → {step.to_unit or 'loose'}"
        yield _line(f"{step.at:%Y-%m-%d %H:%M}", step.sku, step.lot, step.qty, step.uom, way, step.person)


def _line(*values: object) -> str:
    """Values of a line of the report, quantities as people write them, empty ones left out."""
    texts = (format_quantity(value) if isinstance(value, Decimal) else str(value) for value in values)
    return "  " + "  ".join(text for text in texts if text)


def _packing_list(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf")
    out = options.out or Path(f"{options.order}.pdf")
    with opened(options, output) as home, home.desk("report") as desk:
        _write_packing_list(desk, _order(desk, options.order), out, output)
    output.answer({"file": str(out)}, f"The packing list is in {out}.")
    return 0


def _order(desk: Worker, number: str) -> UUID:
    return desk.run(lambda unit: documents.find(unit.session, kind="order", number=number))


def _write_packing_list(desk: Worker, order: UUID, out: Path, output: Output) -> None:
    lists = desk.run(lambda unit: orders.packing_lists(unit, [order]))
    write_packing_lists(out, lists, output.texts, printed_at=clock.now())


def _day(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("report") as desk:
        desk.run(lambda unit: ledger.seal(unit.session))
        broken = desk.run(lambda unit: ledger.prove(unit.session))
        figures = desk.run(lambda unit: analytics.day(unit.session))
        if options.out is not None:
            make_folder(options.out)
            for number in sorted({parcel["document"] for parcel in figures["parcels"]}):
                _papers_of(desk, number, options.out, output)
            paper = options.out / "stock.pdf"
            desk.run(lambda unit: write_stock_report(paper, _stock_report(unit, ""), output.texts))
    values = {name: _plain(value) for name, value in figures.items()} | {"prove": "broken" if broken else "clean"}
    output.answer(values, *(f"{name:<18}{value}" for name, value in values.items() if name != "parcels"))
    return 1 if broken else 0


def _papers_of(desk: Worker, number: str, folder: Path, output: Output) -> None:
    order = _order(desk, number)
    _write_packing_list(desk, order, folder / f"packing-list-{number}.pdf", output)


def _plain(value: object) -> object:
    """A quantity without trailing zeros: whole ones as whole numbers."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else str(value.normalize())


def _calibration(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf")
    write_calibration_sheet(options.out, SHEET, output.texts)
    output.answer({"file": str(options.out)}, f"The sheet is in {options.out}. Print it at full size.")
    return 0
