"""What can be done with manifests: closed, printed, cartons taken off, the truck let go, signed for, photographed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.reports.end_of_day import write_end_of_day
from app.reports.manifest import write_manifest
from app.services import clock
from app.services.products import images
from app.services.shipping import ending, manifests
from app.services.shipping.manifests import ListedCarton, Shipment, WaitingCartons
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.shipments.photographing import Photographing
from app.stations.shipments.signing import Signing


class Trucks:
    """The commands of the sheets of manifests."""

    def __init__(
        self,
        desk: DeskScreen,
        kit: Kit,
        *,
        choose_file: Callable[[str], QFileDialog],
        look_into: Callable[[str], object],
    ) -> None:
        self._desk, self._kit = desk, kit
        self._ask_file, self._look_into = choose_file, look_into

    def commands(self) -> tuple[Command, ...]:
        """Print, depart, sign, photograph."""
        return self._desk.one_of(
            Command("PRINT_MANIFEST", lambda rows: self._choose_file(_shipment(rows[0]))),
            Command("DEPART", self._ask_depart, self._has_left),
            Command("SIGN", lambda rows: self.sign(_shipment(rows[0])), self._not_to_sign),
            Command("PHOTOGRAPH", lambda rows: self.photograph(_shipment(rows[0])), self._may_not),
        )

    def ask_close(self, rows: Sequence[Record]) -> None:
        """Ask for the truck, then close the manifest of a carrier's service."""
        desk, waits = self._desk, rows[0].made_of
        assert isinstance(waits, WaitingCartons)
        which = (("", desk.words("shipments.all_services")), (waits.service, rows[0].cells[1]))
        fields = (
            Field("service", desk.words("shipping.service"), choices=which),
            Field("truck", desk.words("shipments.truck_optional")),
        )

        def book(answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: manifests.close(
                        unit, warehouse=desk.warehouse, carrier=waits.carrier, service=answers["service"],
                        truck=answers["truck"],
                    ),
                    request_id=request,
                ),
                lambda number: Feedback(Level.OK, "shipments.closed_manifest", {"manifest": number}),
                after=self._look_into,
            )  # fmt: skip

        told = desk.words("shipments.told_close", carrier=waits.carrier_name)
        title = desk.words("shipments.ask_close", carrier=waits.carrier_name)
        desk.ask(Question(title, fields, lambda _answers: told, book))

    def not_to_leave_out(self, rows: Sequence[Record]) -> str:
        """Why cartons cannot be taken off a manifest."""
        if not rows:
            return self._desk.hint("shipments.choose_cartons")
        missing = all(isinstance(row.made_of, ListedCarton) and row.made_of.missing for row in rows)
        return self._desk.hindered("ship") or ("" if missing else self._desk.hint("shipments.only_missing"))

    def ask_leave_out(self, number: str, rows: Sequence[Record]) -> None:
        """Ask, then take cartons off a manifest."""
        desk = self._desk
        chosen = [row.made_of.id for row in rows if isinstance(row.made_of, ListedCarton)]

        def book(_answers: Answers, request: UUID) -> Booking:
            def call() -> int:
                found = desk.work.run(lambda unit: manifests.look_into(unit, number))
                return desk.work.run(lambda unit: manifests.leave_out(unit, found.shipment.id, chosen))

            return Booking(request, call, lambda left: Feedback(Level.OK, "shipments.left_out", {"count": str(left)}))

        told = desk.words("shipments.told_leave_out", count=str(len(chosen)))
        desk.ask(Question(desk.words("shipments.ask_leave_out"), (), lambda _answers: told, book))

    def sign(self, shipment: Shipment) -> Signing:
        """Ask for the name and the signature of who took the cartons over."""
        desk = self._desk
        cover = Signing(
            self._kit, desk.words("shipments.ask_sign", manifest=shipment.number, count=str(shipment.loaded))
        )

        def signed(name: str, picture: bytes | None) -> None:
            def work() -> None:
                desk.work.run(lambda unit: manifests.sign(unit, shipment.id, name=name, signature=picture))

            def done(_none: object) -> None:
                desk.uncover()
                desk.say(Feedback(Level.OK, "shipments.is_signed_for", {"manifest": shipment.number, "name": name}))
                desk.refresh()

            desk.start(work, done)

        cover.signed.connect(signed)
        desk.close_form()
        desk.cover_with(cover)
        return cover

    def write(self, number: str, path: Path) -> None:
        """Write a manifest, or the proof of hand-over of a truck that has left, as PDF."""
        desk = self._desk

        def work() -> None:
            found = desk.work.run(lambda unit: manifests.look_into(unit, number))
            write_manifest(path, found, desk.texts, printed_at=clock.now())

        written = Feedback(Level.OK, "inbound.written", {"file": path.name})
        desk.start(work, lambda _none: desk.say(written))

    def photograph(self, shipment: Shipment) -> Photographing:
        """Ask for a photo of the hand-over: from the camera, or a file."""
        desk = self._desk
        cover = Photographing(self._kit, desk.words("shipments.ask_photo", manifest=shipment.number))

        def given(photo: bytes | Path) -> None:
            def work() -> None:
                prepared = images.read_file(photo) if isinstance(photo, Path) else images.prepare(photo)
                kept = desk.work.run(lambda unit: images.keep(unit, prepared))
                desk.work.run(lambda unit: manifests.photograph(unit, shipment.id, bytes.fromhex(kept.sha256)))

            def done(_none: object) -> None:
                desk.uncover()
                desk.say(Feedback(Level.OK, "shipments.photographed", {"manifest": shipment.number}))
                desk.refresh()

            desk.start(work, done)

        cover.given.connect(given)
        desk.close_form()
        desk.cover_with(cover)
        return cover

    def choose_end_of_day(self) -> None:
        """Ask for the file of the end of the day."""
        dialog = self._ask_file(f"{self._desk.words('reports.end_of_day')}.pdf")
        dialog.fileSelected.connect(lambda name: self.write_end_of_day(Path(name)))

    def write_end_of_day(self, path: Path) -> None:
        """Write what left today and what is left over, as PDF."""
        desk = self._desk

        def work() -> None:
            day = desk.work.run(lambda unit: ending.end_of_day(unit, desk.warehouse, now=clock.now()))
            write_end_of_day(path, day, desk.texts, printed_at=clock.now())

        desk.start(work, lambda _none: desk.say(Feedback(Level.OK, "inbound.written", {"file": path.name})))

    # - inside -

    def _may_not(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("ship")

    def _has_left(self, rows: Sequence[Record]) -> str:
        gone = self._desk.hint("shipments.has_left") if _shipment(rows[0]).departed_at else ""
        return self._desk.hindered("ship") or gone

    def _not_to_sign(self, rows: Sequence[Record]) -> str:
        one = _shipment(rows[0])
        if why := self._desk.hindered("ship"):
            return why
        if one.departed_at is None:
            return self._desk.hint("shipments.not_left")
        return self._desk.hint("shipments.is_signed") if one.signed_at else ""

    def _ask_depart(self, rows: Sequence[Record]) -> None:
        desk, one = self._desk, _shipment(rows[0])
        missing = one.cartons - one.loaded
        fields = (Field("truck", desk.words("shipments.truck_optional"), one.truck),)

        def book(answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: manifests.depart(unit, one.id, truck=answers["truck"], leave_behind=missing > 0)
                ),
                lambda left: Feedback(Level.OK, "shipments.departed", {"manifest": one.number, "count": str(left)}),
            )

        told = desk.words("shipments.told_missing" if missing else "shipments.told_depart", count=str(missing))
        desk.ask(Question(desk.words("shipments.ask_depart", manifest=one.number), fields, lambda _answers: told, book))

    def _choose_file(self, one: Shipment) -> None:
        dialog = self._ask_file(f"{one.number}.pdf")
        dialog.fileSelected.connect(lambda name: self.write(one.number, Path(name)))


def _shipment(row: Record) -> Shipment:
    assert isinstance(row.made_of, Shipment)
    return row.made_of
