"""`product`: what there is to know of a product, and changes of it, for scripts and for IT."""

import argparse
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.database.products import ItemChange
from app.domain.catalog.products import BY_NAME, PRODUCT_FIELDS, Product, ProductQuery, State
from app.domain.errors import Refusal
from app.domain.records import RecordChange
from app.domain.sites.levels import LevelInForce
from app.domain.values import FieldKind, format_quantity
from app.main.history import warehouse_of
from app.main.output import Listing, Output, answers, opened
from app.services.products import categorising, looking, writing
from app.services.sites import levels
from app.services.work import UnitOfWork

_UNSAID = re.compile("version|changed_at|changed_by|done_at|asked_at|asked_by|own|id|.*_id|position")
"""What the database keeps about a row of a product for itself."""
_NOTHING: tuple[object, ...] = (None, "", {}, [], False)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `product` and what can be done with products."""
    parser = commands.add_parser("product", help="products: find, show, new, set, state, history, categorise")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    found = verbs.add_parser("find", help="products by words and codes, slips forgiven")
    found.add_argument("words", nargs="*")
    found.add_argument("--archived", action="store_true", help="those that were put away")
    found.add_argument("--limit", type=int, default=50)
    answers(found, _find)
    shown = verbs.add_parser("show", help="everything about one product")
    shown.add_argument("sku")
    answers(shown, _show)
    for verb, about in (("new", "make a product"), ("set", "change fields of a product")):
        changed = verbs.add_parser(verb, help=about)
        changed.add_argument("sku")
        changed.add_argument(
            "fields", nargs="*", type=_field, metavar="FIELD=VALUE", help="an empty value clears a field"
        )
        changed.set_defaults(new=verb == "new")
        answers(changed, _set)
    state = verbs.add_parser("state", help="change where a product is in its life, now or on a day")
    state.add_argument("sku")
    state.add_argument("state", choices=[each.value for each in State])
    state.add_argument("--on", type=date.fromisoformat, help="the day, such as 2027-03-31; today otherwise")
    state.add_argument("--reason", default="")
    answers(state, _state)
    levels_of = verbs.add_parser("levels", help="which minimum, maximum, reorder point apply in a warehouse")
    levels_of.add_argument("sku")
    levels_of.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    answers(levels_of, _levels)
    past = verbs.add_parser("history", help="who changed what on a product, latest first")
    past.add_argument("sku")
    answers(past, _history)
    ruled = verbs.add_parser("categorise", help="what the categorising rules would change, and why")
    ruled.add_argument("--apply", action="store_true", help="and change it")
    ruled.add_argument("--also-by-hand", action="store_true", help="also where a person chose the category")
    answers(ruled, _categorise)


def _field(typed: str) -> tuple[str, str]:
    name, separator, value = typed.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"{typed}: write FIELD=VALUE")
    return name.strip(), value


def _find(options: argparse.Namespace, output: Output) -> int:
    asked = ProductQuery(text=" ".join(options.words), archived=options.archived)
    with opened(options, output) as home, home.desk("product") as desk:
        rows = desk.run(lambda unit: looking.page(unit, asked, limit=max(1, min(options.limit, 5000))))
    found = [
        (
            {"sku": row.sku, "name": row.name, "category": row.category, "state": row.state, "tracking": row.tracking},
            f"{row.sku:<24}{row.state:<14}{row.name}",
        )
        for row in rows
    ]
    output.answer_list(Listing("products", found, "No product fits."))
    return 0


def _show(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("product") as desk:
        product = desk.run(lambda unit: looking.named(unit, options.sku))
    output.answer(_values(product), *_lines(product))
    return 0


def _values(product: Product) -> dict[str, Any]:
    plain = {name: value for name, value in product.values().items() if name != "category_id"}
    parts = {
        "units": [{"unit": each.unit, "factor": str(each.factor)} for each in product.units],
        "codes": [
            {"scheme": each.scheme, "code": each.value, "unit": each.unit, "partner": each.issuer_name}
            for each in product.codes
        ],
        "components": [
            {"sku": line.sku, "quantity": line.quantity, "unit": line.unit}
            for line in (product.bom.lines if product.bom else ())
        ],
        "substitutes": [each.sku for each in product.substitutes],
    }
    more = {"category": product.category, "state": product.state, "version": product.version, "own": list(product.own)}
    return {**plain, **more, "attributes": dict(product.attributes), **parts}


def _lines(product: Product) -> list[str]:
    lines = [f"{product.sku}  {product.name}  ({product.state}, version {product.version})"]
    for field in PRODUCT_FIELDS:
        value = product.category if field.name == "category_id" else field.written(product.values()[field.name])
        origin = product.where_from(field.name)
        if value:
            lines.append(f"  {field.name:<24}{value}" + (f"  (from {origin})" if origin else ""))
    lines += [f"  attribute {name}: {value}" for name, value in product.attributes.items()]
    lines += [f"  unit {each.unit} = {each.factor} {product.base_uom}" for each in product.units]
    lines += [f"  code {each.value} {each.unit} {each.issuer_name}".rstrip() for each in product.codes]
    if product.bom is not None:
        lines += [f"  {product.bom.kind}: {line.quantity} {line.unit} {line.sku}" for line in product.bom.lines]
    lines += [f"  substitute {each.sku}" for each in product.substitutes]
    return lines


def _set(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Product:
        values = {name: _value(unit, name, text) for name, text in options.fields}
        if options.new:
            values = {"tracking": "none", "base_uom": "each", "name": options.sku, **values, "sku": options.sku}
            change = ItemChange(values)
        else:
            known = looking.named(unit, options.sku)
            change = ItemChange(values, known.id, known.version)
        return looking.show(unit, writing.save(unit, [change])[0].id)

    with opened(options, output) as home, home.desk("product") as desk:
        product = desk.run(work)
    output.answer(_values(product), *_lines(product))
    return 0


def _value(unit: UnitOfWork, name: str, text: str) -> object:
    """What was typed for a field; a category is named with all above it: Food / Dairy."""
    if name == "category":
        name = "category_id"
    if name not in BY_NAME:
        raise Refusal("record.unknown_field", field=name)
    field = BY_NAME[name]
    if field.kind is not FieldKind.REFERENCE:
        return field.read(text)
    wanted = text.strip().casefold()
    found = [each.id for each in looking.categories(unit) if each.full_name.casefold() == wanted]
    if wanted and not found:
        raise Refusal("record.unknown_reference", field=name, value=text)
    return found[0] if found else None


def _state(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Product:
        known = looking.named(unit, options.sku)
        writing.change_state(
            unit, [(known.id, known.version)], state=State(options.state), reason=options.reason, on=options.on
        )
        return looking.show(unit, known.id)

    with opened(options, output) as home, home.desk("product") as desk:
        product = desk.run(work)
    planned = [each for each in product.transitions if each.done_at is None]
    said = f"{product.sku} is {product.state}."
    if planned:
        said += f" It becomes {planned[-1].to_state} on {planned[-1].on_date} ({planned[-1].zone})."
    output.answer(
        {"sku": product.sku, "state": product.state, "planned": [str(each.on_date) for each in planned]}, said
    )
    return 0


def _levels(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Any:  # noqa: ANN401  (levels and bins)
        item = looking.named(unit, options.sku)
        return levels.applying(unit, item=item.id, warehouse=warehouse_of(unit, options.warehouse))

    with opened(options, output) as home, home.desk("product") as desk:
        found, faces = desk.run(work)
    rows = [
        ({"level": one.level, "applies": one.value, "warehouse": one.own, "everywhere": one.everywhere, "place": ""},
         f"{one.level:<16}{_amount(one.value):>12}  {_origin(one)}")
        for one in found
    ] + [
        ({"level": name, "applies": getattr(one, name), "warehouse": None, "everywhere": None, "place": one.address},
         f"{name:<16}{_amount(getattr(one, name)):>12}  kept in the bin {one.address}")
        for one in faces for name in ("minimum", "maximum")
    ]  # fmt: skip
    output.answer_list(Listing("levels", rows, ""))
    return 0


def _amount(value: Decimal | None) -> str:
    return "–" if value is None else format_quantity(value)


def _origin(one: LevelInForce) -> str:
    if one.own is None:
        return "not set" if one.value is None else "set for everywhere"
    instead = "" if one.everywhere is None else f", instead of {format_quantity(one.everywhere)} for everywhere"
    return f"set for this warehouse{instead}"


def change_words(change: RecordChange, output: Output) -> str:
    """What was changed on which part of a product: each field with what it was and what it is."""
    part = output.texts.text("captions", f"products.part.{change.part}")
    before, after = change.before or {}, change.after or {}
    fields = [name for name in {**before, **after} if not _UNSAID.fullmatch(name) and _said(before, name, after)]
    return f"{part}: " + ("; ".join(_said(before, name, after) for name in fields) or "–")


def _said(before: Mapping[str, Any], name: str, after: Mapping[str, Any]) -> str:
    old, new = before.get(name), after.get(name)
    if old == new or (old in _NOTHING and new in _NOTHING):
        return ""
    return f"{name} {new}" if old in _NOTHING else f"{name} {old} → {'–' if new in _NOTHING else new}"


def _history(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Any:  # noqa: ANN401  (entries)
        return looking.history(unit, "item", looking.named(unit, options.sku).id)

    with opened(options, output) as home, home.desk("product") as desk:
        entries = desk.run(work)
    rows = [
        (
            {
                "at": each.at,
                "person": each.person,
                "part": each.part,
                "verb": each.verb,
                "before": each.before,
                "after": each.after,
            },
            f"{each.at:%Y-%m-%d %H:%M}  {each.person:<20}{change_words(each, output)}",
        )
        for each in entries
    ]
    output.answer_list(Listing("changes", rows, "Nothing was changed yet."))
    return 0


def _categorise(options: argparse.Namespace, output: Output) -> int:
    def work(unit: UnitOfWork) -> Any:  # noqa: ANN401  (moves)
        found = categorising.dry_run(unit, also_by_hand=options.also_by_hand)
        if options.apply and found:
            categorising.apply(unit, found)
        return found

    with opened(options, output) as home, home.desk("product") as desk:
        moves = desk.run(work)
    rows = [
        (
            {"sku": each.sku, "from": each.old, "to": each.new, "rule": each.rule},
            f"{each.sku:<24}{each.old or '–'} → {each.new}  ({each.rule})",
        )
        for each in moves
    ]
    done = "Moved:" if options.apply else "Would be moved (nothing is changed yet):"
    output.answer_list(Listing("moves", rows, "The rules change nothing.", title=done if rows else ""))
    return 0
