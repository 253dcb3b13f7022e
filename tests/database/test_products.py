"""Products as the database keeps them: versions, codes, units, bills, what they inherit, and where they are used."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from app.database import products as store
from app.database import records
from app.database.products import ItemChange
from app.domain.catalog.products import Bill, BillLine, Code, Product, ProductQuery, Saved, Substitute, Unit
from app.domain.errors import Refusal
from tests.support import Site

EACH = {"tracking": "none", "base_uom": "each", "name": "Something"}


def save(site: Site, values: dict[str, object], item: UUID | None = None, version: int | None = None) -> Saved:
    with site.station().transaction() as session:
        return store.save_items(session, uuid4(), [ItemChange(values, item, version)])[0]


def shown(site: Site, item: UUID) -> Product:
    with site.station().transaction() as session:
        found = store.product(session, item)
    assert found is not None
    return found


def category(site: Site, name: str, parent: UUID | None = None, **values: object) -> UUID:
    with site.station().transaction() as session:
        return store.save_record(
            session, uuid4(), "category", {"name": name, "parent_id": parent, **values}, record=None, version=None
        ).id


def attribute(site: Site, name: str, category: UUID | None = None, **values: object) -> UUID:
    with site.station().transaction() as session:
        return store.save_record(
            session,
            uuid4(),
            "attribute_definition",
            {"name": name, "category_id": category, **values},
            record=None,
            version=None,
        ).id


def test_a_manager_at_a_shared_station_makes_a_product_with_everything(warehouse: Site) -> None:
    acme, widget = warehouse.partners["ACME"], warehouse.items["WIDGET"]
    made = save(
        warehouse,
        {
            **EACH,
            "sku": "LAMP-1",
            "units": (Unit("case", 12, 1, Decimal("3.5"), 400, 300, 200),),
            "codes": (Code("gtin", "00012345678905"), Code("article", "L-1", "case", acme)),
            "bom": Bill("assembled", (BillLine(widget, "case", Decimal(1)),)),
            "substitutes": (Substitute(widget, both_ways=True),),
            "hs_code": "940520",
            "origin": "DE",
        },
    )
    lamp = shown(warehouse, made.id)
    assert made.version == lamp.version == 1
    assert lamp.units == (Unit("case", 12, 1, Decimal("3.5"), 400, 300, 200),)
    assert [(code.scheme, code.value, code.unit, code.issuer_name) for code in lamp.codes] == [
        ("article", "L-1", "case", "Acme"),
        ("gtin", "00012345678905", "", ""),
    ]
    assert lamp.bom is not None
    assert [(line.sku, line.unit, line.quantity) for line in lamp.bom.lines] == [("WIDGET", "case", Decimal(1))]
    assert [(one.sku, one.both_ways) for one in lamp.substitutes] == [("WIDGET", True)]
    assert (lamp.hs_code, lamp.origin, set(lamp.own)) == ("940520", "DE", {"hs_code", "origin"})
    with warehouse.station().transaction() as session:
        assert session.row("SELECT qty FROM explode_bom(%(i)s, 2, true)", i=made.id) == {"qty": 24}


def test_who_saves_second_is_told_who_was_faster_and_nothing_is_lost(warehouse: Site) -> None:
    item = warehouse.items["WIDGET"]
    read = shown(warehouse, item)
    save(warehouse, {"name": "First"}, item, read.version)
    with pytest.raises(Refusal) as caught:
        save(warehouse, {"name": "Second"}, item, read.version)
    assert caught.value.code == "record.changed"
    assert (caught.value.facts["record"], caught.value.facts["person"]) == ("WIDGET", "Manager1")
    assert shown(warehouse, item).name == "First"


def test_a_change_of_what_belongs_to_a_product_is_a_change_of_the_product(warehouse: Site) -> None:
    item = warehouse.items["WIDGET"]
    read = shown(warehouse, item)
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item_uom SET numerator = 24 WHERE item_id = %(i)s", i=item)
    with pytest.raises(Refusal, match=r"record\.changed"):
        save(warehouse, {"name": "Late"}, item, read.version)


def test_what_the_program_learns_by_itself_disturbs_nobody(warehouse: Site) -> None:
    item = warehouse.items["WIDGET"]
    read = shown(warehouse, item)
    with warehouse.superuser() as connection:
        connection.execute("UPDATE item SET weight_mean_kg = 0.1, weight_observations = 1 WHERE id = %s", [item])
    assert save(warehouse, {"name": "Still mine"}, item, read.version).version == read.version + 1


def test_a_request_that_is_repeated_gets_its_first_answer_and_changes_nothing(warehouse: Site) -> None:
    request, changes = uuid4(), [ItemChange({**EACH, "sku": "ONCE"})]
    with warehouse.station().transaction() as session:
        first = store.save_items(session, request, changes)
    with warehouse.station().transaction() as session:
        assert store.save_items(session, request, changes) == first
        assert session.row("SELECT count(*) AS n FROM item WHERE sku = 'ONCE'") == {"n": 1}
    with pytest.raises(Refusal, match=r"ledger\.request_reused"), warehouse.station().transaction() as session:
        store.save_items(session, request, [ItemChange({**EACH, "sku": "TWICE"})])


def test_products_are_not_written_by_who_may_not(warehouse: Site) -> None:
    with pytest.raises(Refusal) as caught, warehouse.station("bench1", "OPERATOR1").transaction() as session:
        store.save_items(session, uuid4(), [ItemChange({"name": "X"}, warehouse.items["WIDGET"])])
    assert (caught.value.code, caught.value.facts["permission"]) == ("permission.missing", "edit_products")


@pytest.mark.parametrize(
    ("values", "code", "facts"),
    [
        ({"state": "blocked"}, "record.unknown_field", {"field": "state"}),
        ({"hs_code": "12"}, "record.value_refused", {"field": "hs_code", "value": "12"}),
        ({"origin": "Germany"}, "record.value_refused", {"field": "origin"}),
        ({"hazard_class": "10"}, "record.value_refused", {"field": "hazard_class"}),
        ({"name": None}, "record.value_missing", {"field": "name"}),
        ({"name": ""}, "record.value_refused", {"field": "name"}),
        ({"shelf_life_days": "soon"}, "record.value_unreadable", {}),
        ({"shelf_life_days": 0}, "record.value_refused", {"field": "shelf_life_days"}),
        ({"category_id": str(uuid4())}, "record.unknown_reference", {"field": "category_id"}),
        ({"codes": (Code("gtin", "00012345678906"),)}, "code.wrong_check_digit", {"barcode": "00012345678906"}),
        ({"codes": (Code("gtin", "04012345678918"),)}, "code.belongs_to", {"owner": "MILK"}),
        ({"codes": (Code("sku", "SH-CMD-UNDO"),)}, "code.reserved", {}),
        ({"codes": (Code("sku", "small"),)}, "code.not_a_code", {"barcode": "small"}),
        ({"codes": (Code("sku", "W-P", "pallet"),)}, "code.unknown_unit", {"unit": "pallet"}),
        ({"codes": (Code("article", "A-1"),)}, "code.issuer_missing", {"barcode": "A-1"}),
        ({"units": (Unit("case", 0),)}, "factor.not_positive", {}),
        ({"units": (Unit("third", 1, 3),)}, "unit.not_exact", {"unit": "third", "factor": "1/3"}),
        ({"units": (Unit("case", 2), Unit("case", 3))}, "unit.twice", {"sku": "WIDGET"}),
        ({"units": (Unit("each", 2),)}, "unit.base_is_one", {"unit": "each"}),
        ({"units": (Unit("Case", 2),)}, "unit.unreadable", {"unit": "Case"}),
        ({"units": (Unit("case", 2, length_mm=0),)}, "unit.wrong_size", {}),
    ],
)
def test_what_a_product_cannot_be_is_refused_by_name(
    warehouse: Site, values: dict[str, object], code: str, facts: dict[str, str]
) -> None:
    with pytest.raises(Refusal) as caught:
        save(warehouse, values, warehouse.items["WIDGET"])
    assert caught.value.code == code
    assert {name: caught.value.facts[name] for name in facts} == facts


def test_a_unit_that_a_code_stands_for_cannot_go(warehouse: Site) -> None:
    item = warehouse.items["WIDGET"]
    save(warehouse, {"codes": (Code("sku", "W-CASE", "case"),)}, item)
    with pytest.raises(Refusal, match=r"unit\.in_use"):
        save(warehouse, {"units": ()}, item)


def test_a_bill_never_leads_back_to_what_it_makes(warehouse: Site) -> None:
    widget, gadget, oil = (warehouse.items[sku] for sku in ("WIDGET", "GADGET", "OIL"))
    save(warehouse, {"bom": Bill("assembled", (BillLine(gadget, "each", Decimal(2)),))}, widget)
    save(warehouse, {"bom": Bill("assembled", (BillLine(oil, "kg", Decimal("0.25")),))}, gadget)
    with pytest.raises(Refusal) as caught:
        save(warehouse, {"bom": Bill("fixed", (BillLine(widget, "each", Decimal(1)),))}, oil)
    assert (caught.value.code, caught.value.facts) == ("bom.circle", {"sku": "OIL", "component": "WIDGET"})


def test_a_bundle_has_no_stock_and_opens_into_its_parts_however_deep(warehouse: Site) -> None:
    widget, gadget = warehouse.items["WIDGET"], warehouse.items["GADGET"]
    inner = save(warehouse, {**EACH, "sku": "PAIR", "bom": Bill("fixed", (BillLine(widget, "each", Decimal(2)),))}).id
    outer = save(
        warehouse,
        {
            **EACH,
            "sku": "SET",
            "bom": Bill("fixed", (BillLine(inner, "each", Decimal(3)), BillLine(gadget, "each", Decimal(1)))),
        },
    ).id
    warehouse.items |= {"SET": outer}
    with warehouse.station().transaction() as session:
        rows = session.rows("SELECT item_id, qty FROM explode_bom(%(i)s, 5)", i=outer)
    assert {row["item_id"]: row["qty"] for row in rows} == {widget: 30, gadget: 5}
    with pytest.raises(Refusal, match=r"bom\.bundle_moves"):
        warehouse.put("SET", "R01", 1)
    warehouse.put("WIDGET", "R01", 5)
    with pytest.raises(Refusal, match=r"bom\.bundle_in_stock"):
        save(warehouse, {"bom": Bill("fixed", (BillLine(gadget, "each", Decimal(1)),))}, widget)


def test_an_order_for_a_bundle_asks_for_its_parts_once_it_is_released(warehouse: Site) -> None:
    widget, gadget = warehouse.items["WIDGET"], warehouse.items["GADGET"]
    lines = (BillLine(widget, "each", Decimal(2)), BillLine(gadget, "each", Decimal(1)))
    warehouse.items["SET"] = save(warehouse, {**EACH, "sku": "SET", "bom": Bill("fixed", lines)}).id
    warehouse.document("order", ("OIL", 1), ("SET", 3))
    with warehouse.desk.transaction() as session:
        rows = session.rows(
            "SELECT l.line_no, i.sku, l.base_qty, l.bundle_no FROM document_line l JOIN item i ON i.id = l.item_id"
            " ORDER BY l.line_no"
        )
    assert [(row["sku"], row["base_qty"], row["bundle_no"]) for row in rows] == [
        ("OIL", 1, None),
        ("GADGET", 3, 2),
        ("WIDGET", 6, 2),
    ]
    with pytest.raises(Refusal, match=r"record\.in_use"), warehouse.station().transaction() as session:
        store.delete_record(session, uuid4(), "item", warehouse.items["SET"], None)


def test_what_a_product_does_not_say_itself_its_category_says(warehouse: Site) -> None:
    food = category(warehouse, "Food", defaults={"shelf_life_days": 30, "temperature_class": "ambient"})
    dairy = category(warehouse, "Dairy", food, defaults={"temperature_class": "chilled"})
    milk = warehouse.items["MILK"]
    save(warehouse, {"category_id": dairy}, milk)
    product = shown(warehouse, milk)
    assert (product.shelf_life_days, product.temperature_class) == (30, "chilled")
    assert (product.where_from("shelf_life_days"), product.where_from("temperature_class")) == ("Food", "Food / Dairy")
    save(warehouse, {"shelf_life_days": 12}, milk)
    with warehouse.station().transaction() as session:
        store.save_record(
            session,
            uuid4(),
            "category",
            {"defaults": {"shelf_life_days": 40, "temperature_class": "frozen"}},
            record=food,
            version=None,
        )
    product = shown(warehouse, milk)
    assert (product.shelf_life_days, product.where_from("shelf_life_days")) == (12, "")
    assert product.temperature_class == "chilled"
    save(warehouse, {"shelf_life_days": None}, milk)
    assert shown(warehouse, milk).shelf_life_days == 40


def test_a_category_moves_with_all_below_it_but_never_below_itself(warehouse: Site) -> None:
    food, other = category(warehouse, "Food"), category(warehouse, "Other", defaults={"hs_code": "040110"})
    dairy = category(warehouse, "Dairy", food)
    milk = category(warehouse, "Milk", dairy)
    with pytest.raises(Refusal) as caught, warehouse.station().transaction() as session:
        store.save_record(session, uuid4(), "category", {"parent_id": milk}, record=food, version=None)
    assert (caught.value.code, caught.value.facts["parent"]) == ("category.circle", "Food / Dairy / Milk")
    save(warehouse, {"category_id": milk}, warehouse.items["MILK"])
    with warehouse.station().transaction() as session:
        store.save_record(session, uuid4(), "category", {"parent_id": other}, record=dairy, version=None)
        names = {each.full_name for each in store.categories(session)}
    assert {"Other / Dairy", "Other / Dairy / Milk"} <= names
    assert shown(warehouse, warehouse.items["MILK"]).hs_code == "040110"


def test_categories_may_be_as_deep_as_somebody_likes(warehouse: Site) -> None:
    above = None
    for n in range(60):
        above = category(warehouse, f"Level {n}", above)
    with warehouse.station().transaction() as session:
        deepest = max(store.categories(session), key=lambda each: len(each.path))
    assert deepest.full_name.startswith("Level 0 / Level 1 / ")
    assert len(deepest.path) == 60


def test_attributes_have_types_choices_and_limits_and_hold_for_what_is_below(warehouse: Site) -> None:
    lamps = category(warehouse, "Lamps")
    desk = category(warehouse, "Desk lamps", lamps)
    attribute(warehouse, "Power", lamps, type="number", unit="W", minimum=1, maximum=100)
    attribute(warehouse, "Socket", lamps, type="choice", choices=["E14", "E27"])
    attribute(warehouse, "Dimmable", lamps, type="truth")
    item = warehouse.items["WIDGET"]
    save(warehouse, {"category_id": desk, "attributes": {"Power": "7.5", "Socket": "E27", "Dimmable": True}}, item)
    for wrong, code in (
        ({"Power": "many"}, "attribute.wrong_type"),
        ({"Power": "500"}, "attribute.out_of_limits"),
        ({"Socket": "B22"}, "attribute.not_a_choice"),
        ({"Dimmable": "yes"}, "attribute.wrong_type"),
        ({"Colour": "red"}, "attribute.unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            save(warehouse, {"attributes": wrong}, item)
        assert caught.value.code == code
    with pytest.raises(Refusal, match=r"attribute\.name_taken"):
        attribute(warehouse, "Power", desk, type="text")


def test_an_attribute_is_not_made_narrower_than_what_is_there(warehouse: Site) -> None:
    lamps = category(warehouse, "Lamps")
    power = attribute(warehouse, "Power", lamps, type="number")
    save(warehouse, {"category_id": lamps, "attributes": {"Power": "250"}}, warehouse.items["WIDGET"])
    with pytest.raises(Refusal) as caught, warehouse.station().transaction() as session:
        store.save_record(session, uuid4(), "attribute_definition", {"maximum": 100}, record=power, version=None)
    assert (caught.value.code, caught.value.facts["count"], caught.value.facts["first"]) == (
        "attribute.values_do_not_fit",
        1,
        "WIDGET",
    )


def test_a_required_attribute_may_be_missing_while_a_product_is_introduced_only(warehouse: Site) -> None:
    lamps = category(warehouse, "Lamps")
    attribute(warehouse, "Power", lamps, type="number", required=True)
    with pytest.raises(Refusal, match=r"attribute\.required"):
        save(warehouse, {"category_id": lamps}, warehouse.items["WIDGET"])
    desk = category(warehouse, "Desk lamps", lamps, defaults={"attributes": {"Power": "5"}})
    save(warehouse, {"category_id": desk}, warehouse.items["WIDGET"])
    assert shown(warehouse, warehouse.items["WIDGET"]).given_attributes["Power"].category == "Lamps / Desk lamps"


def test_what_is_used_is_not_deleted_and_the_refusal_says_where(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 5)
    save(warehouse, {"substitutes": (Substitute(warehouse.items["WIDGET"]),)}, warehouse.items["GADGET"])
    with pytest.raises(Refusal) as caught, warehouse.station().transaction() as session:
        store.delete_record(session, uuid4(), "item", warehouse.items["WIDGET"], None)
    assert caught.value.code == "record.in_use"
    assert caught.value.facts["count"] == 3
    assert "WH001-STO-R01" in str(caught.value.facts["where"])
    assert "GADGET" in str(caught.value.facts["where"])
    with pytest.raises(Refusal, match=r"item\.not_idle"):
        save(warehouse, {"archived": True}, warehouse.items["WIDGET"])
    with warehouse.station().transaction() as session:
        store.delete_record(session, uuid4(), "item", warehouse.items["GADGET"], None)
        assert session.rows("SELECT FROM code WHERE value = 'GADGET'") == []


def test_the_history_of_a_product_says_who_changed_what_also_on_its_parts(warehouse: Site) -> None:
    item = warehouse.items["WIDGET"]
    save(warehouse, {"name": "Better widget", "codes": (Code("sku", "W-1"),)}, item)
    with warehouse.station().transaction() as session:
        history = records.history(session, kind="item", id=item)
    assert {(entry.part, entry.verb) for entry in history[:3]} == {
        ("item", "UPDATE"), ("code", "INSERT"), ("code", "DELETE")
    }  # fmt: skip
    change = next(entry for entry in history if entry.part == "item")
    assert change.before is not None
    assert change.after is not None
    assert (change.person, change.before["name"], change.after["name"]) == ("Manager1", "Widget", "Better widget")
    operator = warehouse.station("bench1", "OPERATOR1")
    with pytest.raises(Refusal, match=r"permission\.missing"), operator.transaction() as session:
        records.history(session, kind="item", id=item)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("widget", "WIDGET"),
        ("wigdet", "WIDGET"),
        ("WIDG", "WIDGET"),
        ("gadgt", "GADGET"),
        ("standrad lantren", "LAMP-X"),
        ("4012345678918", ""),
        ("04012345678918", "MILK"),
        ("0401234567892", "DRILL"),
        ("100%", ""),
    ],
)
def test_products_are_found_by_what_somebody_knows_of_them(warehouse: Site, text: str, found: str) -> None:
    save(warehouse, {**EACH, "sku": "LAMP-X", "name": "Standard lantern, brass"})
    with warehouse.station("bench1", "OPERATOR1").transaction() as session:
        rows = store.page(session, ProductQuery(text=text), offset=0, limit=5)
        counts = store.counts(session, ProductQuery(text=text))
    assert next((row.sku for row in rows), "") == found
    assert counts["all"][""] == len(rows)


def test_filters_of_the_list_all_hold_together(warehouse: Site) -> None:
    food = category(warehouse, "Food")
    dairy = category(warehouse, "Dairy", food)
    save(warehouse, {"category_id": dairy}, warehouse.items["MILK"])
    with warehouse.station().transaction() as session:
        below = store.page(session, ProductQuery(category=food), offset=0, limit=9)
        without = store.page(session, ProductQuery(uncategorised=True), offset=0, limit=9)
        serial = store.page(session, ProductQuery(tracking=(below[0].tracking,)), offset=0, limit=9)
        counts = store.counts(session, ProductQuery())
        by_two = store.page(session, ProductQuery(order=(("tracking", True), ("sku", False))), offset=0, limit=9)
        pages = [store.page(session, ProductQuery(order=(("codes", True),)), offset=n, limit=1) for n in range(5)]
    expected = sorted(sorted(by_two, key=lambda row: row.sku), key=lambda row: row.tracking, reverse=True)
    assert list(by_two) == expected
    assert [row.codes for (row,) in pages] == sorted((row.codes for (row,) in pages), reverse=True)
    assert [row.sku for row in below] == ["MILK"]
    assert len(without) == 4
    assert [row.sku for row in serial] == ["MILK"]
    assert counts["state"] == {"active": 5}
    assert counts["category"][str(dairy)] == 1
