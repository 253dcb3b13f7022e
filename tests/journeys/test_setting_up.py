"""A manager sets a company up in a morning: products from a spreadsheet, categories with rules, all kinds of places."""

import io
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from app.connectors.files import read_file
from app.database import stock
from app.database.products import ItemChange
from app.domain.catalog.products import Bill, BillLine, ProductQuery, State
from app.domain.catalog.variants import Template, TemplateAttribute
from app.domain.errors import Refusal
from app.domain.sites.places import PlaceQuery
from app.services import allocation, importing
from app.services.changes import Changes
from app.services.importing import ImportResult
from app.services.products import categorising, images, looking, variants, writing
from app.services.products.drafts import Draft, resolved
from app.services.sites import levels, places
from app.services.work import Worker
from tests.fixtures_database import warehouse  # noqa: F401  (pytest finds fixtures by their name here)
from tests.support import Site, post

_GOODS = (
    "sku;name;category;tracking;uom;alternates;barcode;weight g;hs_code;origin;min;max;expiry_required\n"
    "CHEESE;Mountain cheese;Food / Dairy;lot;each;case=6;4012345000016;250,5;040690;FR;12;1.200;yes\n"
    "MUG;Mug with handle;;none;each;;4012345000023;310;691110;DE;;;\n"
)
_SETUP = """
attributes: [{category: Food, name: Fat, type: number, unit: "%", minimum: 0, maximum: 100}]
product_details: [{sku: CHEESE, attributes: {Fat: 45.5}, articles: [{partner: SHOPPER, code: X-77}]}]
warehouses:
  - code: WH009
    name: Store in the high street
    zones:
      - {code: STO, name: Storage, bins: [A01-B05]}
      - {code: SHOP, name: Shop floor, bins: [F01-F03]}
levels: [{sku: CHEESE, warehouse: WH009, minimum: 3, maximum: 40}]
"""


