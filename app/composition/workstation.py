"""A workstation: screens, conversations, devices, print spooler and the news from other stations, wired together."""

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from app import settings
from app.composition import backups
from app.composition.desk import Desk
from app.composition.home import VERSION, OpenHome, open_home
from app.composition.loading import dialog_of, load_the_rest
from app.composition.pages import page_maker
from app.composition.screens import manager_entries
from app.composition.support import black_box_folder
from app.composition.worker_process import WorkerProcess
from app.database import people
from app.database.notifications import Hint, Listener
from app.database.people import SignedOn
from app.database.session import Database
from app.devices.attachments import OWN_BUSES, Buses
from app.devices.bench import Bench
from app.devices.blackbox import BlackBox
from app.devices.listening import listen
from app.devices.papers import device_papers
from app.devices.spooler import OnRendered
from app.devices.station import StationCallbacks
from app.devices.wedge import heard, listens_to_wedge, wedge_decoder
from app.dialogs.dialog import Feedback, Level, Prompt
from app.dialogs.journal import Journal
from app.dialogs.lane import Lane
from app.dialogs.runner import Runner
from app.domain.equipment import Health
from app.domain.errors import Fault
from app.domain.scanning import Scan
from app.services import clock, crashes, printing, search, setup, sign_on, station_clock
from app.services.changes import ANYTHING, ORDER, PURCHASE, Change, Changes
from app.services.work import Worker
from app.settings import DeviceSetting, Settings
from app.stations.kit.lane import OpenLane
from app.stations.kit.tasks import Progress
from app.stations.operations import dialog_entries
from app.stations.program import Look, StationProgram
from app.stations.shell.entries import SignedOn as SignedOnHere
from app.stations.shell.window import Wiring

DEFAULT_STATION = "station1"


def run_desk(folder: Path | None, *, options: Mapping[str, str], full_screen: bool, say: Callable[[str], None]) -> int:
    """Open the workstation of a home and stay until its window is closed."""
    with open_home(folder, options=options) as home:
        if home.first_admin is not None:
            say(f"First admin: badge {home.first_admin.badge}, PIN {home.first_admin.pin}. Shown only now.")
        station = home.settings.station_name or DEFAULT_STATION
        with Workstation(home, station, home.settings.devices) as workstation:
            return workstation.program.run(full_screen=full_screen, shown=workstation.load_the_rest)


