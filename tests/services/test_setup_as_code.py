"""The warehouse as code: everything out, and in again without a difference; edited, tried, applied."""

import base64
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from PIL import Image

from app.connectors.files import read_file, write_file, write_tree
from app.domain import putaway
from app.domain.errors import Refusal
from app.domain.setup_kinds import SETUP_KINDS
from app.services import importing
from app.services.importing import Contents, ImportPlan, ImportResult, PastImport
from app.services.products import images
from app.services.work import Worker
from tests.support import Site

_SETUP = """
company: {name: Blue Lamp, gs1_prefix: "4012345"}
reasons: [{code: WATER_DAMAGE, step: adjust, active: true}]
categories:
  - {path: Food, position: 1, defaults: {shelf_life_days: 30}}
  - {path: Food / Dairy, position: 2}
attributes:
  - {category: Food, name: Fat, type: number, unit: "%", minimum: 0, maximum: 100}
  - {name: Colour, type: choice, choices: [red, green]}
profiles: [{code: COLD, name: Cold shelf, bin_type: shelf, capacity_kg: 80.5, temperature: chilled}]
partners:
  - code: C-1001
    name: Shopper & Sons
    kinds: [customer]
    pack_instructions: No peanuts
    addresses:
      - {purpose: delivery, line_1: 1 High Street, postal_code: SW1A 1AA, city: London, country: GB, first: true}
      - {purpose: billing, line_1: Hauptstr. 1, postal_code: "20359", city: Hamburg, country: DE}
    contacts: [{name: Ana Jones, role: ordering, email: ana@example.com}]
warehouses:
  - {code: WH009, name: North, zones: [{code: STO, name: Storage, bins: [A01-A03]}]}
products:
  - sku: CHEESE
    name: Cheese
    category: Food / Dairy
    tracking: lot
    uom: {base: each, alternates: [{unit: case, conversion: 6}]}
    hs_code: "040690"
    origin: FR
    attributes: {Fat: 45.5, Colour: red}
  - {sku: HAMPER, name: Hamper}
product_details:
  - sku: HAMPER
    kit: assembled
    parts: [{sku: CHEESE, quantity: 2, unit: each}]
    substitutes: [{sku: CHEESE}]
    dimensions: [{unit: each, length_mm: 300, width_mm: 200, height_mm: 150}]
    articles: [{partner: C-1001, code: X-77}]
carton_types:
  - {code: WINE6, name: Box for six bottles, length_mm: 280, width_mm: 190, height_mm: 340, outer_length_mm: 290,
     outer_width_mm: 200, outer_height_mm: 350, tare_kg: 0.38, limit_kg: 15, fill_percent: 10, cost: 0.85,
     services: [express], owners: [C-1001], position: 4, active: true}
pack_extras:
  - {code: FOLD, kind: instruction, name: How to fold, words: Flaps inwards, moment: start, answer: scan, quantity: 1,
     weight_kg: 0, from_stock: false, active: true}
  - {code: TASTE, kind: insert, name: A sample, sku: CHEESE, quantity: 2, weight_kg: 0.1, moment: close, answer: key,
     from_stock: true, active: true}
places: [{place: WH009-STO-A01, profile: COLD}, {place: WH009-STO-A03, mixing: one_item}]
senders: [{warehouse: WH009, name: Blue Lamp Ltd, line_1: Am Wall 1, postal_code: "28195", city: Bremen,
  country: DE}]
levels: [{sku: CHEESE, warehouse: WH009, minimum: 5, maximum: 40, reorder_point: 10}]
pick_faces: [{place: WH009-STO-A02, sku: CHEESE, minimum: 2, maximum: 20}]
shelf_life: [{partner: C-1001, sku: CHEESE, days: 14}, {partner: C-1001, days: 7}]
carts: [{number: CART-9, warehouse: WH009, name: Nine totes, slots: 9, litres: 200.5, active: true}]
cut_offs:
  - {warehouse: WH009, carrier: house, weekday: mon, leaves: "16:30", lead_minutes: 30, transit_days: 2}
  - {warehouse: WH009, weekday: sat, leaves: "11:00"}
pick_shifts:
  - {warehouse: WH009, zone: WH009-STO, shift: Early, weekday: mon, from: "06:00", until: "14:00", people: 4}
  - {warehouse: WH009, shift: Early, day: "2031-12-24", from: "06:00", until: "12:00", people: 0}
closed_days: [{warehouse: WH009, day: "2031-12-25", name: Christmas}]
checklists:
  - name: Chilled goods
    checks: [{name: Temperature, measured: true, unit: "°C", lower: 0, upper: 4.5}, {name: Whole, photo: true}]
dock_doors:
  - {place: WH001-DOCK1, direction: inbound, hours: "Mo-Fr 06:00-22:00; Sa 06:00-14:00", vehicles: [truck, van],
     temperatures: [chilled], pallets_per_hour: 40, active: true}
  - {place: WH001-DOCK2, active: false}
dock_limits: [{warehouse: WH001, trucks_per_hour: 6}]
dock_shifts:
  - {warehouse: WH001, day: 2099-01-05, from: "06:00", until: "14:00", people: 4, name: Early}
  - {warehouse: WH001, day: 2099-01-05, from: "22:00", until: "06:00", names: "Ana, Tomasz"}
policies:
  - capability: quality
    rules: {rules: [{name: chilled, when: [], then: {method: sample, aql: "1.0", checklist: Chilled goods}}]}
  - capability: putaway
    scope: item
    name: CHEESE
    rules: {rules: [{name: near, when: [], then: {rank: 1}}], sort: [face_distance]}
  - {capability: putaway, scope: zone, name: WH009-STO, rules: {rules: [], sort: []}}
stations: [{name: north-1, type: dock, warehouse: WH009, active: true}, {name: office, type: desk}]
station_templates:
  - {name: Dock, type: dock, devices: [{id: zebra, role: label_printer, protocol: zpl, transport: "queue:?", dpi: 300}]}
printers: [{name: zebra-9, dpi: 300, confirms: scan_back, serial: "52J"}]
label_templates: [{name: carton_small, definition: "name: carton_small"}]
groups: [{group: receiver, permissions: [{permission: receive}, {permission: print}, {permission: adjust, up_to: 10}]}]
people:
  - badge: SH-P-0777
    name: Nora Field
    language: en
    active: true
    groups: [receiver, operator@WH009]
    permissions: [{permission: adjust, granted: true, up_to: 5}]
"""
_TABLES = (
    "partners",
    "product_details",
    "levels",
    "pick_faces",
    "attributes",
    "profiles",
    "groups",
    "people",
    "policies",
    "checklists",
    "dock_doors",
    "dock_shifts",
    "stations",
    "station_templates",
    "printers",
)
Apply = Callable[[str], ImportResult]


