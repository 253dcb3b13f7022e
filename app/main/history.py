"""`report stock --as-of --known-at`, `report changes` and `report negative`: the past, as it was known."""

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.database import people
from app.database import stock as store
from app.domain.errors import Refusal
from app.domain.values import format_quantity
from app.main.output import Gathered, Listing, Output, answers, opened, require_ending
from app.reports.history_report import write_changes, write_past_stock
from app.services import history, periods
from app.services.history import LedgerChange, NegativeSpell, Position
from app.services.work import UnitOfWork, Worker
from app.texts import Texts

NO_STOCK = "There is no such stock."
_ENDINGS = (".csv", ".xlsx", ".pdf")
_STOCK = (
    "address", "sku", "name", "lot", "serial", "handling_unit", "owner", "status", "on_hand", "unit", "weight_kg",
)  # fmt: skip
_TIME = "a date (its end) or a time, at the warehouse unless it names its offset"


def add_times(shown: argparse.ArgumentParser) -> None:
    """Declare the two times that stock can be asked for."""
    shown.add_argument("--as-of", default="", metavar="TIME", help=f"stock as it was then: {_TIME}")
    shown.add_argument("--known-at", default="", metavar="TIME|SEAL", help="as the ledger knew it then; now otherwise")


def add_changes(kinds: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare `report changes`."""
    changed = kinds.add_parser("changes", help="what was posted since a seal or a time, and by whom")
    changed.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    changed.add_argument(
        "--since",
        required=True,
        metavar="SEAL|TIME|close",
        help=f"the number of a seal, {_TIME}, or `close`: since the books were closed",
    )
    changed.add_argument("--until", default="", metavar="SEAL|TIME", help="up to there; the last seal otherwise")
    changed.add_argument("--happened-until", default="", metavar="TIME", help="only what had happened until then")
    changed.add_argument("--out", type=Path, help="a file: .csv, .xlsx or .pdf; none: on the screen")
    answers(changed, _changes)


def add_negative(kinds: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare `report negative`."""
    below = kinds.add_parser("negative", help="when stock was below zero where that is allowed, and who settled it")
    below.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(below, _negative)


def warehouse_of(unit: UnitOfWork, code: str) -> UUID:
    """The warehouse with this code, the first one where none is named; refuses where there is none."""
    place = people.warehouse_by_code(unit.session, code) if code else people.first_warehouse(unit.session)
    if place is None:
        raise Refusal("warehouse.none")
    return place


def site_of(desk: Worker, code: str) -> tuple[UUID, str, str]:
    """The warehouse with its code and time zone."""

    def find(unit: UnitOfWork) -> tuple[UUID, str, str]:
        place = warehouse_of(unit, code)
        name = store.warehouse_name(unit.session, place)
        return place, name[0], name[2]

    return desk.run(find)


def past_stock(options: argparse.Namespace, output: Output) -> int:
    """Answer stock as of one time, as known at another."""
    require_ending(options.out, *_ENDINGS)
    with opened(options, output) as home, home.desk("report") as desk:
        place, _code, zone = site_of(desk, options.warehouse)
        at = history.moment_of(options.as_of, zone) if options.as_of else None
        known = options.known_at
        position = history.position_of(desk, known, zone) if known else history.position_at(desk, None)
        if position.seal == 0:
            raise Refusal("history.nothing_known")

        def told(unit: UnitOfWork) -> tuple[datetime, Gathered | int]:
            report = history.stock_as_of(unit, warehouse=place, position=position, at=at, text=options.filter)
            if options.out is not None:
                return report.at, write_past_stock(options.out, report, output.texts)
            rows = ((_values(row, *_STOCK), stock_line(row, output.texts, owner=row.owner)) for row in report.rows)
            return report.at, output.gathered(rows)

        moment, found = desk.run(told)
    values = {"as_of": moment.isoformat(), "seal": position.seal, "sealed_at": position.sealed_at}
    if isinstance(found, int):
        return _written(options.out, values | {"rows": found}, output)
    title = f"As of {moment.isoformat()}, as known at seal {position.seal}:"
    output.answer_gathered(Listing("stock", (), NO_STOCK, title), found, values)
    return 0


def stock_line(row: Any, texts: Texts, *, owner: str) -> str:  # noqa: ANN401  (a row of now or of the past)
    """A row of stock as people read it in a terminal: place, item, lot or serial, handling unit, status, quantity.

    Then what it weighs, where each piece is weighed, and whose it is, where it is not ours.
    """
    weight = f"{format_quantity(row.weight_kg)} kg" if row.weight_kg else ""
    trace = " ".join(filter(None, (row.lot, row.serial)))
    return (
        f"{row.address:<18}{row.sku:<20}{trace:<16} {row.handling_unit:<19}{texts.word('status', row.status):<12}"
        f"{format_quantity(row.on_hand):>12} {'  '.join(filter(None, (row.unit, weight, owner)))}"
    )


def _since(desk: Worker, place: UUID, text: str, zone: str) -> Position:
    if text == "close":
        return desk.run(lambda unit: periods.closed_at(unit, place))
    return history.position_of(desk, text, zone)


def _changes(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, *_ENDINGS)
    with opened(options, output) as home, home.desk("report") as desk:
        place, code, zone = site_of(desk, options.warehouse)
        before = history.moment_of(options.happened_until, zone) if options.happened_until else None
        since = _since(desk, place, options.since, zone)
        until = history.position_of(desk, options.until, zone) if options.until else history.position_at(desk, None)
        if until.seal < since.seal:
            raise Refusal("history.wrong_order", since=since.seal, until=until.seal)

        def told(unit: UnitOfWork) -> Gathered | int:
            changes = history.changes_since(unit, warehouse=place, since=since, until=until, before=before)
            if options.out is not None:
                return write_changes(options.out, changes, output.texts)
            return output.gathered(
                (_values(row, *row.__slots__), _change_line(row, output.texts)) for row in changes.rows
            )

        found = desk.run(told)
    count = found if isinstance(found, int) else found.rows
    values = {"warehouse": code, "since": since.seal, "until": until.seal, "rows": count}
    if isinstance(found, int):
        return _written(options.out, values, output)
    output.answer_gathered(Listing("changes", (), "Nothing was posted."), found, values)
    output.say(f"{count} moves in {code} after seal {since.seal} up to seal {until.seal}.")
    return 0


def _negative(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(lambda unit: history.negative_spells(unit, warehouse_of(unit, options.warehouse)))
    rows = ((_values(row, *row.__slots__), _negative_line(row, output.texts)) for row in found)
    output.answer_list(Listing("negative", rows, "Stock was never below zero."))
    return 0


def _negative_line(row: NegativeSpell, texts: Texts) -> str:
    by, began = (texts.word("move_kind", kind) for kind in (row.settled_kind, row.kind))
    settled = f"settled {row.until:%Y-%m-%d %H:%M} {by} {row.settled_by}" if row.until else "not settled"
    return (
        f"{row.address:<18}{row.sku:<20}{row.lot:<16}{format_quantity(row.lowest):>10} {row.unit:<6}"
        f" since {row.since:%Y-%m-%d %H:%M} {began} {row.person}, {settled}"
    )


def _change_line(row: LedgerChange, texts: Texts) -> str:
    kind, reason = texts.word("move_kind", row.kind), texts.word("reason", row.reason)
    return (
        f"{row.recorded_at:%Y-%m-%d %H:%M:%S} {kind:<16}{row.sku:<18}{format_quantity(row.qty):>10}"
        f" {row.unit:<6} {row.source} → {row.target}  {row.person} {reason}"
    )


def _written(path: Path, values: Mapping[str, object], output: Output) -> int:
    output.answer({"file": str(path), **values}, f"{values['rows']} rows in {path}")
    return 0


def _values(row: object, *names: str) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
