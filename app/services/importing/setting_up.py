"""Records of the set-up, from files: compared with those that are there, tried, and made.

Each kind is written by the service that its screen uses, so it is refused for the same reasons. Preview tries all of it
within the transaction and takes it back: what a file brings together may stand on each other. Only what nothing but its
form decides is not tried. Records of which files bring many are written many at a time, and alone where one is refused.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID, uuid5

from app.database import catalog, levels, places, records
from app.database import setup as store
from app.database.products import ItemChange
from app.database.session import Session, as_nouns
from app.domain.catalog import categorising
from app.domain.codes import look_up_key, without_zeros
from app.domain.errors import Refusal
from app.domain.partners import PartnerRecord
from app.domain.policies import Scope
from app.domain.setup import compare_setup, need_no_trial, only_fields, setup_record
from app.domain.setup_kinds import PRODUCT_FIELDS, SETUP_KINDS, SetupRecord
from app.domain.values import Difference, Node
from app.domain.values.long_work import Tell, silent, told
from app.services import (
    carts,
    labels,
    packaging,
    partners,
    people,
    policies,
    printing,
    setup,
    station_templates,
    traceability,
)
from app.services.importing import carriers, departures
from app.services.importing import setting_up_docks as docks
from app.services.importing import setting_up_products as products
from app.services.importing import setting_up_rights as rights
from app.services.importing.stored import as_stored, named
from app.services.importing.wanted import Wanted, but_for_zeros
from app.services.products import looking, writing
from app.services.work import UnitOfWork

_AT_ONCE = 1000
"""So many records of one kind go into a statement: people see how far it is, and may end it, after each."""
_NUMBERED = frozenset({"partners", "carton_types", "carts"})
"""The kinds whose codes people may have as bare numbers."""
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
    for kind in by_kind.keys() & _NUMBERED:
        _say_zeros(differences[kind].new, existing[kind], by_kind[kind])
    return SetupPlan(differences, existing, by_kind)


def _say_zeros(
    new: Iterable[SetupRecord], existing: Collection[str], wanted: Mapping[str, Wanted[SetupRecord]]
) -> None:
    """A new number beside one that differs only in the zeros in front may be the same one: a spreadsheet eats zeros."""
    alike = but_for_zeros({**dict.fromkeys(existing), **dict.fromkeys(wanted)})
    for record in new:
        others = [other for other in alike.get(without_zeros(record.key), ()) if other != record.key]
        if others:
            wanted[record.key].notice("importing.but_for_zeros", record.key, one=record.key, other=others[0])


@dataclass(frozen=True, slots=True)
class _Step:
    """One record as it will be, and as it is (`before`; empty: new)."""

    kind: str
    key: str
    values: Values
    before: Values


def counts(plan: SetupPlan, *, done: Collection[str] = ()) -> tuple[int, int]:
    """How many records are to be made that items and places may need, and how many come after them.

    `done` are the keys of items that are made with their details.
    """
    early, late = (len(_undone(_steps(plan, early=early), done)) for early in (True, False))
    return early, late


def _undone(steps: Iterable[_Step], done: Collection[str]) -> list[_Step]:
    return [step for step in steps if step.kind != "product_details" or look_up_key(step.key) not in done]


def must_be_tried(plan: SetupPlan, *, goods: Collection[str]) -> bool:
    """Whether only a trial tells if the records can be made; `goods` are the keys of the items of the same files."""
    return not all(_goes_without_trial(step, goods) for early in (True, False) for step in _steps(plan, early=early))


def fields_of_new_goods(plan: SetupPlan, new: Collection[str]) -> dict[str, dict[str, Any]]:
    """What is said of items that the same files make and that can be made with it, by their keys."""
    return {
        look_up_key(step.key): _changed_fields(step.values, {})
        for step in _steps(plan, early=False)
        if _goes_without_trial(step, new)
    }


def _goes_without_trial(step: _Step, goods: Collection[str]) -> bool:
    return step.kind == "product_details" and need_no_trial(step.values) and look_up_key(step.key) in goods


def apply(unit: UnitOfWork, plan: SetupPlan, *, early: bool, done: Collection[str] = (), tell: Tell = silent) -> None:
    """Make the records that items and places may need (`early`), or the others.

    `done` are the keys of items that were made with their details.
    """
    for together in told(lists := _together(_undone(_steps(plan, early=early), done)), len(lists), tell):
        _write(unit, together)


def try_out(unit: UnitOfWork, plan: SetupPlan, *, early: bool, tell: Tell = silent) -> None:
    """Make the records as a trial; what is refused is said about each, and the others go on."""
    lists = _together(_steps(plan, early=early))
    count = sum(map(len, lists))
    begun = 0
    while lists:
        together = lists.pop(0)
        tell(begun / count)
        refusal = _tried(unit, together)
        if refusal and len(together) > 1:  # what is refused is in one half of them, or in both
            middle = len(together) // 2
            lists[:0] = [together[:middle], together[middle:]]
            continue
        begun += len(together)
        if refusal:
            wanted = plan.wanted[together[0].kind][together[0].key]
            wanted.findings.error(Node(together[0].key, wanted.record.where), refusal.code, **refusal.facts)


def _tried(unit: UnitOfWork, steps: Sequence[_Step]) -> Refusal | None:
    """Make these records; where one of them is refused, none is made."""
    unit.session.savepoint()
    try:
        _write(unit, steps)
    except Refusal as refusal:
        unit.session.rollback_to_savepoint()
        unit.session.release_savepoint()
        return refusal
    unit.session.release_savepoint()
    return None


def _steps(plan: SetupPlan, *, early: bool) -> list[_Step]:
    """Every record that is new or changed, in the order in which they are made."""
    return [
        _Step(kind, record.key, {**before.values, **record.values} if before else record.values,
              before.values if before else {})
        for kind, difference in plan.differences.items()
        if SETUP_KINDS[kind].early is early
        for record in (*difference.new, *(changed.wanted for changed in difference.changed))
        for before in [plan.existing[kind].get(record.key)]
    ]  # fmt: skip


def _together(steps: Sequence[_Step]) -> list[Sequence[_Step]]:
    """The records in lists that are written at once; most are written alone."""
    lists: list[Sequence[_Step]] = []
    for _kind, of_kind in groupby(steps, key=lambda step: step.kind):
        many: list[_Step] = []
        alone: list[_Step] = []
        for step in of_kind:
            (many if _is_one_of_many(step) else alone).append(step)
        lists += [*catalog.parts(many, _AT_ONCE), *([step] for step in alone)]
    return lists


def _write(unit: UnitOfWork, steps: Sequence[_Step]) -> None:
    first = steps[0]
    part = UnitOfWork(unit.session, uuid5(unit.request_id, f"{first.kind}/{first.key}"), unit.changes)
    if _is_one_of_many(first):
        _MANY[first.kind](part, steps)
    else:
        _WRITERS[first.kind](part, first.values, first.before)


def _is_one_of_many(step: _Step) -> bool:
    return step.kind in _MANY and (step.kind != "product_details" or only_fields(step.values))


# - one writer a kind: the record as it will be, and as it is (empty: new) -


def _company(unit: UnitOfWork, values: Values, _before: Values) -> None:
    rate, day = values.get("sdr_rate"), values.get("sdr_rate_on")
    if rate and not day:
        raise Refusal("field.missing", field="sdr_rate_on")
    known = setup.company_of(unit)
    wanted = replace(
        known,
        name=values.get("name", ""),
        gs1_prefix=values.get("gs1_prefix", ""),
        currency=values.get("currency") or known.currency,
        sdr_rate=rate or None,
        sdr_rate_on=date.fromisoformat(day) if rate and day else None,
    )
    setup.say_company(unit, wanted)


def _reason(unit: UnitOfWork, values: Values, _before: Values) -> None:
    store.save_reason(unit.session, code=values["code"], step=values.get("step", ""), active=values.get("active", True))


def _category(unit: UnitOfWork, values: Values, _before: Values) -> None:
    if not all(name.strip() for name in values["path"].split("/")):
        raise Refusal("setup.wrong_form", field="path", value=values["path"], written="Food / Dairy")
    above, _, name = values["path"].rpartition(" / ")
    parent = named(unit, "category", above, "setup.unknown_category") if above else None
    fields = {"name": name, "parent_id": parent, "position": int(values.get("position", 0)),
              "defaults": as_stored(values.get("defaults", {}), fraction=float)}  # fmt: skip
    _save(unit, "category", store.found(unit.session, "category", values["path"]), fields)


def _attribute(unit: UnitOfWork, values: Values, _before: Values) -> None:
    path = values.get("category", "")
    category = named(unit, "category", path, "setup.unknown_category") if path else None
    fields = {name: value for name, value in values.items() if name != "category"} | {"category_id": category}
    _save(unit, "attribute_definition", store.attribute(unit.session, values["name"], category), as_stored(fields))


def _profile(unit: UnitOfWork, values: Values, _before: Values) -> None:
    _save(unit, "location_profile", store.found(unit.session, "location_profile", values["code"]), as_stored(values))
    unit.changed("location")


def _partners(unit: UnitOfWork, steps: Sequence[_Step]) -> None:
    known = partners.named(unit, [step.values["code"] for step in steps if step.before])
    partners.save_all(unit, [_as_partner(step.values, known.get(step.values["code"].upper())) for step in steps])


def _as_partner(values: Values, known: PartnerRecord | None) -> PartnerRecord:
    kept = {"id": known.id, "version": known.version} if known else {}
    record: PartnerRecord = as_nouns({"name": values["code"], **as_stored(values), **kept}, PartnerRecord)
    return record


def _product_details(unit: UnitOfWork, values: Values, before: Values) -> None:
    product = looking.show(unit, named(unit, "item", values["sku"], "setup.unknown_item"))
    changed = _changed_fields(values, before) | products.parts_of(unit, product, values)
    if "attributes" in changed:
        changed["attributes"] = {**product.attributes, **changed["attributes"]}
    writing.save(unit, [ItemChange(changed, product.id, product.version)])


def _fields_of_products(unit: UnitOfWork, steps: Sequence[_Step]) -> None:
    """Many products at once, where only fields of their own change."""
    ids = store.items(unit.session, [look_up_key(step.key) for step in steps])
    rows = [{"id": _known(ids, step), "values": _changed_fields(step.values, step.before)} for step in steps]
    store.describe_items(unit.session, request=unit.request_id, rows=rows)
    unit.changed("item")


def _known(ids: Mapping[str, UUID], step: _Step) -> UUID:
    if look_up_key(step.values["sku"]) not in ids:
        raise Refusal("setup.unknown_item", name=step.values["sku"])
    return ids[look_up_key(step.values["sku"])]


def _changed_fields(values: Values, before: Values) -> dict[str, Any]:
    said = {name: values[name] for name in PRODUCT_FIELDS if name in values and values[name] != before.get(name)}
    return {name: as_stored(value, fraction=float if name == "attributes" else str) for name, value in said.items()}


def _place(unit: UnitOfWork, values: Values, _before: Values) -> None:
    place, version, warehouse = _place_at(unit, values["place"])
    row = {"id": place, "version": version, "mixing": values.get("mixing", "any"),
           "negative_allowed": values.get("negative_allowed", False)}  # fmt: skip
    if "capacity_units" in values:
        row["capacity_units"] = values["capacity_units"]
    if "profile" in values:
        row["profile"] = named(unit, "location_profile", values["profile"], "setup.unknown_profile")
    places.change(unit.session, request=unit.request_id, warehouse=warehouse, rows=[row])
    unit.changed("location", place)


def _levels(unit: UnitOfWork, steps: Sequence[_Step]) -> None:
    codes = {step.values.get("warehouse", "") for step in steps}
    warehouses = {code: named(unit, "warehouse", code, "setup.unknown_warehouse") for code in codes}
    ids = store.items(unit.session, [look_up_key(step.values["sku"]) for step in steps])
    versions = store.level_versions(unit.session, list(ids.values()))
    rows = [
        {"item": item, "warehouse": warehouse, "version": versions.get((item, warehouse))}
        | {name: step.values.get(name) for name in ("minimum", "maximum", "reorder_point", "safety_stock")}
        for step in steps
        for item, warehouse in [(_known(ids, step), warehouses[step.values.get("warehouse", "")])]
    ]
    levels.save(unit.session, request=unit.request_id, rows=rows)
    unit.changed("item_level")


def _pick_face(unit: UnitOfWork, values: Values, _before: Values) -> None:
    place, _, warehouse = _place_at(unit, values["place"])
    item = named(unit, "item", values.get("sku", ""), "setup.unknown_item")
    row = {"location": place, "item": item, "minimum": values.get("minimum", Decimal(0)),
           "maximum": values.get("maximum"), "version": store.face_version(unit.session, item, place)}  # fmt: skip
    places.save_pick_faces(unit.session, request=unit.request_id, warehouse=warehouse, rows=[row])
    unit.changed("location", place)


def _shelf_lives(unit: UnitOfWork, steps: Sequence[_Step]) -> None:
    traceability.set_shelf_lives(
        unit, [(s.values["partner"], s.values.get("sku", ""), int(s.values.get("days", 0))) for s in steps]
    )


def _carrier_prices(unit: UnitOfWork, steps: Sequence[_Step]) -> None:
    carriers.write_prices(unit, [(step.key, step.values) for step in steps])


def _cart(unit: UnitOfWork, values: Values, _before: Values) -> None:
    place = named(unit, "warehouse", values.get("warehouse", ""), "setup.unknown_warehouse")
    cart = carts.Cart(values["number"], values.get("name", ""), int(values.get("slots", 0)), values.get("litres"),
                      values.get("kg"), values.get("active", True))  # fmt: skip
    carts.save(unit, place, cart)


def _policy(unit: UnitOfWork, values: Values, _before: Values) -> None:
    capability, scope, rules = values["capability"], values.get("scope", "company"), as_stored(values.get("rules", {}))
    if capability in policies.FORMS:
        begun = policies.begin(unit, capability=capability, scope=Scope(scope), name=values.get("name", ""))
        policies.save(unit, rules, capability=capability, version=begun.version, scope=begun.scope,
                      scope_id=begun.scope_id)  # fmt: skip
        return
    if capability != categorising.FORM.capability:
        known_forms = (*policies.FORMS, categorising.FORM.capability)
        raise Refusal("setup.unknown_policy", name=capability, known=", ".join(known_forms))
    categorising.FORM.read(rules)
    known = store.found(unit.session, "policy", capability)
    store.save_rules(
        unit.session, request=unit.request_id, capability=capability, version=known[1] if known else 0, rules=rules
    )


def _station(unit: UnitOfWork, values: Values, before: Values) -> None:
    place, kind = values.get("warehouse", ""), values.get("type", "bench")
    if not before:
        setup.name_station(unit, name=values["name"], warehouse=place, kind=kind)
    if before or values.get("page_printer"):
        known, active = people.station_named(unit, values["name"]), values.get("active", True)
        pages = values.get("page_printer", "")
        people.change_station(unit, known.id, kind=kind, warehouse=place, active=active, page_printer=pages)


def _station_template(unit: UnitOfWork, values: Values, before: Values) -> None:
    name, kind, devices = values["name"], values.get("type", "bench"), as_stored(values.get("devices", []))
    station_templates.save(unit, name=name, type_=kind, devices=devices, before=name if before else "")


def _printer(unit: UnitOfWork, values: Values, _before: Values) -> None:
    printing.name_printer(unit, name=values["name"], dpi=int(values.get("dpi", 203)), serial=values.get("serial", ""),
                          confirms=values.get("confirms", "odometer"), kind=values.get("kind", "labels"))  # fmt: skip


def _label_template(unit: UnitOfWork, values: Values, _before: Values) -> None:
    labels.save_template(unit, name=values["name"], definition=values.get("definition", ""), note="")


_WRITERS: Mapping[str, Callable[[UnitOfWork, Values, Values], None]] = {
    "company": _company,
    "reasons": _reason,
    "categories": _category,
    "attributes": _attribute,
    "profiles": _profile,
    "product_details": _product_details,
    "places": _place,
    "pick_faces": _pick_face,
    "carton_types": packaging.bring_carton_type,
    "senders": carriers.write_sender,
    "carriers": carriers.write_carrier,
    "pack_extras": packaging.bring_extra,
    **docks.WRITERS,
    "policies": _policy,
    "carts": _cart,
    "label_templates": _label_template,
    "stations": _station,
    "station_templates": _station_template,
    "printers": _printer,
    "groups": rights.group,
    "people": rights.person,
}

_MANY: Mapping[str, Callable[[UnitOfWork, Sequence[_Step]], None]] = {
    "partners": _partners,
    "shelf_life": _shelf_lives,
    "cut_offs": departures.save_cut_offs,
    "closed_days": departures.save_closed_days,
    "pick_shifts": departures.save_pick_shifts,
    "product_details": _fields_of_products,
    "levels": _levels,
    "carrier_prices": _carrier_prices,
    "dock_shifts": lambda unit, steps: docks.shifts(unit, [step.values for step in steps]),
}
"""Writers of many records at once."""


def _save(unit: UnitOfWork, kind: str, known: tuple[UUID, int] | None, values: Values) -> None:
    identity, version = known or (None, None)
    saved = records.save(unit.session, request=unit.request_id, kind=kind, id=identity, version=version, values=values)
    unit.changed(kind, saved)


def _place_at(unit: UnitOfWork, address: str) -> tuple[UUID, int, UUID]:
    known = store.place(unit.session, address)
    if known is None:
        raise Refusal("setup.unknown_place", name=address)
    return known
