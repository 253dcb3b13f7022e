"""The devices of this machine, as the screen of devices sees them: looked at, found, tried, changed, kept."""

from collections.abc import Callable
from uuid import UUID

from app import settings
from app.composition.home import OpenHome
from app.database import people
from app.devices import labels
from app.devices.bench import Bench
from app.devices.finding import ask_port, look_around
from app.domain.errors import Refusal
from app.services import printing
from app.services.work import UnitOfWork, Worker
from app.settings import DeviceSetting, Settings
from app.stations.devices import DeviceWork

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
            weigh=bench.weigh,
            zero=bench.zero,
            print_test=self.print_test,
        )

    def save(self, devices: tuple[DeviceSetting, ...]) -> None:
        """Keep these devices in the settings of this machine and go on with them; printers become known to all."""
        self._worker.run(lambda unit: people.require(unit.session, "set_up"))
        self._worker.run(lambda unit: printing.register_printers(unit, devices))
        settings.save(self._home.folder, {}, devices=devices)
        self._bench.use(devices)

    def print_test(self, device: str) -> None:
        """Want a test label from a printer of this station."""
        example = labels.example_of(labels.checked_template(labels.template_text(_TEST_LABEL), _TEST_LABEL))

        def queue(unit: UnitOfWork) -> None:
            place = self._warehouse() or people.first_warehouse(unit.session)
            if not place:
                raise Refusal("warehouse.none")
            printing.print_test(unit, example, printer=printing.printer_named(unit, device).id, warehouse=place)

        self._worker.run(queue)
