"""Records of the set-up, from files: compared with those that are there, tried, and made one by one.

Each kind is written by the service that its screen uses, so it is refused for the same reasons. Preview tries all of it
within the transaction and takes it back: what a file brings together may stand on each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from app.database import levels, places, records
from app.database import setup as store
from app.database.products import ItemChange
from app.database.session import Session, as_nouns
from app.domain.catalog.products import Bill, BillLine, Code, Product, Substitute, Unit
from app.domain.codes import look_up_key
from app.domain.errors import Refusal
from app.domain.partners import PartnerRecord
from app.domain.setup import SETUP_KINDS, SetupRecord, compare_setup, setup_record
from app.domain.values import Difference, Node
from app.domain.values.long_work import Tell, silent, told
from app.services import labels, partners, people, setup, traceability
from app.services.importing.wanted import Wanted
from app.services.products import looking, writing
from app.services.work import UnitOfWork

Values = Mapping[str, Any]
Differences = Mapping[str, Difference[SetupRecord]]


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What an import would do to the set-up, by kind; `existing` are the records that are there, by key."""

    differences: Differences
    existing: Mapping[str, Mapping[str, SetupRecord]]
    wanted: Mapping[str, Mapping[str, Wanted[SetupRecord]]]


def there(session: Session, kind: str) -> dict[str, SetupRecord]:
    """Every record of a kind as it is, by key."""
    found = (setup_record(SETUP_KINDS[kind], values) for values in store.records(session, kind))
    return {record.key: record for record in found}


def plan(session: Session, wanted: Sequence[Wanted[SetupRecord]]) -> SetupPlan:
    """Compare records with those that are there."""
    by_kind: dict[str, dict[str, Wanted[SetupRecord]]] = {}
    for each in wanted:
        by_kind.setdefault(each.record.kind, {})[each.record.key] = each
    existing = {kind: there(session, kind) for kind in by_kind}
    differences = {
        kind: compare_setup(existing[kind], [each.record for each in by_kind[kind].values()])
        for kind in SETUP_KINDS
        if kind in by_kind
    }
    return SetupPlan(differences, existing, by_kind)


def apply(unit: UnitOfWork, plan: SetupPlan, *, early: bool, tell: Tell = silent) -> None:
    """Make the records that items and places may need (`early`), or the others."""
    for kind, key, values in told(changes := _changes(plan, early=early), len(changes), tell):
        _write(unit, kind, key, values, plan)


def try_out(unit: UnitOfWork, plan: SetupPlan, *, early: bool, tell: Tell = silent) -> None:
    """Make the records as a trial; what is refused is said about each, and the others go on."""
    for kind, key, values in told(changes := _changes(plan, early=early), len(changes), tell):
        unit.session.savepoint()
        try:
            _write(unit, kind, key, values, plan)
        except Refusal as refusal:
            unit.session.rollback_to_savepoint()
            wanted = plan.wanted[kind][key]
            wanted.findings.error(Node(key, wanted.record.where), refusal.code, **refusal.facts)


def _changes(plan: SetupPlan, *, early: bool) -> list[tuple[str, str, Values]]:
    """Kind, key and values, as they will be, of every record that is new or changed."""
    return [
        (kind, record.key, {**_before(plan, kind, record.key), **record.values})
        for kind, difference in plan.differences.items()
        if SETUP_KINDS[kind].early is early
        for record in (*difference.new, *(changed.wanted for changed in difference.changed))
    ]


def _before(plan: SetupPlan, kind: str, key: str) -> Values:
    before = plan.existing[kind].get(key)
    return before.values if before else {}


def _write(unit: UnitOfWork, kind: str, key: str, values: Values, plan: SetupPlan) -> None:
    part = UnitOfWork(unit.session, uuid5(unit.request_id, f"{kind}/{key}"), unit.changes)
    _WRITERS[kind](part, values, _before(plan, kind, key))


# - one writer a kind: the record as it will be, and as it is (empty: new) -


def _company(unit: UnitOfWork, values: Values, _before: Values) -> None:
    setup.name_company(unit, name=values.get("name", ""), gs1_prefix=values.get("gs1_prefix", ""))


def _reason(unit: UnitOfWork, values: Values, _before: Values) -> None:
    store.save_reason(unit.session, code=values["code"], step=values.get("step", ""), active=values.get("active", True))


def _category(unit: UnitOfWork, values: Values, _before: Values) -> None:
    above, _, name = values["path"].rpartition(" / ")
    parent = _named(unit, "category", above, "setup.unknown_category") if above else None
    fields = {"name": name, "parent_id": parent, "position": int(values.get("position", 0)),
              "defaults": as_stored(values.get("defaults", {}), fraction=float)}  # fmt: skip
    _save(unit, "category", store.found(unit.session, "category", values["path"]), fields)


def _attribute(unit: UnitOfWork, values: Values, _before: Values) -> None:
    path = values.get("category", "")
    category = _named(unit, "category", path, "setup.unknown_category") if path else None
    fields = {name: value for name, value in values.items() if name != "category"} | {"category_id": category}
    _save(unit, "attribute_definition", store.attribute(unit.session, values["name"], category), as_stored(fields))


