"""Reading stock: a page at a time, in any order, put together in any of the views; with totals, and whole for reports.

Nothing is written here; quantities are changed by `post_moves` only.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import chain
from uuid import UUID

from app.database.paging import By, behind, in_order, positioned
from app.database.patterns import like
from app.database.session import Row, Session, query
from app.database.stock.nouns import (
    LedgerPosition,
    StockOnly,
    StockQuery,
    StockRow,
    StockSort,
    StockTotals,
    StockView,
    UnitTotal,
)
from app.domain.values import bare

_KEY = ("item_id", "location_id", "trace_id", "handling_unit_id", "owner_id", "status")
_KEY_FIELDS = ("item", "location", "trace", "unit_id", "owner", "status")
_COUNTS: Mapping[StockView, tuple[str, ...]] = {
    StockView.LOCATION: _KEY,
    StockView.UNIT: _KEY,
    StockView.ITEM: ("item_id",),
    StockView.LOT: ("item_id", "trace_id"),
    StockView.OWNER: ("item_id", "owner_id"),
    StockView.STATUS: ("item_id", "status"),
}
"""Which columns of the stock key tell the rows of a view apart."""
_LIMITED = {
    StockView.LOT: " AND b.trace_id <> nil()",
    StockView.UNIT: " AND b.handling_unit_id <> nil()",
}
_TODAY = "(SELECT (now() AT TIME ZONE w.time_zone)::date FROM warehouse w WHERE w.id = %(warehouse)s)"
_EXPIRY = " AND b.trace_id IN (SELECT id FROM trace WHERE coalesce(expiry, best_before) {when})"
_ONLY = {
    StockOnly.ALL: "",
    StockOnly.NEGATIVE: " AND b.on_hand < 0",
    StockOnly.HELD: " AND b.status <> 'available'",
    StockOnly.EXPIRED: _EXPIRY.format(when=f"< {_TODAY}"),
    StockOnly.EXPIRING: _EXPIRY.format(when=f"BETWEEN {_TODAY} AND {_TODAY} + %(within_days)s::int"),
}
_ORDERS: Mapping[StockSort, tuple[str, str, str]] = {
    StockSort.ADDRESS: ("l.address", "i.sku", "li"),
    StockSort.SKU: ("i.sku", "coalesce(l.address, '')", "il"),
    StockSort.NAME: ("i.name", "i.sku", "i"),
    StockSort.LOT: ("coalesce(t.lot, '')", "''::text", "t"),
    StockSort.SERIAL: ("coalesce(t.serial, '')", "''::text", "t"),
    StockSort.EXPIRY: ("coalesce(t.expiry, t.best_before, date '9999-12-31')", "''::text", "t"),
    StockSort.HANDLING_UNIT: ("coalesce(h.sscc, '')", "''::text", "h"),
    StockSort.OWNER: ("coalesce(o.name, '')", "i.sku", "oi"),
    StockSort.STATUS: ("b.status", "i.sku", "i"),
    StockSort.ON_HAND: ("b.on_hand", "''::text", ""),
    StockSort.RESERVED: ("b.reserved", "''::text", ""),
    StockSort.AVAILABLE: ("b.available", "''::text", ""),
}
"""First and second order, and the joins that they need."""
_JOINS = {
    "i": "JOIN item i ON i.id = b.item_id",
    "t": "LEFT JOIN trace t ON t.id = b.trace_id",
    "h": "LEFT JOIN handling_unit h ON h.id = b.handling_unit_id",
    "o": "LEFT JOIN partner o ON o.id = b.owner_id",
}
_PROMISED = (
    "coalesce((SELECT sum(p.qty) FROM promise p WHERE p.warehouse_id = %(warehouse)s AND p.item_id = b.item_id"
    " AND p.inbound_line_id IS NULL), 0)"
)
_POSITION = (
    "SELECT coalesce((SELECT max(no) FROM seal), 0) AS seal, (SELECT max(sealed_at) FROM seal) AS sealed_at,"
    " (SELECT count(*) FROM posting WHERE seal_no IS NULL) AS unsealed, now() AS read_at"
)


def rows(
    session: Session,
    asked: StockQuery,
    *,
    after: StockRow | None = None,
    item: UUID | None = None,
    location: UUID | None = None,
    limit: int | None = None,
) -> list[StockRow]:
    """Rows of a warehouse in order, those behind `after`, at most `limit`; of one item or place where told."""
    parameters = _parameters(asked) | {"item": item, "location": location}
    if after:
        parameters |= {name: getattr(after, name) for name in _KEY_FIELDS}
        parameters |= {f"order_{n}": value for n, value in enumerate(after.ordered_by)}
    narrowed = " AND b.item_id = %(item)s" if item else ""
    narrowed += " AND b.location_id = %(location)s" if location else ""
    return [
        _row(found)
        for found in session.rows(_page(asked, narrowed, further=after is not None, limit=limit), **parameters)
    ]


def all_rows(session: Session, asked: StockQuery) -> tuple[LedgerPosition, Iterator[StockRow]]:
    """All rows and the ledger's position, seen at one moment: for reports, which somebody may want to prove later.

    The rows are read while they are taken.
    """
    whole = _ordered_by(asked)
    names = [f"order_{n}" for n in range(len(whole))]
    ways = [descending for _, descending in whole] + [asked.descending] * (2 + len(_KEY_FIELDS))
    order = in_order(zip([*names, "lot", "serial", *_KEY_FIELDS], ways, strict=True))
    found = session.each(
        f"SELECT p.*, r.* FROM ({_POSITION}) p LEFT JOIN ({_page(asked)}) r ON true ORDER BY {order}",  # noqa: S608  (ours)
        **_parameters(asked),
    )
    first = next(found)  # without any stock, too, the position is a row
    position = LedgerPosition(**{name: first[name] for name in LedgerPosition.__slots__})
    return position, (_row_of_report(row, names) for row in chain((first,), found) if row["item"] is not None)


def totals(session: Session, asked: StockQuery) -> StockTotals:
    """The totals of all rows that are asked for; `rows` counts those of the view."""
    source = query("stock_source").format(balances=_balances(asked), conditions=_conditions(asked))
    row = session.row(query("stock_totals").format(source=source, rows=_counted(asked)), **_parameters(asked))
    assert row is not None
    units = tuple(UnitTotal(unit, *map(Decimal, amounts)) for unit, *amounts in row["units"])
    return StockTotals(row["rows"], row["items"], row["places"], units)


def warehouse_name(session: Session, warehouse: UUID) -> tuple[str, str, str]:
    """Code, name and time zone of a warehouse."""
    row = session.row("SELECT code, name, time_zone FROM warehouse WHERE id = %(id)s", id=warehouse)
    return (row["code"], row["name"], row["time_zone"]) if row else ("", "", "UTC")


def my_warehouses(session: Session) -> list[tuple[UUID, str, str]]:
    """Id, code and name of every warehouse in use in which this person works, by code."""
    found = session.rows(
        "SELECT id, code, name FROM warehouse WHERE id = ANY (my_warehouses()) AND active ORDER BY code"
    )
    return [(row["id"], row["code"], row["name"]) for row in found]


def _page(asked: StockQuery, narrowed: str = "", *, further: bool = False, limit: int | None = None) -> str:
    ordered, keys = _ordered_by(asked), [(f"b.{name}", asked.descending) for name in _KEY]
    names = [(f"b.order_{n}", descending) for n, (_, descending) in enumerate(ordered)]
    return query("stock_rows").format(
        origin=_origin(asked, narrowed),
        promised=_PROMISED if asked.view is StockView.ITEM and asked.as_of is None else "0::numeric",
        ordered_by=", ".join(f"{by} AS order_{n}" for n, (by, _) in enumerate(ordered)),
        seen=", ".join(name for name, _ in names),
        order=in_order([*ordered, *keys]),
        order_again=in_order([*names, *keys]),
        behind=_behind(ordered, keys) if further else "",
        page=f"LIMIT {int(limit)}" if limit else "",
    )


def _origin(asked: StockQuery, narrowed: str) -> str:
    """Where the rows of a page come from, with what their order needs."""
    counts, conditions = _COUNTS[asked.view], _conditions(asked) + narrowed
    if counts == _KEY:
        source = query("stock_source").format(balances=_balances(asked), conditions=conditions)
        # A filter finds few rows as a rule: find them first, then put them in order.
        kept = " OFFSET 0" if conditions else ""
        return " ".join([f"({source}{kept}) b", *_joins(asked, place="JOIN")])
    keys = (f"b.{name}" if name in counts else f"{_NONE.get(name, 'nil()')} AS {name}" for name in _KEY)
    by_item = asked.sort is StockSort.SKU and asked.as_of is None
    source = query("stock_groups").format(
        keys=", ".join(keys),
        balances=_balances(asked),
        conditions=conditions + (" AND b.item_id = i.id" if by_item else ""),
        group=", ".join(f"b.{name}" for name in counts),
    )
    if by_item:  # item by item in their order, until the page is full
        return " ".join([f"item i CROSS JOIN LATERAL ({source}) b", *_joins(asked, place="LEFT JOIN", known="i")])
    return " ".join([f"({source}) b", *_joins(asked, place="LEFT JOIN")])


def _joins(asked: StockQuery, *, place: str, known: str = "") -> list[str]:
    """What the order looks at, but for what is `known` already."""
    sorts = (asked.sort, *(sort for sort, _ in asked.then))
    needed = dict.fromkeys("".join(_ORDERS[sort][2] for sort in sorts))
    joins = _JOINS | {"l": f"{place} location l ON l.id = b.location_id"}
    return [joins[name] for name in needed if name not in known]


def _ordered_by(asked: StockQuery) -> list[By]:
    """What rows stand in order by before their key, each with whether the last comes first."""
    first, second, _ = _ORDERS[asked.sort]
    then = [(_ORDERS[sort][0], descending) for sort, descending in asked.then]
    return [(first, asked.descending), *then, (second, asked.descending)]


def _counted(asked: StockQuery) -> str:
    """How many rows the view has, by what is counted for the totals anyway where that is enough."""
    match _COUNTS[asked.view]:
        case ("item_id",):
            return "(SELECT count(*) FROM items)"
        case counts if counts == _KEY:
            return "(SELECT coalesce(sum(rows), 0)::bigint FROM items)"
        case counts:
            group = ", ".join(counts)
            return f"(SELECT count(*) FROM (SELECT {group} FROM found GROUP BY {group}) g)"  # noqa: S608  (ours)


def _balances(asked: StockQuery) -> str:
    return "stock_balance" if asked.as_of is None else _AS_OF


def _conditions(asked: StockQuery) -> str:
    words = (query("stock_word").format(n=n) for n in range(len(asked.words)))
    return _LIMITED.get(asked.view, "") + _ONLY[asked.only] + "".join(f"\n{word}" for word in words)


def _behind(ordered: list[By], keys: list[By]) -> str:
    return f"AND {behind([*ordered, *keys], [*(f'order_{n}' for n in range(len(ordered))), *_KEY_FIELDS])}"


def _parameters(asked: StockQuery) -> dict[str, object]:
    patterns = {f"word{n}": like(word) for n, word in enumerate(asked.words)}
    plain = {f"plain{n}": bare(word) for n, word in enumerate(asked.words)}
    return {
        "warehouse": asked.warehouse,
        "within_days": asked.within_days,
        "as_of": asked.as_of,
        "known_at": asked.known_at,
        **patterns,
        **plain,
    }


def _row(found: Row) -> StockRow:
    return StockRow(**positioned(found))


def _row_of_report(found: Row, order: list[str]) -> StockRow:
    ordered_by = tuple(found.pop(name) for name in order)
    for name in LedgerPosition.__slots__:
        del found[name]
    return StockRow(**found, ordered_by=ordered_by)


_NONE = {"status": "''"}
_AS_OF = (
    "(SELECT s.*, %(warehouse)s::uuid AS warehouse_id, 0::numeric AS reserved"
    " FROM stock_as_of(%(warehouse)s, %(as_of)s, coalesce(%(known_at)s, (SELECT max(no) FROM seal))) s)"
)
