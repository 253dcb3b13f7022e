"""Products, categories, templates and their history as the schema keeps them; written through its functions only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.database.session import Row, Session, as_json, as_nouns, from_json, query
from app.domain.catalog.categorising import FORM, Candidate, CategoryChoice, CategoryFacts
from app.domain.catalog.products import (
    Attribute,
    Bill,
    Category,
    Code,
    Image,
    Product,
    ProductQuery,
    ProductRow,
    Saved,
    State,
    Substitute,
    Unit,
)
from app.domain.catalog.variants import Template, TemplateAttribute
from app.domain.label_batches import LabelLine
from app.domain.policies import Policy
from app.domain.values import format_quantity

_PAGE = (
    "SELECT id, version, sku, name, category, state, tracking, base_uom, bundle, archived, template, codes,"
    " encode(thumbnail_of, 'hex') AS thumbnail_of, changed_at"
    " FROM find_items(%(text)s, %(filter)s, %(order)s, %(backwards)s, %(limit)s, %(offset)s, %(after)s)"
)
_CATEGORIES = (
    "SELECT c.id, c.version, c.parent_id, c.name, c.full_name, c.position, c.defaults::text AS defaults,"
    " c.inherited::text AS inherited, c.path, c.archived, count(i.id) AS items"
    " FROM category c LEFT JOIN item i ON i.category_id = c.id AND NOT i.archived GROUP BY c.id ORDER BY c.full_name"
)
_ATTRIBUTES = (
    "SELECT d.id, d.version, d.category_id, coalesce(c.full_name, '') AS category, d.name, d.type, d.unit, d.choices,"
    " d.required, d.minimum, d.maximum, d.position, d.archived FROM {source} d"
    " LEFT JOIN category c ON c.id = d.category_id {order}"
)
_TEMPLATES = (
    "SELECT id, version, code, name, description, attributes, sku_pattern, name_pattern, model::text AS model, archived"
    " FROM item_template ORDER BY code"
)
_RULES = (
    "SELECT version, valid_from, rules FROM policy WHERE capability = %(capability)s AND scope = 'company'"
    " ORDER BY version DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What to write of one product: a new one (`id` None), or the one that was read at `version`.

    `values` are fields by name, and as wholes `units`, `codes`, `bom`, `substitutes` and `images`; what is not named
    stays. `version` None writes whatever the product is by now.
    """

    values: Mapping[str, Any]
    id: UUID | None = None
    version: int | None = None


def save_items(session: Session, request: UUID, changes: Sequence[ItemChange]) -> tuple[Saved, ...]:
    """Write products with all their parts, all or none."""
    rows = [{"id": each.id, "version": each.version, "values": _plain_values(each.values)} for each in changes]
    found: tuple[Saved, ...] = as_nouns(
        session.call("save_items", request=request, items=as_json(rows)), tuple[Saved, ...]
    )
    return found


def _plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> Any:  # noqa: ANN401, PLR0911  (JSON; one line a kind)
    """Parts as JSON; what is only there to be read is left out."""
    match value:
        case Unit() | Image():
            return asdict(value)
        case Code():
            return {"scheme": value.scheme, "value": value.value, "unit": value.unit, "issuer": value.issuer}
        case Bill():
            lines = [{"item": line.item, "unit": line.unit, "quantity": line.quantity} for line in value.lines]
            return {"kind": value.kind, "makes": value.makes, "lines": lines}
        case Substitute():
            return {"item": value.item, "both_ways": value.both_ways, "note": value.note}
        case list() | tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case _:
            return value


def save_record(
    session: Session, request: UUID, kind: str, values: Mapping[str, Any], *, record: UUID | None, version: int | None
) -> Saved:
    """Write a record without parts: a category, an attribute's definition, a template."""
    answer = session.call(
        "save_record", request=request, kind=kind, id=record, version=version, values=as_json(_plain_values(values))
    )
    found: Saved = as_nouns(answer, Saved)
    return found


def delete_record(session: Session, request: UUID, kind: str, record: UUID, version: int | None) -> None:
    """Remove a record that nothing uses; refuses `record.in_use`, naming where."""
    session.call("delete_record", request=request, kind=kind, id=record, version=version)


def label_lines(session: Session, items: Sequence[UUID]) -> tuple[LabelLine, ...]:
    """What can be printed for items: a label of the base unit proposed, none of each packaging yet."""
    rows = session.rows(query("products_labels"), items=list(items))
    return tuple(_label_line(row) for row in rows)


def _label_line(row: Row) -> LabelLine:
    fields = {"sku": row["sku"], "name": row["name"], "gtin": row["gtin"]}
    if row["unit"] == row["base"]:
        return LabelLine(row["sku"], row["name"], fields)
    held = format_quantity(round(Decimal(row["numerator"]) / row["denominator"], 6), row["base"])
    packed = f"{row['unit']} = {held}"
    return LabelLine(f"{row['sku']} {row['unit']}", f"{row['name']}, {packed}", {**fields, "quantity": packed}, count=0)