@pytest.fixture
def apply(desk: Worker, tmp_path: Path) -> Apply:
    """Apply a file of the set-up as the admin at a desk."""

    def applied(text: str) -> ImportResult:
        path = tmp_path / "setup.yaml"
        path.write_text(text, encoding="utf-8")
        contents = read_file(path)
        return desk.run(lambda unit: importing.import_files(unit, [contents]))

    return applied


def _codes(result: ImportResult) -> list[str]:
    return [said.finding.code for said in result.plan.findings]


def _whole(desk: Worker, path: Path) -> None:
    kinds = (*(name for name, kind in SETUP_KINDS.items() if not kind.within), "warehouses", "products")
    parts = {kind: list(desk.run(lambda unit, kind=kind: importing.export(unit, kind).records)) for kind in kinds}  # type: ignore[misc]
    write_tree(path, {kind: records for kind, records in parts.items() if records})


def test_a_whole_set_up_is_applied_and_comes_out_and_in_again_without_a_difference(
    apply: Apply, desk: Worker, warehouse: Site, tmp_path: Path
) -> None:
    result = apply(_SETUP)
    assert _codes(result) == []
    assert result.applied
    path = tmp_path / "whole.yaml"
    _whole(desk, path)
    said = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(said) >= {name for name, kind in SETUP_KINDS.items() if not kind.within}
    plan = desk.run(lambda unit: importing.preview(unit, [read_file(path)]))
    assert [said.finding.all_facts for said in plan.findings] == []
    assert plan.counts == {}
    assert [(one["capability"], one.get("scope"), one.get("name")) for one in said["policies"]][-2:] == [
        ("putaway", "zone", "WH009-STO"), ("putaway", "item", "CHEESE")]  # fmt: skip
    assert "1234" not in path.read_text(encoding="utf-8").replace("4012345", "")
    assert warehouse.prove() == []


