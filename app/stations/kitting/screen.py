"""Kits, live: orders with what is made of them, what is short before anything is made, and bills of materials."""

from collections.abc import Sequence

from app.services import kitting
from app.services.kitting import KitSheet
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, deciding, page_of, timeline_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.kitting.bills import Bills
from app.stations.kitting.making import Making
from app.stations.kitting.rows import BILLS, NEEDS, ORDERS, bill_record, need_record, order_record

NAME = "kitting"


class KittingScreen(DeskScreen):
    """Kit orders and bills of materials in front; an order opens into what its parts need."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "document", "bom"})
        self.seen: KitSheet | None = None
        """The order that is looked into, as it was read last."""
        self.making = Making(self, self._in_sight)
        self.bills = Bills(self)
        self.on_code = self.bills.take_code
        self.show_front(self._orders(), self._bills())

    def look_into(self, number: str) -> None:
        """Show what the parts of an order need."""
        self.start(lambda: self.work.run(lambda unit: kitting.look_into(unit, number)), self._lay_needs)

    def _in_sight(self) -> KitSheet:
        assert self.seen is not None
        return self.seen

    def _lay_needs(self, seen: KitSheet) -> None:
        self.seen = seen
        self.lay_over(self._needs(seen.head.number))

    def _orders(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: kitting.listed(unit, self.warehouse))
            return [order_record(one, self.texts) for one in found]

        return Sheet(
            "kitting.orders",
            self.texts.text("titles", "kitting.orders"),
            ORDERS,
            page_of(ORDERS, read),
            lambda _query: self.hint("kitting.no_orders"),
            (
                Command("NEW_KIT_ORDER", self.making.ask_order, lambda _rows: self.hindered("plan_kit_order")),
                *self.one_of(
                    Command("OPEN_KITS", lambda rows: self.look_into(rows[0].cells[0])),
                    deciding(self, lambda rows: ("kit_order", rows[0].cells[0])),
                    Command("TIMELINE", lambda rows: self._timeline(rows[0].cells[0])),
                ),
            ),
            opened=lambda record: self.look_into(record.cells[0]),
        )

    def _needs(self, number: str) -> Sheet:
        def read() -> Sequence[Record]:
            self.seen = self.work.run(lambda unit: kitting.look_into(unit, number))
            return [need_record(one, self.texts) for one in self.seen.needs]

        return Sheet(
            "kitting.needs",
            self.words("kitting.title", number=number),
            NEEDS,
            page_of(NEEDS, read),
            lambda _query: self.hint("no_rows"),
            (*self.making.commands(), Command("TIMELINE", lambda _rows: self._timeline(number))),
            facts=self.making.facts,
        )

    def _bills(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [bill_record(one) for one in self.work.run(kitting.boms)]

        return Sheet(
            "kitting.bills",
            self.texts.text("titles", "kitting.bills"),
            BILLS,
            page_of(BILLS, read),
            lambda _query: self.hint("kitting.no_bills"),
            self.bills.commands(),
        )

    def _timeline(self, number: str) -> None:
        self.lay_over(timeline_of(self, kind="kit_order", number=number))
