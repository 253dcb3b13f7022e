"""Goods on consignment, live: what of ours stands with customers, what of suppliers stands here, and what is used."""

from collections.abc import Sequence

from app.domain.values import format_quantity
from app.services import consignment
from app.services.consignment import Consigned
from app.stations.consignment.questions import ConsignmentQuestions
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Column, Record

NAME = "consignment"
CONSIGNED = (
    Column("partner", "consignment.partner", 240),
    Column("place", "consignment.place", 200, identifier=True),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 260),
    Column("number", "reports.lot", 130, identifier=True),
    Column("expiry", "reports.expiry", 110, identifier=True),
    Column("quantity", "reports.quantity", 110, numeric=True),
    Column("unit", "reports.unit", 80, identifier=True),
)


class ConsignmentScreen(DeskScreen):
    """Two tabs: goods at customers, goods of suppliers."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        super().__init__(kit, NAME, work, kinds={"stock", "location", "partner"})
        questions = ConsignmentQuestions(self)
        self.show_front(
            self._sheet("customer", questions.at_customers()), self._sheet("supplier", questions.of_suppliers())
        )

    def _sheet(self, side: str, commands: tuple[Command, ...]) -> Sheet:
        def read() -> Sequence[Record]:
            warehouse = self.warehouse
            found = self.work.run(lambda unit: consignment.goods(unit, warehouse))
            return [consigned_record(one) for one in found if one.side == side]

        return Sheet(
            f"consignment.{side}",
            self.texts.text("titles", f"consignment.{side}"),
            CONSIGNED,
            page_of(CONSIGNED, read),
            lambda _query: self.hint(f"consignment.no_{side}"),
            commands,
            facts=lambda: self.hint(f"consignment.about_{side}"),
        )


def consigned_record(one: Consigned) -> Record:
    """One stock key on consignment."""
    cells = (
        f"{one.partner} {one.partner_name}",
        one.place,
        one.sku,
        one.name,
        one.number,
        one.expiry.isoformat() if one.expiry else "",
        format_quantity(one.quantity),
        one.unit,
    )
    return Record((one.location, one.item, one.trace, one.handling_unit, one.owner, one.status), cells, made_of=one)