def test_what_was_applied_is_what_the_screens_show(apply: Apply, warehouse: Site) -> None:
    apply(_SETUP)
    with warehouse.superuser() as connection:
        rows = connection.execute(
            "SELECT c.full_name, l.minimum, f.maximum, p.code, (SELECT count(*) FROM partner_address),"
            " (SELECT string_agg(g.group_name, ',' ORDER BY g.group_name) FROM person_group g"
            "  JOIN person n ON n.id = g.person_id WHERE n.name = 'Nora Field'),"
            " (SELECT count(*) FROM person_pin x JOIN person n ON n.id = x.person_id WHERE n.name = 'Nora Field')"
            " FROM item i JOIN category c ON c.id = i.category_id JOIN item_level l ON l.item_id = i.id"
            " JOIN pick_face f ON f.item_id = i.id JOIN location b ON b.address = 'WH009-STO-A01'"
            " JOIN location_profile p ON p.id = b.profile_id WHERE i.sku = 'CHEESE'"
        ).fetchall()
    assert rows == [("Food / Dairy", Decimal(5), Decimal(20), "COLD", 2, "operator,receiver", 0)]


def test_an_edited_set_up_changes_only_what_was_edited(apply: Apply) -> None:
    apply(_SETUP)
    result = apply(_SETUP.replace("minimum: 5, maximum: 40", "minimum: 6, maximum: 40").replace("Hamburg", "Berlin"))
    assert result.applied, _codes(result)
    assert [part.changed for part in result.plan.differences.values() if part.changed][2:] == []
    assert result.plan.counts == {"levels": {"new": 0, "changed": 1}, "partners": {"new": 0, "changed": 1}}
    [changed] = result.plan.differences["levels"].changed
    assert [(change.field, change.old, change.new) for change in changed.changes] == [("minimum", "5", "6")]


def test_policies_come_out_and_in_and_are_checked(apply: Apply, desk: Worker, tmp_path: Path) -> None:
    rules = json.dumps({"policies": [{"capability": "putaway", "rules": putaway.FORM.default}]}, default=str)
    assert _codes(apply(rules)) == []
    path = tmp_path / "whole.yaml"
    _whole(desk, path)
    assert desk.run(lambda unit: importing.preview(unit, [read_file(path)])).counts == {}
    assert _codes(apply("policies: [{capability: putaway, rules: {mode: dance}}]")) == ["policies.invalid_rules"]
    assert _codes(apply("policies: [{capability: putaway, scope: item, name: NOBODY, rules: {rules: []}}]")) == [
        "policies.unknown_subject"]  # fmt: skip
    assert _codes(apply("policies: [{capability: putaway, scope: bin, name: A01, rules: {rules: []}}]")) == [
        "setup.wrong_form"]  # fmt: skip
    assert _codes(apply("policies: [{capability: dancing, rules: {}}]")) == ["setup.unknown_policy"]


def test_every_fault_of_a_set_up_is_said_before_anything_is_changed(apply: Apply, warehouse: Site) -> None:
    before = warehouse.count("partner")
    result = apply("""
partners:
  - {code: GOOD, name: Good, kinds: [customer]}
  - {code: WRONG, name: Wrong, addresses: [{purpose: delivery, line_1: 1 High Street, city: London, country: GB}]}
  - {code: WHAT, name: What, kinds: [friend]}
levels: [{sku: NOBODY, warehouse: WH001, minimum: 1}, {sku: WIDGET, warehouse: WH001, minimum: 9, maximum: 2}]
pick_faces: [{place: NOWHERE, sku: WIDGET, minimum: 1, maximum: 2}]
profiles: [{code: COLD, nmae: Cold}]
people: [{badge: SH-P-0778, name: X, groups: [kings]}]
""")
    assert not result.applied
    assert set(_codes(result)) == {"file.misspelt_key", "address.field_missing", "record.value_refused",
                                   "record.value_missing"} | set()  # fmt: skip
    assert warehouse.count("partner") == before


def test_what_is_no_picture_is_refused_with_its_line(apply: Apply) -> None:
    flyer = "pack_extras:\n- {code: FLYER, kind: insert, name: Flyer, answer: key, quantity: 1, picture: %s}\n"
    assert _codes(apply(flyer % "no/base64!")) == ["setup.wrong_form"]
    assert _codes(apply(flyer % base64.b64encode(b"no picture").decode())) == ["image.not_an_image"]


