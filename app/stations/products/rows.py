"""How products, their history and what they are used by read in tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from app.domain.catalog.products import BY_NAME, Product, ProductRow, State, Transition
from app.domain.records import RecordChange, Use
from app.domain.values import FieldKind
from app.stations.kit.marks import GOOD, LOOK, OVER, UNDER_WAY, WAITS, marked
from app.stations.kit.record_table import Column, Record
from app.stations.kit.trail import use_names
from app.texts import Texts

PRODUCTS = (
    Column("sku", "field.sku", 150, identifier=True),
    Column("name", "field.name", 300),
    Column("category", "field.category", 190),
    Column("state", "field.state", 130),
    Column("tracking", "field.tracking", 120),
    Column("base_uom", "field.base_uom", 80, shown=False),
    Column("template_id", "field.template_id", 110, shown=False),
    Column("codes", "products.codes", 70, numeric=True),
    Column("changed_at", "products.changed", 150, identifier=True),
)
HISTORY = (
    Column("at", "products.when", 140, identifier=True, sortable=False),
    Column("person", "products.who", 140, sortable=False),
    Column("part", "products.part", 120, sortable=False),
    Column("field", "products.field", 150, sortable=False),
    Column("before", "products.before", 240, sortable=False),
    Column("after", "products.after", 240, sortable=False),
)
_MARKS = {
    State.INTRODUCTION: WAITS,
    State.ACTIVE: GOOD,
    State.PHASE_OUT: UNDER_WAY,
    State.DISCONTINUED: OVER,
    State.BLOCKED: LOOK,
}
_TINTS = {State.BLOCKED: "bad", State.PHASE_OUT: "caution", State.DISCONTINUED: "caution"}
_SILENT = {
    "version",
    "changed_by",
    "changed_at",
    "id",
    "item_id",
    "target_id",
    "kind",
    "path",
    "inherited",
    "full_name",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A product of the list and its place there, from which the next page is read."""

    row: ProductRow
    place: int


def state_words(state: State, texts: Texts) -> str:
    """A state behind its sign."""
    return marked(_MARKS[state], texts.text("captions", f"state.{state}"))


def product_record(row: ProductRow, place: int, texts: Texts) -> Record:
    """One product of the list."""
    tint = _TINTS.get(row.state)
    kind = (
        texts.text("captions", "products.bundle") if row.bundle else texts.text("captions", f"tracking.{row.tracking}")
    )
    state = texts.text("captions", "products.archived") if row.archived else state_words(row.state, texts)
    cells = (
        *(row.sku, row.name, row.category, state, kind, row.base_uom, row.template, str(row.codes)),
        f"{row.changed_at.astimezone():%Y-%m-%d %H:%M}",
    )
    return Record(row.id, cells, made_of=Listed(row, place), tints=((3, tint),) if tint else ())


def history_records(entries: tuple[RecordChange, ...], texts: Texts, names: Mapping[str, str]) -> list[Record]:
    """What was changed, one row a field; `names` are numbers of products by id."""
    found = []
    for entry in entries:
        for name, before, after in _differences(entry, names, texts):
            cells = (
                f"{entry.at.astimezone():%Y-%m-%d %H:%M}",
                entry.person,
                texts.text("captions", f"products.part.{entry.part}"),
                _caption(name, texts),
                before,
                after,
            )
            found.append(Record((entry.id, name), cells, made_of=entry))
    return found


def _differences(entry: RecordChange, names: Mapping[str, str], texts: Texts) -> list[tuple[str, str, str]]:
    before, after = entry.before or {}, entry.after or {}
    if entry.part != "item" or not (before and after):
        return [("", _part_words(entry.part, before, names, texts), _part_words(entry.part, after, names, texts))]
    changed = [name for name in after if name not in _SILENT and before.get(name) != after.get(name)]
    return [(name, _shown(before.get(name)), _shown(after.get(name))) for name in changed]


def _part_words(  # noqa: PLR0911  (one line a part)
    part: str, row: Mapping[str, Any], names: Mapping[str, str], texts: Texts
) -> str:
    """A row of something that belongs to a product, in a few words."""
    if not row:
        return ""
    other = names.get(str(row.get("component_id") or row.get("substitute_id")), "")
    match part:
        case "item":
            return f"{row['sku']} {row['name']}"
        case "item_uom":
            return f"{row['uom']} = {Fraction(row['numerator'], row['denominator'])}{_size(row)}"
        case "code":
            return " ".join(each for each in (row["value"], row["uom"]) if each)
        case "bom":
            return texts.text("captions", f"products.bill_{row['kind']}")
        case "bom_line":
            return f"{_shown(row['qty'])} {row['uom']} {other}"
        case "item_substitute":
            return other or _shown(row["note"])
        case "item_image":
            return str(row["caption"]) or str(row["position"])
        case "item_transition":
            state = texts.text("captions", f"state.{row['to_state']}")
            return f"{state} {row['on_date']} {row['reason']}"
        case _:
            levels = ("minimum", "maximum", "reorder_point", "safety_stock")
            return " · ".join(_shown(row[name]) for name in levels if row.get(name) is not None)


def _size(row: Mapping[str, Any]) -> str:
    sides = [str(row[name]) for name in ("length_mm", "width_mm", "height_mm") if row.get(name)]
    weight = f", {_shown(row['weight_kg'])} kg" if row.get("weight_kg") else ""
    return weight + (f", {' × '.join(sides)} mm" if sides else "")


def _shown(value: object) -> str:
    match value:
        case None | "" | [] | {}:
            return ""
        case dict():
            return ", ".join(f"{name} {_shown(each)}" for name, each in value.items())
        case list():
            return ", ".join(_shown(each) for each in value)
        case bool():
            return "✓" if value else "–"
        case Decimal():
            return f"{value.normalize():f}"
        case _:
            return str(value)


def _caption(name: str, texts: Texts) -> str:
    code = f"field.{name}"
    return texts.text("captions", code) if texts.has("captions", code) else name.replace("_", " ")


def use_words(uses: tuple[Use, ...], texts: Texts) -> str:
    """Where a product is used, a line a kind."""
    if not uses:
        return texts.text("hints", "products.unused")
    lines = [
        texts.text(
            "captions",
            "products.use",
            {
                "what": texts.text("captions", f"products.use.{use.what}"),
                "count": use.count,
                "names": use_names(use, texts),
            },
        )
        for use in uses
    ]
    return "\n".join(lines)


def transition_words(transition: Transition, texts: Texts) -> str:
    """One change of state: done, or planned for a day."""
    code = "products.transition_done" if transition.done_at else "products.transition_planned"
    facts = {
        "state": texts.text("captions", f"state.{transition.to_state}"),
        "day": transition.on_date.isoformat(),
        "zone": transition.zone,
        "person": transition.asked_by,
        "reason": transition.reason or "–",
    }
    words = texts.text("captions", code, facts)
    if transition.trouble:
        words += "\n" + " ".join(texts.error(transition.trouble, {}))
    return words


def value_words(name: str, value: object, product: Product | None, texts: Texts) -> str:
    """A field's value as a preview shows it."""
    field = BY_NAME[name]
    if field.kind is FieldKind.CHOICE and texts.has("captions", f"{name}.{value}"):
        return texts.text("captions", f"{name}.{value}")
    return field.written(value) or "–"
