"""What benches pack with, as rows: the columns of each tab and what stands in them."""

from collections.abc import Callable, Mapping

from app.domain.packing.packaging import CARTON_TYPE, EXTRA
from app.domain.values import format_quantity
from app.services.packaging import Kept
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

_STATE = Column("state", "sites.state", 110)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    CARTON_TYPE: (
        Column("code", "field.code", 120, identifier=True),
        Column("name", "field.name", 190),
        Column("inside", "packaging.inside", 150, identifier=True),
        Column("tare_kg", "packaging.tare", 70, numeric=True),
        Column("limit_kg", "field.limit_kg", 100, numeric=True),
        Column("fill_percent", "packaging.fill", 80, numeric=True),
        Column("cost", "field.cost", 80, numeric=True),
        Column("services", "packaging.for_services", 150),
        Column("owners", "packaging.for_owners", 150),
        _STATE,
    ),
    EXTRA: (
        Column("code", "field.code", 140, identifier=True),
        Column("kind", "field.extra_kind", 110),
        Column("name", "field.name", 220),
        Column("moment", "field.moment", 200),
        Column("answer", "field.answer", 130),
        Column("sku", "field.insert_sku", 130, identifier=True),
        Column("quantity", "field.quantity", 80, numeric=True),
        Column("from_stock", "packaging.from_stock", 90),
        Column("picture", "packaging.picture", 80),
        _STATE,
    ),
}


def record(kind: str, one: Kept, texts: Texts) -> Record:
    """One record of a kind; what is archived says so, and is grey."""
    state = "" if one.active else texts.text("captions", "sites.is_archived")
    cells = (*_CELLS[kind](one, texts), state)
    return Record(one.id, cells, made_of=one, tints=() if one.active else ((len(cells) - 1, "muted"),))


def _carton(one: Kept, texts: Texts) -> tuple[str, ...]:
    values = one.values
    return (
        one.code,
        values["name"] or texts.state("box", one.code),
        " × ".join(str(values[side]) for side in ("length_mm", "width_mm", "height_mm")),
        format_quantity(values["tare_kg"]),
        format_quantity(values["limit_kg"]),
        str(values["fill_percent"] or ""),
        format_quantity(values["cost"]) if values["cost"] else "",
        ", ".join(values["services"]),
        ", ".join(values["owners"]),
    )


def _extra(one: Kept, texts: Texts) -> tuple[str, ...]:
    values, yes = one.values, texts.text("captions", "people.yes")
    return (
        one.code,
        texts.word("extra_kind", values["extra_kind"]),
        values["name"],
        texts.word("moment", values["moment"]),
        texts.word("answer", values["answer"]),
        values["insert_sku"],
        format_quantity(values["quantity"]) if values["extra_kind"] == "insert" else "",
        yes if values["from_stock"] else "",
        yes if values["picture"] else "",
    )


_CELLS: Mapping[str, Callable[[Kept, Texts], tuple[str, ...]]] = {CARTON_TYPE: _carton, EXTRA: _extra}