def test_doors_and_rosters_that_cannot_be_are_refused_each_in_its_words(apply: Apply, warehouse: Site) -> None:
    result = apply("""
checklists: [{name: X, checks: [{name: Length, measured: true}]}]
dock_doors:
  - {place: NOWHERE}
  - {place: WH001-R01}
  - {place: WH001-DOCK1, hours: sometimes}
  - {place: WH001-DOCK2, vehicles: [bicycle]}
dock_limits: [{warehouse: WH077, trucks_per_hour: 2}]
dock_shifts: [{warehouse: WH001, day: 2099-02-28, from: "24:30", until: "14:00", people: 4}]
""")
    assert sorted(_codes(result)) == [
        "docks.hours_unreadable", "docks.time", "docks.unknown_vehicle", "quality.check_limits", "setup.unknown_place",
        "setup.unknown_place", "setup.unknown_warehouse",
    ]  # fmt: skip
    assert warehouse.count("dock_door") == 0


def test_faults_that_need_the_whole_file_are_said_one_by_one(apply: Apply) -> None:
    result = apply("""
levels: [{sku: NOBODY, warehouse: WH001, minimum: 1}, {sku: WIDGET, warehouse: WH001, minimum: 9, maximum: 2}]
pick_faces: [{place: NOWHERE, sku: WIDGET, minimum: 1, maximum: 2}]
places: [{place: WH001-STO-R01, profile: NONE}]
product_details:
  - {sku: WIDGET, kit: assembled, parts: [{sku: GADGET, quantity: 0}]}
  - {sku: GADGET, kit: assembled, parts: [{sku: WIDGET, quantity: 1, unit: barrel}]}
people: [{badge: SH-P-0778, name: X, groups: [kings]}]
""")
    assert not result.applied
    assert sorted(_codes(result)) == [
        "bom.no_quantity", "level.wrong_order", "person.group_unknown", "setup.unknown_item", "setup.unknown_place",
        "setup.unknown_profile", "setup.unknown_unit",
    ]  # fmt: skip
    assert _codes(apply('categories: [{path: " / Dairy"}]')) == ["setup.wrong_form"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".json"])
def test_each_kind_comes_in_again_as_a_table_too(apply: Apply, desk: Worker, tmp_path: Path, ending: str) -> None:
    apply(_SETUP)
    for kind in _TABLES:
        made = _written(desk, kind, path := tmp_path / f"{kind}{ending}")
        assert made, kind
        read = read_file(path)
        assert [finding.all_facts for finding in read.findings] == [], kind
        assert len(read.setup) == made, kind
        assert _preview(desk, read).counts == {}, kind


def _written(desk: Worker, kind: str, path: Path) -> int:
    """Write what there is of a kind to a file; returns how many records that are."""
    made = desk.run(lambda unit: importing.export(unit, kind))
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)
    return len(made.records)


def _preview(desk: Worker, read: Contents) -> ImportPlan:
    return desk.run(lambda unit: importing.preview(unit, [read]))


def test_a_rate_table_comes_as_csv_and_one_with_a_zone_that_is_not_there_is_refused(
    apply: Apply, desk: Worker, tmp_path: Path
) -> None:
    apply("""
carriers: [{code: swift, name: Swift, kind: file, setup: {services: [{code: parcel, name: Parcel}],
  zones: [{zone: near, country: DE}], prices: [{service: parcel, zone: near, up_to_kg: "5.0", price: "4"},
  {service: parcel, zone: near, up_to_kg: "31.5", price: "9"}]}}]
""")
    path = tmp_path / "rates.csv"
    path.write_text("carrier,service,zone,up_to_kg,price\nswift,parcel,near,5,4.60\nswift,parcel,near,10,0\n")
    plan = desk.run(lambda unit: importing.preview(unit, [read_file(path)]))
    assert plan.counts == {"carrier_prices": {"new": 1, "changed": 1}}
    assert desk.run(lambda unit: importing.import_files(unit, [read_file(path)])).applied
    kept = desk.run(lambda unit: importing.export(unit, "carrier_prices")).records
    assert [(f"{one['up_to_kg']:f}", f"{one['price']:f}") for one in kept] == [("5", "4.6"), ("31.5", "9"), ("10", "0")]
    path.write_text("carrier,service,zone,up_to_kg,price\nswift,parcel,moon,5,4.60\n")
    refused = desk.run(lambda unit: importing.preview(unit, [read_file(path)]))
    assert [said.finding.code for said in refused.findings] == ["carriers.wrong_setup"]
    assert "zone = moon" in str(refused.findings[0].finding.all_facts)