class Workstation:
    """One station of one home, from `with` to the end of it."""

    def __init__(
        self,
        home: OpenHome,
        station: str,
        devices: Iterable[DeviceSetting],
        *,
        on_rendered: OnRendered | None = None,
        buses: Buses = OWN_BUSES,
    ) -> None:
        self._home = home
        self._station = station
        self._who: SignedOn | None = None
        self._warehouse = UUID(int=0)
        """Where the person who is signed on works: the station's warehouse, or their first."""
        self._lanes: set[Lane] = set()
        self.changes = Changes()
        look = Look(home.settings.language, home.settings.theme.value, home.settings.sound)
        self.program = StationProgram(look, crash_folder=home.folder / crashes.FOLDER, version=VERSION)
        self._prepare(tuple(devices))
        self._worker = Worker(self._database(setup.station_login(station)), self.changes)
        self._background = Worker(self._database(self._background_login()), self.changes)
        self.window = self.program.open(self._wiring())
        self.bench = Bench(
            devices,
            StationCallbacks(
                on_scan=self._scanned,
                on_weight=lambda _weight: None,
                on_state=self.window.set_device,
                on_misread=lambda _device, _reason: self.program.soon(self.window.scan_again),
            ),
            self._background,
            buses=buses,
            on_rendered=on_rendered,
            pages=page_maker(self._background, self.program.kit.texts),
            on_gone=self.window.forget_device,
        )
        self._black_box = BlackBox(
            black_box_folder(home.folder),
            lambda: device_papers(self.bench.look(), self.bench.export_traffic()),
            lambda: [(one.state, one.history.messages, one.history.lost) for one in self.bench.look()],
        )
        self._listener = Listener(self._background.database, hear=self._heard, connected=self._connected)
        self._scale_queue = ThreadPoolExecutor(1, "scale-capture")
        self._closing = threading.Event()
        self._unsubscribe = self.changes.subscribe(self._changed)
        self._child: WorkerProcess | None = None
        self._clock_said = timedelta(0)

    # - life -

    def __enter__(self) -> Self:
        self.listen_to_wedge(self._home.settings)
        self.bench.start()
        self._black_box.start()
        self._listener.start()
        if self._home.attachment is not None:
            self._child = WorkerProcess(self._home.folder)
            if wrong := backups.trouble(self._home.settings, self.program.kit.texts, clock.now()):
                self.window.banner.say(wrong)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._unsubscribe()
        self._black_box.stop()
        self.bench.stop()
        self.program.close()
        for lane in tuple(self._lanes):
            lane.stop()
        self._scale_queue.shutdown()
        self._listener.stop()
        self._worker.database.close()
        self._background.database.close()
        if self._child is not None:
            self._child.stop()

    def load_the_rest(self) -> None:
        """Load the code of all screens in the background, so that the first click on one does not wait for it."""
        self._in_background(lambda progress: load_the_rest(lambda: progress.step(0)))

    def keep_last_bytes(self) -> None:
        """Write down now what the devices said last, for `admin support`; else it is done every half minute."""
        self._black_box.write()

    def listen_to_wedge(self, known: Settings) -> None:
        """Hear a scanner that types, as these settings say it does; nothing changes where they name none."""
        if listens_to_wedge(known):
            self.program.listen_to_wedge(wedge_decoder(known), self._typed)

    def _prepare(self, devices: tuple[DeviceSetting, ...]) -> None:
        """On an embedded home this machine looks after its own station and printers."""
        if self._home.attachment is None:
            return
        with self._home.desk("start") as desk:
            if self._home.logins.password(setup.station_login(self._station)) is None:
                setup.add_station(self._home.server_url(), self._home.logins, desk, name=self._station)
            desk.run(lambda unit: printing.register_printers(unit, devices, station=self._station))

    def _database(self, login: str) -> Database:
        return self._home.database(login, application=self._station, pool_size=5)

    def _background_login(self) -> str:
        """Printing and listening go on while nobody is signed on, where this machine has a login for it."""
        known = self._home.logins.names()
        return setup.WORKER if setup.WORKER in known else setup.station_login(self._station)

    # - screens -

    def _picture(self, sku: str) -> bytes:
        """The picture of goods, for whoever holds them; called in worker threads."""
        from app.services.products.looking import picture_of  # noqa: PLC0415  (not with the window)

        return self._worker.run(lambda unit: picture_of(unit, sku))

    def _keep_photo(self, photo: bytes | Path) -> str:
        """Keep what was photographed, for the goods in hand; called in worker threads."""
        from app.services.products import images  # noqa: PLC0415

        prepared = images.read_file(photo) if isinstance(photo, Path) else images.prepare(photo)
        return self._worker.run(lambda unit: images.keep(unit, prepared)).sha256

    def _write_evidence(self, code: str, path: Path) -> str:
        """Write what is kept of a carton or of an order's cartons; called in worker threads."""
        from app.devices import labels  # noqa: PLC0415
        from app.stations.kit.evidence import write_paper  # noqa: PLC0415

        return write_paper(
            self._worker.run, path, self.program.kit.texts, warehouse=self._warehouse, code=code, picture=labels.picture
        )

    def _wiring(self) -> Wiring:
        dialogs = dialog_entries(
            self._open_lane, picture=self._picture, keep_photo=self._keep_photo, evidence=self._write_evidence
        )
        desk = Desk(
            self._home,
            self._station,
            self._worker,
            self.changes,
            warehouse=lambda: self._warehouse,
            person=lambda: str(self._who.person_id) if self._who else "",
            permissions=lambda: self._who.permissions if self._who else frozenset(),
            bench=lambda: self.bench,
            listen_to_wedge=lambda known: self.program.soon(lambda: self.listen_to_wedge(known)),
        )
        return Wiring(
            station=self._station,
            entries=(*dialogs, *manager_entries(desk)),
            sign_on=self._sign_on,
            sign_off=self._sign_off,
            change_pin=lambda badge, old, new: sign_on.change_pin(
                self._worker, badge=setup.badge_of(badge), old=old, new=new
            ),
            stay=self._stay,
            remember=self._remember,
            find=lambda words: self._worker.run(lambda unit: search.search(unit, words)),
            languages={"en": "English"},
        )

    def _sign_on(self, badge: str, pin: str, take_over: bool) -> SignedOnHere:
        self._who = sign_on.sign_on(self._worker, badge=setup.badge_of(badge), pin=pin, take_over=take_over)
        found = self._who.warehouse_id or self._worker.run(lambda unit: people.first_warehouse(unit.session))
        self._warehouse = found or UUID(int=0)
        return SignedOnHere(self._who.name, self._who.permissions, self._warning(self._who.wrong_pins))

    @staticmethod
    def _warning(tried: people.WrongPins | None) -> Feedback | None:
        """What a person must hear who comes back: others tried their badge."""
        if tried is None:
            return None
        told = {"count": str(tried.count), "place": tried.place, "at": f"{tried.at.astimezone():%Y-%m-%d %H:%M}"}
        return Feedback(Level.WARNING, "stations.wrong_pins", told)

    def _sign_off(self) -> None:
        """Leave at once on the screen; the database hears it in the background."""
        self._who = None
        self._in_background(lambda _progress: sign_on.sign_off(self._worker))

    def _stay(self) -> None:
        """Somebody works here: the sign-on goes on. Where the database is away, the next sign of life will do."""
        self._in_background(lambda _progress: sign_on.stay(self._worker))
        self._in_background(lambda _progress: self._look_at_clock())

    def _look_at_clock(self) -> None:
        """Say how far this machine's clock is off, once for each time that it is off anew."""
        ahead = station_clock.ahead_of_server(self._background)
        if abs(ahead - self._clock_said) < station_clock.WORTH_SAYING:
            return
        self._clock_said = ahead if abs(ahead) >= station_clock.WORTH_SAYING else timedelta(0)
        if self._clock_said:
            minutes = round(abs(ahead) / timedelta(minutes=1))
            told = {"hours": f"{minutes // 60}:{minutes % 60:02}"}
            said = "clock.ahead" if ahead > timedelta(0) else "clock.behind"
            self.window.warned.emit(self.program.kit.texts.text("captions", said, told))

    def _in_background(self, work: Callable[[Progress], object]) -> None:
        """Work that the program does on its own account: no screen waits for it."""
        tasks = self.program.tasks
        tasks.start(work, owner=tasks, done=lambda _answer: None, failed=lambda _why: None)

    def _remember(self, name: str, value: str) -> None:
        settings.save(self._home.folder, {f"screen.{name}": value})

    # - conversations -

    def _open_lane(self, capability: str) -> OpenLane:
        def open_lane(show: Callable[[Prompt], None]) -> Lane:
            runner = Runner(self._worker, dialog_of(capability), warehouse=self._warehouse, station=self._station)
            lane = Lane(
                self._worker,
                runner,
                Journal(self._home.folder / "journal" / f"{self._station}-{capability}.jsonl"),
                show=show,
                wants={"weight": lambda _prompt: self._weigh(lane)},
                on_defect=self.program.report,
                on_stop=self._lanes.discard,
            )
            self._lanes.add(lane)
            lane.start()
            return lane

        return open_lane

    def _weigh(self, lane: Lane) -> None:
        """Listen to the scale, off every other thread; one listens at a time."""
        self._scale_queue.submit(
            listen,
            lambda seconds: self.bench.capture(seconds, about=lane.prompt.facts.get("carton", "")),
            waits=lambda: lane.prompt.waiting == "weight",
            weighed=lane.weigh,
            in_the_way=lane.fault,
            stop=self._closing,
        )

    # - news -

    def _scanned(self, scan: Scan) -> None:
        self.window.scan(scan.raw, scan.symbology, scan.source)

    def _typed(self, outcome: object) -> None:
        """A wedge has typed a code, or half of one."""
        scan = heard(outcome)
        if scan is None:
            self.window.scan_again()
            return
        self.bench.typed(scan)
        self._scanned(scan)

    def _heard(self, hints: list[Hint]) -> None:
        """Other stations changed something."""
        self.changes.publish([Change(kind, identity) for kind, identity in hints])

    def _changed(self, changes: tuple[Change, ...]) -> None:
        """Conversations hear of labels that they wait for, at the printer or the carrier, and of the order in hand."""
        waits = {printing.JOB: printing.JOB, PURCHASE: "carrier"}
        for change in changes:
            if change.kind == ORDER and change.id is not None:
                for lane in tuple(self._lanes):
                    lane.news(ORDER, change.id)
            if change.kind in waits and change.id is not None:
                for lane in tuple(self._lanes):
                    lane.tell(waits[change.kind], change.id)

    def _connected(self, connected: bool) -> None:
        self.window.set_database(Health.ONLINE if connected else Health.OFFLINE)
        if connected:
            self.changes.publish([Change(ANYTHING)])
            with suppress(Fault):
                self._look_at_clock()