def product(session: Session, item: UUID) -> Product | None:
    """One product with everything that belongs to it."""
    row = session.row(query("products_detail"), item=item)
    if row is None:
        return None
    for name in ("attributes", "given", "given_attributes"):
        row[name] = from_json(row[name])
    found: Product | None = as_nouns(row, Product)
    return found


def find_product(session: Session, sku: str) -> UUID | None:
    """The product with this number, whatever its case."""
    row = session.row("SELECT id FROM item WHERE upper(sku) = upper(%(sku)s)", sku=sku)
    return row["id"] if row else None


def page(session: Session, asked: ProductQuery, *, offset: int, limit: int, after: str = "") -> tuple[ProductRow, ...]:
    """Products that fit, in the order asked for; else by their numbers, the closest first where words are given.

    `offset` of them were seen, the last of which has the number `after`.
    """
    by_number = not asked.text.strip() and all(name == "sku" for name, _ in asked.order)
    rows = session.rows(
        _PAGE,
        text=asked.text,
        filter=as_json(_filter(asked)),
        order=[name for name, _ in asked.order],
        backwards=[last for _, last in asked.order],
        limit=limit,
        offset=0 if after and by_number else offset,
        after=after if by_number else "",
    )
    found: tuple[ProductRow, ...] = as_nouns(rows, tuple[ProductRow, ...])
    return found


def counts(session: Session, asked: ProductQuery) -> dict[str, dict[str, int]]:
    """How many products fit, by facet (`category` by id, `state`, `tracking`, `all`) and value."""
    found: dict[str, dict[str, int]] = {}
    for row in session.rows(
        "SELECT * FROM count_items(%(text)s, %(filter)s)", text=asked.text, filter=as_json(_filter(asked))
    ):
        found.setdefault(row["facet"], {})[row["value"]] = row["count"]
    return found


def _filter(asked: ProductQuery) -> dict[str, Any]:
    wanted: dict[str, Any] = {"archived": asked.archived, "incomplete": asked.incomplete}
    if asked.uncategorised:
        wanted["category"] = "nil"
    elif asked.category is not None:
        wanted["category"] = asked.category
    if asked.states:
        wanted["states"] = list(asked.states)
    if asked.tracking:
        wanted["tracking"] = list(asked.tracking)
    if asked.template is not None:
        wanted["template"] = asked.template
    return wanted


def categories(session: Session) -> tuple[Category, ...]:
    """The whole tree, each with how many products are directly in it, by full name."""
    rows = session.rows(_CATEGORIES)
    for row in rows:
        row["defaults"], row["inherited"] = from_json(row["defaults"]), from_json(row["inherited"])
    found: tuple[Category, ...] = as_nouns(rows, tuple[Category, ...])
    return found


def attributes(session: Session) -> tuple[Attribute, ...]:
    """Every definition of an attribute, archived ones too, the widest first."""
    order = "ORDER BY c.full_name NULLS FIRST, d.position, d.name"
    found: tuple[Attribute, ...] = as_nouns(
        session.rows(_ATTRIBUTES.format(source="attribute_definition", order=order)), tuple[Attribute, ...]
    )
    return found


def attributes_of(session: Session, category: UUID | None) -> tuple[Attribute, ...]:
    """The attributes that hold for goods of a category, the widest first."""
    found: tuple[Attribute, ...] = as_nouns(
        session.rows(_ATTRIBUTES.format(source="attributes_of(%(category)s)", order=""), category=category),
        tuple[Attribute, ...],
    )
    return found


def templates(session: Session) -> tuple[Template, ...]:
    """Every template of variants."""
    rows = session.rows(_TEMPLATES)
    for row in rows:
        row["model"] = from_json(row["model"])
        row["attributes"] = tuple(as_nouns(each, TemplateAttribute) for each in row["attributes"])
    return tuple(Template(**row) for row in rows)


def variants_of(session: Session, template: UUID) -> list[tuple[str, Mapping[str, str]]]:
    """Number and values of the variants that a template has."""
    rows = session.rows("SELECT sku, variant FROM item WHERE template_id = %(template)s", template=template)
    return [(row["sku"], row["variant"]) for row in rows]


def taken_codes(session: Session, values: Iterable[str]) -> set[str]:
    """Which of these numbers name something already."""
    rows = session.rows(
        "SELECT DISTINCT value FROM code WHERE value = ANY (%(values)s) AND scheme IN ('sku', 'gtin')",
        values=[value.upper() for value in values],
    )
    return {row["value"] for row in rows}