def _profile(unit: UnitOfWork, values: Values, _before: Values) -> None:
    _save(unit, "location_profile", store.found(unit.session, "location_profile", values["code"]), as_stored(values))
    unit.changed("location")


def _partner(unit: UnitOfWork, values: Values, before: Values) -> None:
    known = partners.partner(unit, values["code"]) if before else None
    given = {"name": values["code"], **as_stored(values)}
    if known is not None:
        given |= {"id": known.id, "version": known.version}
    partners.save(unit, as_nouns(given, PartnerRecord))


_FIELDS = ("hs_code", "origin", "temperature_class", "hazard_class", "un_number", "packing_group",
           "minimum_remaining_days", "standard_cost", "catch_weight")  # fmt: skip


def _product_details(unit: UnitOfWork, values: Values, before: Values) -> None:
    product = looking.show(unit, _named(unit, "item", values["sku"], "setup.unknown_item"))
    changed: dict[str, Any] = {
        name: as_stored(values[name]) for name in _FIELDS if name in values and values[name] != before.get(name)
    }
    if "attributes" in values:
        changed["attributes"] = {**product.attributes, **as_stored(values["attributes"], fraction=float)}
    if "dimensions" in values:
        changed["units"] = _with_dimensions(product, values["dimensions"])
    if "articles" in values:
        own = [code for code in product.codes if code.scheme != "article"]
        changed["codes"] = [*own, *(_article(unit, product, one) for one in values["articles"])]
    if "parts" in values:
        lines = tuple(_line(unit, one) for one in values["parts"])
        changed["bom"] = Bill(values.get("kit", "assembled"), lines, Decimal(values.get("makes", 1)))
    if "substitutes" in values:
        changed["substitutes"] = [_substitute(unit, one) for one in values["substitutes"]]
    writing.save(unit, [ItemChange(changed, product.id, product.version)])


def _with_dimensions(product: Product, given: Sequence[Values]) -> list[Unit]:
    """The packagings with these lengths; the base unit is among them only where it has any."""
    sizes = {one["unit"]: one for one in given}
    known = {one.unit: one for one in product.units}
    if product.base_uom in sizes:
        known.setdefault(product.base_uom, Unit(product.base_uom))
    if unknown := sizes.keys() - known.keys():
        raise Refusal("setup.unknown_unit", name=min(unknown), sku=product.sku)
    return [_sized(one, sizes.get(one.unit, {})) for one in known.values()]


def _sized(one: Unit, size: Values) -> Unit:
    said = {name: int(size[name]) if name in size else None for name in ("length_mm", "width_mm", "height_mm")}
    return replace(
        one,
        length_mm=said["length_mm"] or one.length_mm,
        width_mm=said["width_mm"] or one.width_mm,
        height_mm=said["height_mm"] or one.height_mm,
    )


def _article(unit: UnitOfWork, product: Product, one: Values) -> Code:
    issuer = partners.partner(unit, one["partner"]).id
    named = one.get("unit", "")
    return Code("article", look_up_key(one["code"]), "" if named == product.base_uom else named, issuer)


def _line(unit: UnitOfWork, one: Values) -> BillLine:
    part = looking.show(unit, _named(unit, "item", one["sku"], "setup.unknown_item"))
    return BillLine(part.id, one.get("unit") or part.base_uom, Decimal(one.get("quantity", 1)))


def _substitute(unit: UnitOfWork, one: Values) -> Substitute:
    return Substitute(_named(unit, "item", one["sku"], "setup.unknown_item"), both_ways=one.get("both_ways", False))


def _place(unit: UnitOfWork, values: Values, _before: Values) -> None:
    place, version, warehouse = _place_at(unit, values["place"])
    row = {"id": place, "version": version, "mixing": values.get("mixing", "any"),
           "negative_allowed": values.get("negative_allowed", False)}  # fmt: skip
    if "capacity_units" in values:
        row["capacity_units"] = values["capacity_units"]
    if "profile" in values:
        row["profile"] = _named(unit, "location_profile", values["profile"], "setup.unknown_profile")
    places.change(unit.session, request=unit.request_id, warehouse=warehouse, rows=[row])
    unit.changed("location", place)


def _levels(unit: UnitOfWork, values: Values, _before: Values) -> None:
    item = _named(unit, "item", values["sku"], "setup.unknown_item")
    warehouse = _named(unit, "warehouse", values.get("warehouse", ""), "setup.unknown_warehouse")
    row = {"item": item, "warehouse": warehouse, "version": store.level_version(unit.session, item, warehouse)}
    names = ("minimum", "maximum", "reorder_point", "safety_stock")
    levels.save(unit.session, request=unit.request_id, rows=[row | {name: values.get(name) for name in names}])
    unit.changed("item_level")