@pytest.mark.parametrize("kind", list(SETUP_KINDS))
def test_every_template_can_be_read(tmp_path: Path, kind: str) -> None:
    made = importing.template(kind)
    path = tmp_path / "template.csv"
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)
    read = read_file(path)
    assert [finding.code for finding in read.findings] == []
    assert [record.kind for record in read.setup] == [kind]


def _without_people(text: str, **edited: object) -> str:
    """A set-up that an import can be taken back with, some kinds of it otherwise."""
    said = yaml.safe_load(text) | edited
    return yaml.safe_dump({kind: records for kind, records in said.items() if kind not in importing.FINAL})


def _picture() -> str:
    """How a flyer is folded, as a set-up has it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    return base64.b64encode(images.prepare(out.getvalue()).content).decode()


_EDITED = {
    "carts": [{"number": "CART-9", "warehouse": "WH009", "slots": 12}],
    "pack_extras": [{"code": "FOLD", "picture": _picture()}],
    "company": {"name": "Red Lamp", "gs1_prefix": "4054321"},
    "reasons": [{"code": "WATER_DAMAGE", "step": "adjust", "active": False}],
    "product_details": [{"sku": "HAMPER", "kit": "fixed", "substitutes": [],
                         "parts": [{"sku": "WIDGET", "quantity": 1}, {"sku": "CHEESE", "quantity": 3}]}],
    "policies": [{"capability": "putaway", "scope": "zone", "name": "WH009-STO",
                  "rules": {"rules": [], "sort": ["face_distance"]}}],
    "stations": [{"name": "north-1", "type": "bench"}],
    "station_templates": [{"name": "Dock", "type": "desk"}],
    "printers": [{"name": "zebra-9", "dpi": 203, "confirms": "none"}],
    "label_templates": [{"name": "carton_small", "definition": "name: carton_small_2"}],
    "shelf_life": [{"partner": "C-1001", "sku": "CHEESE", "days": 20}],
    "carriers": [{"code": "house", "name": "Our own vans"}],
    "carton_types": [{"code": "WINE6", "name": "Bottles", "tare_kg": 0.4}],
}  # fmt: skip


def test_an_import_of_every_kind_of_set_up_is_taken_back_whole(
    apply: Apply, desk: Worker, warehouse: Site, tmp_path: Path
) -> None:
    def whole(name: str) -> object:
        _whole(desk, tmp_path / name)
        return yaml.safe_load((tmp_path / name).read_text(encoding="utf-8"))

    def take_back(run: PastImport) -> None:
        desk.run(lambda unit: importing.undo(unit, run.id))

    before = whole("before.yaml")
    assert _codes(apply(_without_people(_SETUP))) == []
    made = whole("made.yaml")
    edited = apply(_without_people(_SETUP, **_EDITED))
    assert _codes(edited) == []
    assert edited.plan.counts.keys() == {*_EDITED}
    assert edited.plan.final == ()
    out_again = whole("edited.yaml")
    assert (out_again != made, _picture() in str(out_again)) == (True, True)
    assert desk.run(lambda unit: importing.preview(unit, [read_file(tmp_path / "edited.yaml")])).counts == {}
    second, first = desk.run(importing.past)
    with pytest.raises(Refusal) as refused:
        take_back(first)
    assert refused.value.code == "importing.changed_since"
    assert {"HAMPER", "north-1", "zebra-9", "carton_small", "putaway", "WATER_DAMAGE"} <= set(
        str(refused.value.facts["names"]).split(", "))  # fmt: skip
    take_back(second)
    assert whole("again.yaml") == made
    take_back(first)
    assert whole("after.yaml") == before
    assert warehouse.prove() == []


def test_people_and_rights_are_not_taken_back_and_that_is_said_before(apply: Apply, desk: Worker) -> None:
    result = apply("groups: [{group: receiver, permissions: [{permission: receive}]}]\n")
    assert result.plan.final == ("groups",)
    latest, *_ = desk.run(importing.past)
    with pytest.raises(Refusal, match="made_people"):
        desk.run(lambda unit: importing.undo(unit, latest.id))