def change_state(
    session: Session,
    request: UUID,
    changes: Sequence[tuple[UUID, int | None]],
    *,
    state: State,
    on: date,
    zone: str,
    reason: str,
) -> tuple[Saved, ...]:
    """Change the state of products at once, or plan it for the day `on` of `zone`."""
    rows = [{"id": item, "version": version} for item, version in changes]
    answer = session.call(
        "change_state", request=request, items=as_json(rows), state=state, on=on, zone=zone, reason=reason
    )
    found: tuple[Saved, ...] = as_nouns(answer, tuple[Saved, ...])
    return found


def cancel_state_change(session: Session, transition: UUID) -> None:
    """Take a planned change back."""
    session.call("cancel_state_change", transition=transition)


def carry_out_due(session: Session) -> tuple[UUID, ...]:
    """Make planned changes happen whose day has come; returns the products that changed."""
    return tuple(row["id"] for row in session.rows("SELECT carry_out_due() AS id"))


def today_of(session: Session, warehouse: UUID | None) -> tuple[str, date]:
    """The time zone of a warehouse (or of the first one), and what day it is there."""
    row = session.row(
        "SELECT time_zone AS zone, (now() AT TIME ZONE time_zone)::date AS today FROM warehouse"
        " ORDER BY id IS DISTINCT FROM %(warehouse)s, code LIMIT 1",
        warehouse=warehouse,
    )
    return (row["zone"], row["today"]) if row else ("UTC", _today(session))


def _today(session: Session) -> date:
    row = session.row("SELECT (now() AT TIME ZONE 'UTC')::date AS today")
    assert row is not None
    found: date = row["today"]
    return found


def keep_image(
    session: Session, *, sha256: bytes, media_type: str, content: bytes, thumbnail: bytes, width: int, height: int
) -> None:
    """Keep an image once, whoever brings it again."""
    session.call(
        "keep_image",
        sha256=sha256,
        media_type=media_type,
        content=content,
        thumbnail=thumbnail,
        width=width,
        height=height,
    )


def image(session: Session, sha256: str, *, thumbnail: bool = False) -> bytes:
    """The bytes of an image; nothing where it is not kept."""
    column = "thumbnail" if thumbnail else "content"
    row = session.row(f"SELECT {column} AS bytes FROM attachment WHERE sha256 = decode(%(sha)s, 'hex')", sha=sha256)  # noqa: S608  (one of two columns)
    return bytes(row["bytes"]) if row else b""


def first_image(session: Session, sku: str) -> bytes:
    """The picture that stands for a product, small; nothing where it has none."""
    row = session.row(
        "SELECT a.thumbnail AS bytes FROM item i JOIN item_image m ON m.item_id = i.id"
        " JOIN attachment a ON a.sha256 = m.sha256 WHERE i.sku = %(sku)s ORDER BY m.position LIMIT 1",
        sku=sku,
    )
    return bytes(row["bytes"]) if row else b""


def partners(session: Session) -> list[tuple[UUID, str, str]]:
    """Everybody whose article numbers goods can have: id, code, name."""
    return [
        (row["id"], row["code"], row["name"])
        for row in session.rows("SELECT id, code, name FROM partner ORDER BY code")
    ]


def rules(session: Session) -> Policy[CategoryChoice]:
    """The company's categorising rules; version 0 is the empty ones that the program brings."""
    row = session.row(_RULES, capability=FORM.capability)
    if row is None:
        return FORM.read(FORM.default, version=0)
    return FORM.read(row["rules"], version=row["version"], valid_from=row["valid_from"])


def rules_as_written(session: Session) -> tuple[int, Mapping[str, Any]]:
    """Version and JSON of the company's categorising rules."""
    row = session.row(_RULES, capability=FORM.capability)
    return (row["version"], row["rules"]) if row else (0, FORM.default)


def save_rules(session: Session, request: UUID, document: Mapping[str, Any], *, version: int) -> int:
    """Save the next version of the categorising rules in the place of `version`; returns its number."""
    answer = session.call(
        "save_rules", request=request, capability=FORM.capability, version=version, rules=as_json(document)
    )
    return int(answer["version"])


def to_categorise(session: Session, items: Sequence[UUID] | None = None) -> tuple[Candidate, ...]:
    """Products as categorising rules see them; all that are not archived, or only these."""
    rows = session.rows(query("products_to_categorise"), ids=None if items is None else list(items))
    return tuple(
        Candidate(
            row["id"],
            row["version"],
            row["category"],
            row["by_rule"],
            CategoryFacts(
                sku=row["sku"],
                name=row["name"],
                description=row["description"],
                tracking=row["tracking"],
                unit=row["base_uom"],
                supplier=row["supplier"],
                template=row["template"],
                temperature=row["temperature_class"],
                hazard=row["hazard_class"],
                origin=row["origin"],
                weight_kg=row["weight_mean_kg"],
                shelf_life_days=row["shelf_life_days"],
            ),
        )
        for row in rows
    )
