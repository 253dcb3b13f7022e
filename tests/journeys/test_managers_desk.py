"""A planner's day at the real window: claims, a transfer, a kit, a return, and the books closed in the evening."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.composition import demo
from app.database import ledger
from app.database.session import as_json
from app.domain.codes import badge
from app.services import kitting, people
from app.services.work import UnitOfWork
from app.stations.kit.desk import DeskScreen, QuestionForm
from tests.journeys.bench import Bench, bench, furnished_home
from tests.journeys.test_stock_desk import item, post

PLANNER = badge(7)
OATS, MUG, BITS = "FOOD-OATS-500", "HOME-MUG-WHT", "TOOL-BITS-32"


class Planner:
    """Hands and eyes at screens of sheets and questions."""

    def __init__(self, at: Bench) -> None:
        self._at = at
        self.player = at.player

    @property
    def screen(self) -> DeskScreen:
        """The screen in front, which must be one of sheets and questions."""
        assert isinstance(self.player.screen, DeskScreen)
        return self.player.screen

    def open(self, station: str) -> None:
        self.player.open_station(station)
        self.rest()

    def rest(self) -> None:
        self.player.settle()
        self.player.until(lambda: not self.screen.busy, "the booking")

    def rows(self) -> list[tuple[str, ...]]:
        self.rest()
        model = self.screen.table.model
        return [model.record(n).cells for n in range(model.rowCount())]

    def take(self, *words: str) -> None:
        """Take the first row in hand in which all these words stand."""
        found = next(n for n, cells in enumerate(self.rows()) if set(words) <= set(cells))
        self.screen.table.view.selectRow(found)
        self.rest()

    def press(self, command: str) -> None:
        keys = {name: key for key, name in self.screen.keys.commands().items()}
        QTest.keyClick(self.screen, Qt.Key(int(Qt.Key.Key_F1) + keys[command] - 1))
        self.rest()

    def answer(self, command: str, **answers: str) -> QuestionForm:
        """Press a key that asks, and fill in the form."""
        self.press(command)
        form = self.screen.form
        assert form is not None, self.screen.band.text()
        for name, given in answers.items():
            form.give(name, given)
        return form

    def book(self, said: str) -> None:
        self.screen.band.clear()
        self.press("BOOK")
        assert said in self.screen.band.text(), self.screen.band.text()

    def go_home(self) -> None:
        self.player.go_home()

    def proven(self) -> bool:
        with self._at.home.desk("auditor") as desk:
            desk.run(lambda unit: ledger.seal(unit.session))
            return desk.run(lambda unit: ledger.prove(unit.session)) == []


@pytest.fixture
def planner(home: Path, tmp_path: Path) -> Iterator[Planner]:
    """The demo's warehouse with some goods, another one with a dock, and Wanda, who may all that a manager may."""
    with furnished_home(home) as opened:
        with opened.desk("set-up") as set_up:
            set_up.run(lambda unit: people.save(unit, badge=PLANNER, name="Wanda", groups=["manager"], pin=demo.PIN))
            set_up.run(fill)
        with bench(opened, tmp_path) as standing:
            standing.sign_on(PLANNER)
            yield Planner(standing)


def fill(unit: UnitOfWork) -> None:
    """Mugs and bits on hand, an order that wants mugs, a second warehouse, and what a gift box is made of.

    The order leaves complete and wants more bits than there are, so that nobody but the planner reserves for it.
    """
    session = unit.session
    post(unit, "adjust_in", MUG, 20, "ADJUSTMENT", "A05")
    post(unit, "adjust_in", BITS, 12, "ADJUSTMENT", "A06")
    partner = session.call("ensure_partner", code="SHOPPER", name="Shopper", kind="customer")
    order = session.call(
        "create_document", kind="order", warehouse=site(unit), partner=partner, reference="", due=None,
        items=[item(unit, MUG), item(unit, BITS)], uoms=["each", "each"], qtys=[Decimal(6), Decimal(99)],
    )  # fmt: skip
    session.call("complete_document", document=order, line_nos=[1, 2], tolerances=[Decimal(0), Decimal(0)],
                 head=as_json({"complete_only": True}), said=as_json({}))  # fmt: skip
    session.call("decide_document", document=order, decision="released", version=1)
    other = session.call("create_warehouse", code="ZZ2", name="Annex", address="", type="DC", time_zone="UTC")
    session.change(
        "INSERT INTO location (warehouse_id, kind, name, address, walk_position)"
        " VALUES (%(site)s, 'dock', 'DOCK1', 'ZZ2-DOCK1', 1)",
        site=other,
    )
    kitting.save_bom(unit, kit=BITS, parts={MUG: "2"})
    unit.changed("stock")


def site(unit: UnitOfWork) -> UUID:
    found: UUID = unit.session.rows("SELECT id FROM warehouse ORDER BY id LIMIT 1")[0]["id"]
    return found


def test_a_planners_day(planner: Planner) -> None:
    she_looks_from_the_stock_into_the_claims_and_keeps_mugs_for_an_order(planner)
    she_sends_mugs_to_the_annex_and_receives_them(planner)
    she_makes_a_kit_and_takes_it_back(planner)
    a_customer_sends_something_back(planner)
    she_closes_the_books_and_opens_them_again(planner)
    assert planner.proven()


def she_looks_from_the_stock_into_the_claims_and_keeps_mugs_for_an_order(planner: Planner) -> None:
    planner.open("claims")
    planner.take(MUG)
    planner.press("CLAIMS")
    planner.take("○ Wanted")
    planner.answer("RESERVE", quantity="6")
    planner.book("are reserved for")
    assert "■ Reserved" in planner.rows()[0]
    planner.go_home()


def she_sends_mugs_to_the_annex_and_receives_them(planner: Planner) -> None:
    planner.open("transfers")
    form = planner.answer("NEW_TRANSFER")
    target = form.widgets["target"]
    form.give("target", target.itemData(1))  # type: ignore[union-attr]
    planner.book("Scan the goods")
    planner.answer("NEW_LINE", item=MUG, quantity="5")
    planner.book("stand on the list")
    planner.answer("MAKE_TRANSFER")
    planner.book("can be sent")
    planner.answer("SEND")
    planner.book("is on its way")
    planner.answer("RECEIVE", quantity="4")
    planner.book("stand at the dock")
    assert planner.rows()[0][-1] == "▲ Missing"
    planner.go_home()


def she_makes_a_kit_and_takes_it_back(planner: Planner) -> None:
    planner.open("kitting")
    planner.answer("NEW_KIT_ORDER", item=BITS, quantity="2")
    planner.book("look what its parts need")
    planner.take(BITS)
    planner.press("OPEN_KITS")
    planner.answer("MAKE_KITS")
    planner.book("are made")
    planner.press("UNDO")
    planner.go_home()


def a_customer_sends_something_back(planner: Planner) -> None:
    planner.open("returns")
    planner.answer("BLIND_RETURN", item=MUG, quantity="1", disposition="rework", reason="RETURNED")
    planner.book("stand at the dock")
    planner.go_home()


def she_closes_the_books_and_opens_them_again(planner: Planner) -> None:
    planner.open("books")
    planner.answer("CLOSE_BOOKS", note="Month reported")
    planner.book("The books are closed until")
    planner.answer("REOPEN_BOOKS", note="A paper was found")
    planner.book("open again")
    planner.go_home()
