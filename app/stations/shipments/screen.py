"""The shipping desk, live: cartons and their labels in front, what waits for a manifest, and the manifests."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFileDialog

from app.services.carriers import buying, requests, setting_up
from app.services.printing import JOB
from app.services.shipping import SHIPMENT, ending, manifests
from app.services.shipping.tracking import TRACKING
from app.stations.kit.desk import Command, DeskScreen, DeskWork, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.shipments.labels import Labels
from app.stations.shipments.requests import CarrierRequests
from app.stations.shipments.rows import (
    CARTONS,
    LEFT,
    LISTED,
    MANIFESTS,
    WAITING,
    carton_record,
    left_record,
    listed_record,
    manifest_record,
    waiting_record,
)
from app.stations.shipments.tracking import Tracking
from app.stations.shipments.trucks import Trucks
from app.stations.shipments.unpacking import Unpacking

NAME = "shipments"


class ShipmentsScreen(DeskScreen):
    """Sealed cartons, those that wait for a manifest, manifests with their cartons, and cartons to be unpacked."""

    def __init__(self, kit: Kit, work: DeskWork) -> None:
        kinds = {JOB, TRACKING, buying.PURCHASE, requests.REQUEST, SHIPMENT, "parcel", "document", setting_up.CARRIER}
        super().__init__(kit, NAME, work, kinds=kinds)
        self.labels = Labels(self, self.choose_file)
        self.trucks = Trucks(self, kit, choose_file=self.choose_file, look_into=self.look_into)
        self.tracking, self.requests = Tracking(self), CarrierRequests(self)
        self.unpacking = Unpacking(self)
        self._ending = ""
        self.on_code = self._find
        leaving = (self._cartons(), self._waiting(), self._manifests())
        self.show_front(*leaving, self.unpacking.waiting(), self.requests.sheet(), self.tracking.sheet())

    def look_into(self, number: str) -> None:
        """Show the cartons of a manifest."""
        self.lay_over(self._listed(number))

    def choose_file(self, suggested: str) -> QFileDialog:
        """A dialog for the file of a paper; whoever wants it connects to its choice."""
        dialog = QFileDialog(self, self.words("inbound.choose_file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(".pdf")
        dialog.setNameFilter(self.words("inbound.filter_pdf"))
        dialog.selectFile(suggested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    # - inside -

    def _find(self, code: str) -> bool:
        """A scanned carton is looked for by its number."""
        self.table.filter.setText(code)
        return True

    def _cartons(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: buying.cartons(unit, self.warehouse))
            ending = self.work.run(setting_up.running_out)
            self._ending = "   ·   ".join(
                self.words("shipments.numbers_end", carrier=one.carrier, left=str(one.left)) for one in ending
            )
            return [carton_record(one, self.texts) for one in found]

        return Sheet(
            "shipments.cartons",
            self.words("shipments.cartons_to_send"),
            CARTONS,
            page_of(CARTONS, read),
            lambda _query: self.hint("shipments.no_cartons"),
            (*self.labels.commands(), *self.unpacking.commands()),
            facts=lambda: self._ending,
            opened=self.labels.show_rates,
        )

    def _waiting(self) -> Sheet:
        def read() -> Sequence[Record]:
            return [waiting_record(one) for one in self.work.run(lambda unit: manifests.waiting(unit, self.warehouse))]

        return Sheet(
            "shipments.waiting",
            self.words("shipments.end_of_day"),
            WAITING,
            page_of(WAITING, read),
            lambda _query: self.hint("shipments.none_waits"),
            self.one_of(
                Command("CLOSE_MANIFEST", self.trucks.ask_close, lambda _rows: self.hindered("ship")),
                Command("ORDER_PICKUP", self.requests.ask_pickup, lambda _rows: self.hindered("ship")),
            ),
        )

    def _manifests(self) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: manifests.shipments(unit, self.warehouse))
            return [manifest_record(one, self.texts) for one in found]

        return Sheet(
            "shipments.manifests",
            self.words("shipments.manifests"),
            MANIFESTS,
            page_of(MANIFESTS, read),
            lambda _query: self.hint("shipments.no_manifests"),
            (
                *self.one_of(Command("OPEN_MANIFEST", lambda rows: self.look_into(rows[0].cells[0]))),
                *self.trucks.commands(),
                Command("END_OF_DAY", lambda _rows: self.lay_over(self._left_over())),
            ),
            opened=lambda record: self.look_into(record.cells[0]),
        )

    def _left_over(self) -> Sheet:
        """What is still here at the end of the day, with the paper that says so."""

        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: ending.left_over(unit, self.warehouse))
            return [left_record(one, self.texts) for one in found]

        return Sheet(
            "shipments.left_over",
            self.words("shipments.left_over"),
            LEFT,
            page_of(LEFT, read),
            lambda _query: self.hint("shipments.nothing_left"),
            (
                *self.labels.of_listed(),
                Command("WRITE_END_OF_DAY", lambda _rows: self.trucks.choose_end_of_day()),
            ),
        )

    def _listed(self, number: str) -> Sheet:
        def read() -> Sequence[Record]:
            found = self.work.run(lambda unit: manifests.look_into(unit, number))
            return [listed_record(one, self.texts) for one in found.cartons]

        return Sheet(
            "shipments.listed",
            self.words("shipments.cartons_of", number=number),
            LISTED,
            page_of(LISTED, read),
            lambda _query: self.hint("no_rows"),
            (
                Command(
                    "TAKE_OFF_MANIFEST",
                    lambda rows: self.trucks.ask_leave_out(number, rows),
                    self.trucks.not_to_leave_out,
                ),
                *self.labels.of_listed(),
                self.unpacking.unload_command(),
            ),
        )
