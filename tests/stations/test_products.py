"""Products on their screen: found, made, changed, put away; categories, variants and rules."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image as Pillow
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.database import products as store
from app.database.products import ItemChange
from app.domain.catalog.products import Product
from app.services.work import UnitOfWork, Worker
from app.stations.kit.kit import Kit
from app.stations.products import ProductsScreen
from app.stations.products.screen import DetailPage
from app.texts import Texts
from tests.stations.desks import work_of
from tests.support import Site


@pytest.fixture
def screen(kit: Kit, warehouse: Site, qtbot: QtBot) -> Iterator[ProductsScreen]:
    screen = ProductsScreen(Kit(Texts.load(), kit.theme, kit.sounds, kit.tasks), work_of(warehouse, "desk_manager"))
    qtbot.addWidget(screen)
    screen.resize(1366, 728)
    screen.show()
    rest(screen, qtbot)
    yield screen
    screen.let_go()
    qtbot.waitUntil(lambda: not kit.tasks.busy, timeout=20_000)


def rest(screen: ProductsScreen, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not screen._kit.tasks.busy, timeout=20_000)


def press(screen: ProductsScreen, qtbot: QtBot, command: str) -> None:
    keys = {name: key for key, name in screen.keys.commands().items()}
    QTest.keyClick(screen, Qt.Key(int(Qt.Key.Key_F1) + keys[command] - 1))
    rest(screen, qtbot)


def shown(screen: ProductsScreen, qtbot: QtBot) -> list[str]:
    """The first cells of the table in front."""
    rest(screen, qtbot)
    table = screen.page.table()
    assert table is not None
    return [table.model.record(n).cells[0] for n in range(table.model.rowCount())]


def take(screen: ProductsScreen, qtbot: QtBot, *names: str) -> None:
    rows = shown(screen, qtbot)
    table = screen.page.table()
    assert table is not None
    table.view.clearSelection()
    table.view._select(sorted(rows.index(name) for name in names))
    rest(screen, qtbot)


def opened(screen: ProductsScreen, qtbot: QtBot, sku: str) -> DetailPage:
    take(screen, qtbot, sku)
    press(screen, qtbot, "OPEN_PRODUCT")
    page = screen.page
    assert isinstance(page, DetailPage)
    return page


def answer(screen: ProductsScreen, qtbot: QtBot, **answers: str) -> str:
    """Fill the form and book it; what was said."""
    assert screen.form is not None, screen.band.text()
    for name, value in answers.items():
        screen.form.give(name, value)
    press(screen, qtbot, "BOOK")
    return screen.band.text()


def now(warehouse: Site, sku: str) -> Product:
    with warehouse.desk.transaction() as session:
        found = store.find_product(session, sku)
        assert found is not None
        product = store.product(session, found)
    assert product is not None
    return product


def type_into(page: DetailPage, name: str, text: str) -> None:
    editor = page.page.master.editors[name]
    editor.setFocus()
    editor.selectAll()  # type: ignore[union-attr]
    QTest.keyClicks(editor, text)


def test_the_list_forgives_slips_and_finds_codes(screen: ProductsScreen, qtbot: QtBot) -> None:
    assert shown(screen, qtbot) == ["DRILL", "GADGET", "MILK", "OIL", "WIDGET"]
    screen.list.rows.filter.setText("wigdet")
    qtbot.waitUntil(lambda: screen.list.rows.model.query.text == "wigdet")
    assert shown(screen, qtbot) == ["WIDGET"]
    screen.on_scan("4012345678918", "ean-13", "scanner")
    qtbot.waitUntil(lambda: screen.list.rows.model.query.text == "04012345678918")
    assert shown(screen, qtbot) == ["MILK"]


def test_a_new_product_needs_a_number_and_a_name(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    press(screen, qtbot, "NEW_PRODUCT")
    page = screen.page
    assert isinstance(page, DetailPage)
    press(screen, qtbot, "SAVE")
    assert "Number must not be empty" in screen.band.text()
    type_into(page, "sku", "LAMP-1")
    type_into(page, "name", "Desk lamp")
    page.page.codes.add_row()
    page.page.codes.type_into(0, "code", "0012345678905")
    press(screen, qtbot, "SAVE")
    assert screen.band.text().startswith("LAMP-1 is saved.")
    lamp = now(warehouse, "LAMP-1")
    assert (lamp.name, lamp.base_uom, [code.value for code in lamp.codes]) == ("Desk lamp", "each", ["00012345678905"])


def test_units_bills_and_substitutes_are_typed_by_number(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    page = opened(screen, qtbot, "GADGET").page
    page.units.add_row()
    page.units.type_into(0, "unit", "Case")
    page.units.type_into(0, "factor", "6")
    page.bill.add_row()
    page.bill.type_into(0, "sku", "widget")
    page.bill.type_into(0, "quantity", "2")
    page.bill_kind.setCurrentIndex(1)
    page.substitutes.add_row()
    page.substitutes.type_into(0, "sku", "DRILL")
    press(screen, qtbot, "SAVE")
    gadget = now(warehouse, "GADGET")
    assert [(unit.unit, unit.numerator) for unit in gadget.units] == [("case", 6)]
    assert gadget.bom is not None
    assert (gadget.bom.kind, [(line.sku, line.quantity) for line in gadget.bom.lines]) == (
        "assembled",
        [("WIDGET", Decimal(2))],
    )
    assert [each.sku for each in gadget.substitutes] == ["DRILL"]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    page = opened(screen, qtbot, "WIDGET")
    with warehouse.desk.transaction() as session:
        session.change("UPDATE item SET description = 'From the admin' WHERE sku = 'WIDGET'")
    type_into(page, "name", "Mine")
    press(screen, qtbot, "SAVE")
    assert "Admin changed WIDGET in the meantime" in screen.band.text()
    assert page.page.master.values()["name"] == "Mine"
    assert now(warehouse, "WIDGET").description == "From the admin"


def test_what_is_typed_is_not_left_by_one_escape(screen: ProductsScreen, qtbot: QtBot) -> None:
    page = opened(screen, qtbot, "WIDGET")
    type_into(page, "name", "Half")
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.page is page
    assert "not saved" in screen.band.text()
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.page.keys()[0] == "NEW_PRODUCT"


def test_pictures_are_made_small_and_stored_once(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot, tmp_path: Path
) -> None:
    picture = tmp_path / "widget.png"
    Pillow.effect_noise((2400, 1800), 90).convert("RGB").save(picture)
    for sku in ("WIDGET", "GADGET"):
        page = opened(screen, qtbot, sku)
        page.page.turn_to("images")
        page.add_picture(picture)
        rest(screen, qtbot)
        assert page.page.pictures.count() == 1
        press(screen, qtbot, "SAVE")
        press(screen, qtbot, "CLOSE_PRODUCT")
    assert now(warehouse, "WIDGET").images == now(warehouse, "GADGET").images != ()
    assert warehouse.count("attachment") == 1
    with warehouse.superuser() as connection:
        size = connection.execute("SELECT octet_length(content), octet_length(thumbnail) FROM attachment").fetchone()
    assert size is not None
    assert size[0] <= 300 * 1024
    assert size[1] <= 32 * 1024


def test_a_file_that_is_no_picture_is_refused_by_name(screen: ProductsScreen, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(screen, qtbot, "WIDGET")
    (tmp_path / "invoice.png").write_bytes(b"%PDF-1.4")
    page.add_picture(tmp_path / "invoice.png")
    rest(screen, qtbot)
    assert "invoice.png" in screen.band.text()


def test_many_are_changed_after_a_look_and_taken_back(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    take(screen, qtbot, "WIDGET", "GADGET")
    press(screen, qtbot, "BULK")
    answer(screen, qtbot, field="hs_code", value="940520")
    assert sorted(shown(screen, qtbot)) == ["GADGET", "WIDGET"]
    assert now(warehouse, "WIDGET").hs_code == ""
    press(screen, qtbot, "APPLY")
    assert now(warehouse, "WIDGET").hs_code == now(warehouse, "GADGET").hs_code == "940520"
    press(screen, qtbot, "UNDO")
    assert now(warehouse, "WIDGET").hs_code == ""


def test_a_state_is_changed_with_a_reason_where_one_is_needed(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "STATE")
    assert "Say why" in answer(screen, qtbot, state="blocked")
    assert "1 product: Blocked." in answer(screen, qtbot, reason="Sharp edges")
    widget = now(warehouse, "WIDGET")
    assert (widget.state, widget.transitions[0].reason) == ("blocked", "Sharp edges")


def test_what_is_used_is_archived_instead_of_deleted(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    warehouse.order_line("WIDGET", 1)
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "DELETE")
    assert "WIDGET is in use (1)" in screen.band.text()
    take(screen, qtbot, "GADGET")
    press(screen, qtbot, "ARCHIVE")
    assert "GADGET" not in shown(screen, qtbot)
    press(screen, qtbot, "UNDO")
    assert "GADGET" in shown(screen, qtbot)


def test_a_copy_has_everything_but_codes(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    take(screen, qtbot, "WIDGET")
    press(screen, qtbot, "COPY")
    assert "WIDGET-2 is made" in answer(screen, qtbot, sku="WIDGET-2")
    copy = now(warehouse, "WIDGET-2")
    assert ([unit.unit for unit in copy.units], copy.codes) == (["case"], ())


def test_categories_are_made_moved_and_taken_back(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    screen.tabs.setCurrentIndex(1)
    rest(screen, qtbot)
    page = screen.categories
    for name in ("Food", "Dairy"):
        page.tree.clearSelection()
        page.tree.setCurrentItem(None)  # type: ignore[call-overload]
        press(screen, qtbot, "NEW_CATEGORY")
        answer(screen, qtbot, name=name)
    by_name = {each.name: each for each in page.all}
    page.tree.moved.emit(by_name["Dairy"].id, by_name["Food"].id, 0)
    rest(screen, qtbot)
    assert [each.full_name for each in page.all] == ["Food", "Food / Dairy"]
    page.tree.moved.emit(by_name["Food"].id, by_name["Dairy"].id, 0)
    rest(screen, qtbot)
    assert "cannot stand below" in screen.band.text()
    press(screen, qtbot, "UNDO")
    assert [each.full_name for each in page.all] == ["Dairy", "Food"]


def test_a_category_that_goods_are_in_is_archived_instead_of_deleted(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    with warehouse.desk.transaction() as session:
        session.change("INSERT INTO category (name) VALUES ('Tools')")
        session.change(
            "UPDATE item SET category_id = (SELECT id FROM category WHERE name = 'Tools') WHERE sku = 'DRILL'"
        )
    screen.tabs.setCurrentIndex(1)
    rest(screen, qtbot)
    page = screen.categories
    page.refresh()
    rest(screen, qtbot)
    page.choose("Tools")
    press(screen, qtbot, "DELETE")
    assert "Tools is in use (1): DRILL" in screen.band.text()
    press(screen, qtbot, "RENAME")
    assert "Tools is saved" in answer(screen, qtbot, in_use="no")
    rest(screen, qtbot)
    item = page.tree.currentItem()
    assert item is not None
    assert "Archived" in item.text(0)
    assert [each.archived for each in page.all] == [True]


def test_an_attribute_of_a_category_is_asked_of_its_products(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    screen.tabs.setCurrentIndex(1)
    rest(screen, qtbot)
    press(screen, qtbot, "NEW_CATEGORY")
    answer(screen, qtbot, name="Lamps")
    screen.categories.choose("Lamps")
    press(screen, qtbot, "NEW_ATTRIBUTE")
    answer(screen, qtbot, name="Socket", type="choice", choices="E14, E27")
    worker = Worker(warehouse.desk, screen.work.run.__self__.changes)  # type: ignore[attr-defined]
    lamps = screen.categories.all[0].id
    item = warehouse.items["WIDGET"]
    worker.run(lambda unit: store.save_items(unit.session, unit.request_id, [ItemChange({"category_id": lamps}, item)]))
    screen.tabs.setCurrentIndex(0)
    page = opened(screen, qtbot, "WIDGET").page
    assert page.attributes is not None
    box = page.attributes.editors["Socket"]
    box.setCurrentIndex(box.findData("E27"))  # type: ignore[union-attr]
    press(screen, qtbot, "SAVE")
    assert screen.band.text().startswith("WIDGET is saved.")
    assert now(warehouse, "WIDGET").attributes == {"Socket": "E27"}


def test_a_new_product_begins_with_what_its_category_says_and_tells_so(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    screen.tabs.setCurrentIndex(1)
    rest(screen, qtbot)
    press(screen, qtbot, "NEW_CATEGORY")
    answer(screen, qtbot, name="Dairy")
    screen.categories.choose("Dairy")
    screen.categories.defaults.show_values({"tracking": "lot", "shelf_life_days": 20, "origin": "DE"})
    press(screen, qtbot, "SAVE")
    press(screen, qtbot, "NEW_ATTRIBUTE")
    answer(screen, qtbot, name="Fat", type="number", unit="%", maximum="100")
    screen.categories.attributes.view._select([0])
    press(screen, qtbot, "ATTRIBUTE_DEFAULT")
    assert "120" in answer(screen, qtbot, value="120")
    answer(screen, qtbot, value="3.5")
    assert screen.categories.attributes.model.record(0).cells[-1] == "3.5"
    dairy = screen.categories.all[0].id
    screen.tabs.setCurrentIndex(0)
    rest(screen, qtbot)
    press(screen, qtbot, "NEW_PRODUCT")
    detail = screen.page
    assert isinstance(detail, DetailPage)
    form = detail.page.master
    for name, typed in (("sku", "CREAM"), ("name", "Cream"), ("origin", "FR")):
        form.editors[name].setText(typed)  # type: ignore[union-attr]
        form.editors[name].textEdited.emit(typed)  # type: ignore[union-attr]
    box = form.editors["category_id"]
    box.setCurrentIndex(next(n for n in range(box.count()) if box.itemData(n) == dairy))  # type: ignore[union-attr]
    rest(screen, qtbot)
    assert (form.value("tracking"), form.value("shelf_life_days"), form.value("origin")) == ("lot", 20, "FR")
    assert "Dairy" in form.notes["shelf_life_days"].text() and not form.notes["origin"].text()
    assert detail.page.attributes is not None and "3.5" in detail.page.attributes.notes["Fat"].text()
    press(screen, qtbot, "SAVE")
    made = now(warehouse, "CREAM")
    assert (made.tracking, made.shelf_life_days, made.origin, made.own) == ("lot", 20, "FR", ("origin",))


def test_another_category_brings_its_own_values_but_not_over_what_was_typed(
    screen: ProductsScreen, warehouse: Site, qtbot: QtBot
) -> None:
    worker = Worker(warehouse.desk, screen.work.run.__self__.changes)  # type: ignore[attr-defined]

    def make(unit: UnitOfWork) -> None:
        for name, origin in (("Here", "DE"), ("There", "CN")):
            values = {"name": name, "defaults": {"origin": origin}}
            store.save_record(unit.session, uuid4(), "category", values, record=None, version=None)

    worker.run(make)
    press(screen, qtbot, "NEW_PRODUCT")
    detail = screen.page
    assert isinstance(detail, DetailPage)
    form = detail.page.master
    box = form.editors["category_id"]
    for name, origin in (("Here", "DE"), ("There", "CN"), ("–", "")):
        box.setCurrentIndex(box.findText(name))  # type: ignore[union-attr]
        rest(screen, qtbot)
        assert (form.value("origin") or "") == origin


def test_only_missing_variants_are_made(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    screen.tabs.setCurrentIndex(2)
    rest(screen, qtbot)
    press(screen, qtbot, "NEW_TEMPLATE")
    answer(screen, qtbot, code="shirt", name="Shirt", attributes="Size: S, M; Colour: Red, Blue")
    take(screen, qtbot, "SHIRT")
    press(screen, qtbot, "MISSING")
    assert shown(screen, qtbot) == ["… Missing"] * 4
    press(screen, qtbot, "APPLY")
    shirt = now(warehouse, "SHIRT-S-RED")
    assert (shirt.name, shirt.variant, shirt.template) == ("Shirt S Red", {"Size": "S", "Colour": "Red"}, "SHIRT")
    take(screen, qtbot, "SHIRT")
    press(screen, qtbot, "CHANGE_TEMPLATE")
    answer(screen, qtbot, attributes="Size: S, M, L; Colour: Red, Blue")
    take(screen, qtbot, "SHIRT")
    press(screen, qtbot, "MISSING")
    assert sorted(shown(screen, qtbot)) == ["… Missing"] * 2 + ["✓ There"] * 4


def test_rules_are_tried_before_they_move_anything(screen: ProductsScreen, warehouse: Site, qtbot: QtBot) -> None:
    screen.tabs.setCurrentIndex(1)
    rest(screen, qtbot)
    press(screen, qtbot, "NEW_CATEGORY")
    answer(screen, qtbot, name="Tools")
    screen.tabs.setCurrentIndex(3)
    rest(screen, qtbot)
    press(screen, qtbot, "NEW_RULE")
    answer(screen, qtbot, name="Drills are tools", value="drill", category="Tools")
    press(screen, qtbot, "DRY_RUN")
    assert shown(screen, qtbot) == ["DRILL"]
    assert now(warehouse, "DRILL").category == ""
    press(screen, qtbot, "APPLY")
    drill = now(warehouse, "DRILL")
    assert (drill.category, drill.category_rule) == ("Tools", "Drills are tools")