def _pick_face(unit: UnitOfWork, values: Values, _before: Values) -> None:
    place, _, warehouse = _place_at(unit, values["place"])
    item = _named(unit, "item", values.get("sku", ""), "setup.unknown_item")
    row = {"location": place, "item": item, "minimum": values.get("minimum", Decimal(0)),
           "maximum": values.get("maximum"), "version": store.face_version(unit.session, item, place)}  # fmt: skip
    places.save_pick_faces(unit.session, request=unit.request_id, warehouse=warehouse, rows=[row])
    unit.changed("location", place)


def _shelf_life(unit: UnitOfWork, values: Values, _before: Values) -> None:
    traceability.set_shelf_life(unit, values["partner"], int(values.get("days", 0)), sku=values.get("sku", ""))


def _policy(unit: UnitOfWork, values: Values, _before: Values) -> None:
    capability, form = values["capability"], setup.FORMS.get(values["capability"])
    if form is None:
        raise Refusal("setup.unknown_policy", name=capability, known=", ".join(setup.FORMS))
    form.read(as_stored(values.get("rules", {})))
    known = store.found(unit.session, "policy", capability)
    store.save_rules(unit.session, request=unit.request_id, capability=capability, version=known[1] if known else 0,
                     rules=as_stored(values.get("rules", {})))  # fmt: skip


def _label_template(unit: UnitOfWork, values: Values, _before: Values) -> None:
    labels.save_template(unit, name=values["name"], definition=values.get("definition", ""), note="")


def _group(unit: UnitOfWork, values: Values, before: Values) -> None:
    wanted, there = ({one["permission"]: one.get("up_to") for one in side.get("permissions", ())}
                     for side in (values, before))  # fmt: skip
    for permission in sorted(there.keys() - wanted.keys()):
        people.set_group_permission(unit, values["group"], permission, granted=False)
    for permission, up_to in sorted(wanted.items()):
        if permission not in there or there[permission] != up_to:
            people.set_group_permission(unit, values["group"], permission, granted=True, up_to=up_to)


def _person(unit: UnitOfWork, values: Values, before: Values) -> None:
    badge = values["badge"]
    person = people.save(unit, badge=badge, name=values.get("name"), language=values.get("language"))
    wanted, there = _memberships(values), _memberships(before)
    for warehouse in sorted(wanted.keys() | there.keys()):
        if wanted.get(warehouse, []) != there.get(warehouse, []):
            people.set_groups(unit, person, wanted.get(warehouse, []), warehouse=warehouse)
    said = {one["permission"]: one for one in values.get("permissions", ())}
    for permission in sorted({one["permission"] for one in before.get("permissions", ())} - said.keys()):
        people.set_permission(unit, person, permission, granted=None)
    for permission, one in sorted(said.items()):
        if one not in before.get("permissions", ()):
            granted = one.get("granted", True)
            people.set_permission(unit, person, permission, granted=granted, up_to=one.get("up_to"))
    if values.get("active", True) != before.get("active", True):
        people.set_active(unit, person, active=values.get("active", True))


def _memberships(values: Values) -> dict[str, list[str]]:
    """Groups by warehouse ('': all), of texts such as `manager` and `operator@WH001`."""
    found: dict[str, list[str]] = {}
    for text in values.get("groups", ()):
        group, _, warehouse = text.partition("@")
        found.setdefault(warehouse, []).append(group)
    return {warehouse: sorted(groups) for warehouse, groups in found.items()}


_WRITERS: Mapping[str, Callable[[UnitOfWork, Values, Values], None]] = {
    "company": _company,
    "reasons": _reason,
    "categories": _category,
    "attributes": _attribute,
    "profiles": _profile,
    "partners": _partner,
    "product_details": _product_details,
    "places": _place,
    "levels": _levels,
    "pick_faces": _pick_face,
    "shelf_life": _shelf_life,
    "policies": _policy,
    "label_templates": _label_template,
    "groups": _group,
    "people": _person,
}


def _save(unit: UnitOfWork, kind: str, known: tuple[UUID, int] | None, values: Values) -> None:
    identity, version = known or (None, None)
    saved = records.save(unit.session, request=unit.request_id, kind=kind, id=identity, version=version, values=values)
    unit.changed(kind, saved)


def _named(unit: UnitOfWork, kind: str, name: str, code: str) -> UUID:
    """The id of the record that files call so; refuses one that is not there."""
    known = store.found(unit.session, kind, name)
    if known is None:
        raise Refusal(code, name=name)
    return known[0]


def _place_at(unit: UnitOfWork, address: str) -> tuple[UUID, int, UUID]:
    known = store.place(unit.session, address)
    if known is None:
        raise Refusal("setup.unknown_place", name=address)
    return known


def as_stored(value: Any, *, fraction: Callable[[Decimal], object] = str) -> Any:  # noqa: ANN401  (what a record holds)
    """Values as JSON takes them: whole numbers as numbers; others by `fraction`, as exact texts unless told."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else fraction(value)
        case Mapping():
            return {name: as_stored(part, fraction=fraction) for name, part in value.items()}
        case list() | tuple():
            return [as_stored(part, fraction=fraction) for part in value]
    return value