class Office:
    """The manager's desk on the first morning."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder = site, folder
        self.worker = Worker(site.desk, Changes())

    def bring(self, name: str, text: str) -> ImportResult:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return self.worker.run(lambda unit: importing.import_files(unit, [read_file(path)]))

    def item(self, sku: str) -> UUID:
        made: UUID = self.worker.run(lambda unit: looking.named(unit, sku)).id
        self.site.items[sku] = made
        return made

    def change(self, sku: str, **values: object) -> None:
        item = self.item(sku)
        self.worker.run(lambda unit: writing.save(unit, [ItemChange(values, item)]))


@pytest.fixture
def office(warehouse: Site, tmp_path: Path) -> Office:  # noqa: F811  (the fixture)
    office = Office(warehouse, tmp_path)
    for name, text in (("spring.csv", _GOODS), ("setup.yaml", _SETUP)):
        result = office.bring(name, text)
        assert result.applied, result.plan.findings
    return office


def test_products_of_every_kind_are_set_up_from_a_spreadsheet(office: Office) -> None:
    cheese = office.worker.run(lambda unit: looking.named(unit, "cheese"))
    assert (cheese.tracking, cheese.hs_code, cheese.origin, cheese.attributes) == ("lot", "040690", "FR", {"Fat": 45.5})
    assert [(unit.unit, int(unit.factor)) for unit in cheese.units] == [("case", 6)]
    assert cheese.weight_mean_kg == Decimal("0.2505"), "a decimal comma is read as one"
    two_variants_come_from_a_template(office)
    a_bundle_is_sold_as_its_parts(office)
    several_pictures_are_kept(office)
    what_expires_first_goes_first(office)
    assert office.site.prove() == []


def two_variants_come_from_a_template(office: Office) -> None:
    colours = TemplateAttribute("Colour", ("RED", "BLUE"))
    template = Template("CUP", "Cup", (colours,), sku_pattern="CUP-{Colour}", model={"base_uom": "each"})
    saved = office.worker.run(lambda unit: writing.save_template(unit, template))
    proposed = office.worker.run(lambda unit: variants.propose(unit, saved))
    office.worker.run(lambda unit: variants.make(unit, saved, [one.variant for one in proposed]))
    found = office.worker.run(lambda unit: looking.page(unit, ProductQuery(text="CUP-")))
    assert {row.sku for row in found} == {"CUP-RED", "CUP-BLUE"}


def a_bundle_is_sold_as_its_parts(office: Office) -> None:
    parts = (BillLine(office.item("CHEESE"), "each", Decimal(2)), BillLine(office.item("MUG"), "each", Decimal(1)))
    office.worker.run(
        lambda unit: writing.save(unit, [ItemChange({"sku": "GIFT", "name": "Gift", "tracking": "none",
                                                     "base_uom": "each", "bom": Bill("fixed", parts)})])
    )  # fmt: skip
    office.item("GIFT")
    office.site.document("order", ("GIFT", 3))
    with office.site.desk.transaction() as session:
        rows = session.rows(
            "SELECT i.sku, l.base_qty FROM document_line l JOIN item i ON i.id = l.item_id"
            " WHERE l.bundle_id IS NOT NULL ORDER BY i.sku"
        )
    assert [(row["sku"], int(row["base_qty"])) for row in rows] == [("CHEESE", 6), ("MUG", 3)]


def several_pictures_are_kept(office: Office) -> None:
    kept = []
    for colour in ("red", "blue"):
        out = io.BytesIO()
        Image.new("RGB", (300, 200), colour).save(out, "PNG")
        made = images.prepare(out.getvalue())
        kept.append(office.worker.run(lambda unit, made=made: images.keep(unit, made)))  # type: ignore[misc]
    office.change("CHEESE", images=tuple(kept))
    floor = Worker(office.site.station("bench1", "OPERATOR1"), office.worker.changes)
    assert floor.run(lambda unit: looking.picture_of(unit, "CHEESE")).startswith(b"\xff\xd8\xff")
    assert len(office.worker.run(lambda unit: looking.named(unit, "CHEESE")).images) == 2


def what_expires_first_goes_first(office: Office) -> None:
    site = office.site
    for lot, expiry, place in (("LATE", "2099-12-31", "R01"), ("SOON", "2099-01-31", "R02")):
        site.put("CHEESE", place, 4, trace=site.trace("CHEESE", lot=lot, expiry=expiry))
    line = site.order_line("CHEESE", 4)
    with site.desk.transaction() as session:
        row = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
    assert row is not None
    office.worker.run(lambda unit: allocation.allocate_order(unit, row["id"]))
    assert site.stock("CHEESE", "R02") == (4, 4)
    assert site.stock("CHEESE", "R01") == (4, 0)


def test_categories_have_levels_rules_other_numbers_and_products_a_life(office: Office) -> None:
    run = office.worker.run
    run(lambda unit: writing.save_record(unit, "category", {"name": "Kitchen", "defaults": {"origin": "CN"}}))
    assert {"Food", "Food / Dairy", "Kitchen"} <= {one.full_name for one in run(looking.categories)}
    rule = {"name": "mugs", "when": [{"field": "name", "operator": "contains", "value": "mug"}],
            "then": {"category": "Kitchen"}}  # fmt: skip
    run(lambda unit: categorising.save_rules(unit, {"rules": [rule]}, version=0))
    moves = run(categorising.dry_run)
    assert [(move.sku, move.new, move.rule) for move in moves] == [("MUG", "Kitchen", "mugs")]
    run(lambda unit: categorising.apply(unit, moves))
    assert run(lambda unit: looking.named(unit, "MUG")).category == "Kitchen"
    assert [row.sku for row in run(lambda unit: looking.page(unit, ProductQuery(text="x-77")))] == ["CHEESE"]
    draft = Draft(id=office.item("MUG"), codes=({"code": "A-17", "unit": "", "issuer": "ACME"},))
    run(lambda unit: writing.save(unit, [resolved(unit, draft)]))
    assert [row.sku for row in run(lambda unit: looking.page(unit, ProductQuery(text="a-17")))] == ["MUG"]
    run(lambda unit: writing.change_state(unit, [(office.item("MUG"), None)], state=State.PHASE_OUT))
    with pytest.raises(Refusal, match="no_purchase"):
        office.site.document("purchase_order", ("MUG", 5))
    office.site.put("MUG", "R03", 1)
    assert office.site.order_line("MUG", 1), "what is left may still be sold"


def test_places_of_every_kind_stand_where_the_company_needs_them(office: Office) -> None:
    run, site = office.worker.run, office.site
    store = next(one for one in run(places.every_warehouse) if one.code == "WH009")
    assert {"WH001", "WH002", "WH009"} <= {one.code for one in run(places.every_warehouse)}
    there = run(lambda unit: places.every_place(unit, PlaceQuery(store.id)))
    assert {"WH009-STO-A01", "WH009-STO-B05", "WH009-SHOP-F03"} <= {one.address for one in there}
    run(lambda unit: places.add_zone(unit, warehouse=store.id, parent=store.id, code="BACK", name="Backroom",
                                     purpose="backroom"))  # fmt: skip
    assert "backroom" in {zone.purpose for zone in run(lambda unit: places.tree(unit, store.id))}
    run(lambda unit: places.add_consignment(unit, warehouse=store.id, customer="SHOPPER", name="SHOPPER"))
    item = office.item("CHEESE")
    found, _faces = run(lambda unit: levels.applying(unit, item=item, warehouse=store.id))
    applies = {one.level: str(one.value) for one in found}
    assert (applies["minimum"], applies["maximum"]) == ("3.000000", "40.000000")
    owner = office.bring("owner.yaml", "partners: [{code: MILKMAN, name: Milkman, kinds: [owner]}]\n")
    assert owner.applied
    with site.desk.transaction() as session:
        row = session.row("SELECT id FROM partner WHERE code = 'MILKMAN'")
        assert row is not None
        post(session, site, "adjust_in", "WIDGET", "ADJUSTMENT", "R01", 5, reason="OPENING",
             from_owners=[row["id"]], to_owners=[row["id"]])  # fmt: skip
        assert stock.counterparty(session, warehouse=site.warehouse, kind="customer")
        assert session.row("SELECT id FROM location WHERE warehouse_id = %(w)s AND kind = 'transit'", w=store.id)
    line = site.order_line("WIDGET", 5)
    with site.desk.transaction() as session:
        order = session.row("SELECT document_id AS id FROM document_line WHERE id = %(line)s", line=line)
    assert order is not None
    short = run(lambda unit: allocation.allocate_order(unit, order["id"])).short
    assert [int(one.qty) for one in short] == [5], "goods of another owner are not ours to send"
    assert site.prove() == []
