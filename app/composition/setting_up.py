"""The devices of this machine, as the screen of devices sees them: looked at, found, tried, changed, kept."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from app import settings
from app.composition.home import OpenHome
from app.composition.support import write_support_bundle
from app.database import people
from app.devices import labels
from app.devices.bench import Bench
from app.devices.calibrating import SHEET, ScannerFound, calibrated, wedge_changes
from app.devices.finding import ask_port, look_around
from app.devices.papers import device_papers
from app.devices.station_templates import StationTemplate, from_tables, to_tables
from app.domain.errors import Refusal
from app.reports.calibration_sheet import write_calibration_sheet
from app.services import clock, policies, printing, station_templates
from app.services.work import UnitOfWork, Worker
from app.settings import DeviceSetting, Settings
from app.stations.devices import DeviceWork
from app.texts import Texts

_TEST_LABEL = "bin"


class SettingUp:
    """What the screen of one station may do with its devices; `may` greys out, the database decides."""

    def __init__(
        self,
        home: OpenHome,
        station: str,
        worker: Worker,
        bench: Bench,
        *,
        warehouse: Callable[[], UUID],
        may: bool,
        listen_to_wedge: Callable[[Settings], object],
    ) -> None:
        self._home = home
        self._station = station
        self._worker = worker
        self._bench = bench
        self._warehouse = warehouse
        self._may = may
        self._listen_to_wedge = listen_to_wedge

    def work(self) -> DeviceWork:
        """The callables of the screen."""
        bench = self._bench
        return DeviceWork(
            may=self._may,
            look=bench.look,
            find=lambda: look_around(bench.devices, buses=bench.buses),
            ask=ask_port,
            save=self.save,
            needed=lambda: self._worker.run(policies.needed_devices),
            weigh=bench.weigh,
            zero=bench.zero,
            print_test=self.print_test,
            heard_since=bench.heard_since,
            keep_scanner=self.keep_scanner,
            write_sheet=self.write_sheet,
            write_bundle=self.write_bundle,
            templates=self.templates,
            save_template=self.save_template,
            remove_template=lambda name: self._worker.run(lambda unit: station_templates.remove(unit, name)),
        )

    def templates(self) -> list[StationTemplate]:
        """The templates of stations."""
        return [
            StationTemplate(one.name, one.type, from_tables(one.devices), one.saved_at, one.person)
            for one in self._worker.run(station_templates.saved)
        ]

    def save_template(self, template: StationTemplate, before: str) -> None:
        """Keep a template of stations; `before` is the name that it had."""
        tables = to_tables(template.devices)
        self._worker.run(
            lambda unit: station_templates.save(
                unit, name=template.name, type_=template.type, devices=tables, before=before
            )
        )

    def save(self, devices: tuple[DeviceSetting, ...]) -> None:
        """Keep these devices in the settings of this machine and go on with them; printers become known to all."""
        self._worker.run(lambda unit: people.require(unit.session, "set_up"))
        station = self._worker.run(lambda unit: people.own_station(unit.session))
        self._worker.run(lambda unit: printing.register_printers(unit, devices, station=station))
        settings.save(self._home.folder, {}, devices=devices)
        self._bench.use(devices)

    def keep_scanner(self, device: str, found: ScannerFound) -> None:
        """Keep what the calibration found: for a scanner at a port, or for the one that types (no name)."""
        if device:
            known = self._bench.devices
            self.save(tuple(calibrated(one, found) if one.id == device else one for one in known))
            return
        changes = wedge_changes(found)
        self._worker.run(lambda unit: people.require(unit.session, "set_up"))
        settings.save(self._home.folder, changes)
        self._listen_to_wedge(settings.load(self._home.folder))

    def write_sheet(self) -> Path:
        """Write the calibration sheet into the home, to be printed."""
        file = self._home.folder / "papers" / "calibration.pdf"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_calibration_sheet(file, SHEET, Texts.load(self._home.settings.language))
        return file

    def write_bundle(self) -> Path:
        """Write the support bundle, with what the devices said, into the home."""
        self._worker.run(lambda unit: people.require(unit.session, "set_up"))
        file = self._home.folder / "support" / f"stockhand-{clock.now():%Y%m%d-%H%M%S}.zip"
        papers = device_papers(self._bench.look(), self._bench.export_traffic())
        write_support_bundle(self._home, self._worker, file, papers)
        return file

    def print_test(self, device: str) -> None:
        """Want a test label from a printer of this station."""
        example = labels.example_of(labels.checked_template(labels.template_text(_TEST_LABEL), _TEST_LABEL))

        def queue(unit: UnitOfWork) -> None:
            place = self._warehouse() or people.first_warehouse(unit.session)
            if not place:
                raise Refusal("warehouse.none")
            printing.print_test(unit, example, printer=printing.printer_named(unit, device).id, warehouse=place)

        self._worker.run(queue)
