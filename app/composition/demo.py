"""The demo: a furnished warehouse in a home of its own, simulated devices, and a person or a player at the screen."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from app import resources
from app.composition.demo_plan import draw_plan
from app.composition.demo_trucks import expect_trucks
from app.composition.home import OpenHome, open_home
from app.composition.workstation import Workstation
from app.connectors.files import read_file
from app.database import people as database_people
from app.devices.simulation import WEDGE, Kinds, PrintedLabel, Simulation, save_paper, save_printed
from app.domain.codes import badge, command, gs1_128
from app.domain.company import Company
from app.domain.errors import Fault
from app.domain.waves import Asked
from app.services import clock, packaging, people, printing, setup, waves
from app.services.importing import import_files
from app.services.products import images
from app.services.work import UnitOfWork
from app.settings import Role, home_folder
from app.stations.demo.journey import Day, Goods, play
from app.stations.demo.keys import press
from app.stations.demo.panel import SimulatorPanel
from app.stations.demo.player import Player
from app.stations.demo.things import Shelf, Thing
from app.texts import Texts

STATION = "PACK-01"
WAREHOUSE = "WH001"
PIN = "2468"
LOT = "L2611A"
TOTE = "T-0001"
EXPIRY = "271031"
CARTON_KG = Decimal("0.3")
_PEOPLE = (
    (2, "Ana Sørensen", ["operator", "receiver"]),
    (3, "Tomasz Nowak", ["operator", "receiver"]),
    (4, "Maria Keller", ["manager"]),
)
_COMPANY = Company("Stockhand Demo", "4012345", sdr_rate=Decimal("1.17"), sdr_rate_on=date(2026, 11, 20))
"""Its rate of special drawing rights is an example, so that small consignments abroad get the small form."""
_COMMANDS = ("CONFIRM", "UNDO", "SHORT", "DAMAGED", "NEW_BOX", "CLOSE_BOX", "REPRINT", "PAUSE", "DONE")
_SAMPLES = (
    "warehouse.yaml",
    "demo/products.json",
    "demo/carriers.yaml",
    "demo/packing.yaml",
    "demo/sending.yaml",
    "demo/shifts.yaml",
    "demo/quality.yaml",
    "demo/purchase_order.json",
)
_ORDER, _GIFT = "demo/order.json", "demo/gift_order.json"
_WRAPPED, _WRAPPING = "RIBBON", "demo/wrapping.jpg"
"""The instruction that shows how a present is wrapped, and its picture."""

PAPERS = "papers"
"""The folder of what came out of the simulated printer of pages."""
PREFIX = "\x02"
"""What the simulated scanner that types sends before each code."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """Which devices stand on the bench of the demo, and what is to go wrong with them at once."""

    kinds: Kinds = field(default_factory=Kinds)
    faults: Mapping[Role, str] = field(default_factory=dict)


def show_demo(folder: Path | None, *, options: Mapping[str, str], wanted: Wanted, say: Say) -> int:
    """Open the demo for a person: the workstation and the simulator panel side by side."""
    with open_home(folder or home_folder() / "demo", options=options) as home:
        furnish(home)
        _introduce(say)

        def announce(label: PrintedLabel) -> None:
            panel.label_printed(label)

        def lay_out(pdf: bytes) -> None:
            panel.paper_printed(pdf, save_paper(pdf, home.folder / PAPERS))

        with (
            Simulation("bench", on_printed=announce, on_paper=lay_out, kinds=wanted.kinds) as simulation,
            _workstation(home, simulation) as workstation,
        ):
            panel = SimulatorPanel(
                Texts.load("en"),
                simulation,
                _shelves(),
                order_arrives=lambda: _drop_orders(home, _ORDER, _GIFT),
                exchange=partial(exchange, home, simulation, workstation),
            )
            panel.show()
            for role, fault in wanted.faults.items():
                simulation.play(role, fault)
            code = workstation.program.run(full_screen=False)
            panel.close()
            return code


def exchange(
    home: OpenHome, simulation: Simulation, workstation: Workstation, kinds: Kinds, done: Callable[[], object]
) -> None:
    """Put other devices on the bench, and have the workstation go on with them; `done` is called on its thread."""

    def work(_progress: object) -> None:
        simulation.use(kinds)
        devices = simulation.devices()
        with home.desk("demo") as desk:
            desk.run(lambda unit: printing.register_printers(unit, devices))
        workstation.bench.use(devices, buses=simulation.buses)

    def settled(_nothing: object) -> None:
        _types(home, simulation, workstation)
        done()

    program = workstation.program
    program.tasks.start(work, owner=workstation.window, done=settled, failed=program.report)


def play_demo(folder: Path | None, *, options: Mapping[str, str], wanted: Wanted, out: Path, say: Say) -> int:
    """Play the business day through the real screens, and leave pictures, labels, papers and a summary in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    with _fresh_home(folder) as fresh, open_home(fresh, options=options) as home:
        with _told("setting the warehouse up", say):
            furnish(home)
        _introduce(say)
        began = clock.monotonic_s()
        with (
            _told("the business day", say),
            Simulation(
                "bench",
                on_printed=lambda label: _keep(label, out),
                on_paper=lambda pdf: save_paper(pdf, out / PAPERS),
                label_s=0.2,
                kinds=wanted.kinds,
            ) as simulation,
            _workstation(home, simulation) as workstation,
        ):
            workstation.program.show(full_screen=False)
            play(Player(workstation.window, simulation, out / "screens"), the_day(home))
        seconds = round(clock.monotonic_s() - began, 1)
        with _told("papers and summary", say):
            summary = _count(fresh, out) | {"seconds": seconds}
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    say(json.dumps(summary))
    return 0 if summary["prove"] == "clean" else 1


@contextmanager
def _fresh_home(folder: Path | None) -> Iterator[Path]:
    """The home that was asked for, or one that is gone afterwards."""
    if folder is not None:
        yield folder
        return
    made = Path(tempfile.mkdtemp(prefix="stockhand-demo-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _told(name: str, say: Say) -> Iterator[None]:
    began = clock.monotonic_s()
    yield
    say(f"{name}: {clock.monotonic_s() - began:.1f} s")


def _workstation(home: OpenHome, simulation: Simulation) -> Workstation:
    workstation = Workstation(
        home, STATION, simulation.devices(), on_rendered=simulation.remember, buses=simulation.buses
    )
    _types(home, simulation, workstation)
    return workstation


def _types(home: OpenHome, simulation: Simulation, workstation: Workstation) -> None:
    """A scanner that types is heard at the workstation's window, between the prefix and the suffix that it sends."""
    simulation.types = partial(press, workstation.window)
    if simulation.kinds.scanner == WEDGE:
        workstation.listen_to_wedge(replace(home.settings, wedge_prefix=PREFIX))


def furnish(home: OpenHome) -> None:
    """People, the sample warehouse with its products, and what the truck will bring; twice changes nothing."""
    contents = [read_file(resources.resource("samples", *name.split("/"))) for name in _SAMPLES]
    with home.desk("demo") as desk:
        result = desk.run(lambda unit: import_files(unit, contents))
        if result.plan.refused:
            raise Fault("demo.samples", retry=False, findings=len(result.plan.findings))
        desk.run(lambda unit: setup.say_company(unit, _COMPANY))
        for number, name, groups in _PEOPLE:
            _employ(desk.run, number, name, groups)
        desk.run(_show_wrapping)
        expect_trucks(desk, WAREHOUSE)
        draw_plan(desk, WAREHOUSE)
        if home.logins.password(setup.station_login(STATION)) is None:
            setup.add_station(home.server_url(), home.logins, desk, name=STATION, warehouse=WAREHOUSE)


def _show_wrapping(unit: UnitOfWork) -> None:
    """The instruction for presents gets its picture; twice changes nothing."""
    instruction = packaging.found(unit, packaging.EXTRA, _WRAPPED)
    picture = images.read_file(resources.resource("samples", *_WRAPPING.split("/")))
    packaging.keep_picture(unit, instruction, picture)


def _employ(run: Callable[..., object], number: int, name: str, groups: list[str]) -> None:
    run(lambda unit: people.save(unit, badge=badge(number), name=name, groups=groups, pin=PIN))


def _introduce(say: Say) -> None:
    for number, name, groups in _PEOPLE:
        say(f"Badge {badge(number)}  PIN {PIN}  {name} ({', '.join(groups)})")


def _keep(label: PrintedLabel, out: Path) -> None:
    save_printed(label, out / "labels")


def _count(home: Path, out: Path) -> dict[str, object]:
    """What the database says happened, asked by another process; it writes the papers too."""
    command_line = [sys.executable, "-m", "app", "--home", str(home), "report", "day", "--json", "--out", str(out)]
    done = subprocess.run(command_line, capture_output=True, text=True, check=False)  # noqa: S603  (this very program)
    if done.returncode not in {0, 1}:
        raise Fault("demo.no_summary", retry=False, said=done.stderr.strip()[-300:])
    counted: dict[str, object] = json.loads(done.stdout)
    return counted


# - what lies around: read from the very files that were imported -


@dataclass(frozen=True, slots=True)
class _Product:
    sku: str
    gtin: str
    kg: Decimal


def _products() -> dict[str, _Product]:
    """The demo's products by SKU, as their file describes them."""
    found = {}
    for one in read_file(resources.resource("samples", "demo", "products.json")).products:
        gtin = next((code.value for code in one.barcodes if code.scheme == "gtin" and not code.unit), "")
        found[one.sku] = _Product(one.sku, gtin, (one.weight_g or Decimal(0)) / 1000)
    return found


def _ean(gtin: str) -> str:
    return gtin[-13:]


def the_day(home: OpenHome) -> Day:
    """What the day of the demo brings, as the sample files describe it."""
    products = _products()
    bought = read_file(resources.resource("samples", "demo", "purchase_order.json")).purchase_orders[0]
    sold = read_file(resources.resource("samples", *_ORDER.split("/"))).orders[0]
    wanted = {line.sku: int(line.quantity) for line in sold.lines}
    goods = tuple(
        _goods(products[line.sku], delivered=int(line.quantity), ordered=wanted[line.sku], dated=number == 0)
        for number, line in enumerate(bought.lines)
    )
    return Day(
        badge=badge(2),
        pin=PIN,
        purchase_order=bought.number,
        goods=goods,
        stranger=_goods(products["PROD-001"], delivered=0, ordered=0, dated=False),
        tote=TOTE,
        drop_order=lambda: _drop_orders(home, _ORDER),
        release_walk=lambda: _release_walk(home),
        order=sold.number,
        carton_kg=CARTON_KG,
    )


def _goods(product: _Product, *, delivered: int, ordered: int, dated: bool) -> Goods:
    """Goods as they come: those with a lot carry a GS1 code, the count on the delivery's, the unit alone on each."""
    if not dated:
        return Goods(product.sku, _ean(product.gtin), "ean-13", product.kg, delivered, ordered)
    unit = gs1_128([("01", product.gtin), ("17", EXPIRY), ("10", LOT)])
    delivery = gs1_128([("02", product.gtin), ("17", EXPIRY), ("10", LOT), ("37", str(delivered))])
    return Goods(product.sku, unit, "gs1-128", product.kg, delivered, ordered, received_by=delivery)


def _drop_orders(home: OpenHome, *names: str) -> None:
    """Customers' orders arrive as files; the worker finds them."""
    inbox = home.folder / "inbox"
    inbox.mkdir(exist_ok=True)
    for name in names:
        file = resources.resource("samples", *name.split("/"))
        shutil.copy(file, inbox / file.name)


def _release_walk(home: OpenHome) -> bool:
    """The planner releases what waits as a wave; False while nothing does."""
    with home.desk("demo") as desk:
        site = desk.run(lambda unit: database_people.warehouse_by_code(unit.session, WAREHOUSE))
        assert site is not None
        ground = desk.run(lambda unit: waves.read_ground(unit, site))
        found = waves.plan(ground, Asked(), now=clock.now())
        if not found.walks:
            return False
        desk.run(lambda unit: waves.release(unit, site, found, Asked()))
    return True


def _shelves() -> tuple[Shelf, ...]:
    """What a person can hold before the scanner: badges, papers, places, commands; goods and the empty carton."""
    products = _products()
    bought = read_file(resources.resource("samples", "demo", "purchase_order.json")).purchase_orders[0]
    dated = _goods(products[bought.lines[0].sku], delivered=28, ordered=0, dated=True)
    units = [Thing(one.sku, _ean(one.gtin), "ean-13", one.kg) for one in products.values() if one.gtin]
    return (
        Shelf("demo.badges", tuple(Thing(name, badge(number)) for number, name, _ in _PEOPLE)),
        Shelf("demo.papers", (Thing(bought.number, bought.number), Thing("28 × oats", dated.received_by, "gs1-128"))),
        Shelf("demo.places", (Thing("T-0001", TOTE), Thing("A01", "A01"), Thing("A02", "A02"))),
        Shelf("demo.commands", tuple(Thing(word, command(word)) for word in _COMMANDS)),
        Shelf(
            "demo.goods",
            (
                Thing(f"{dated.sku} (GS1)", dated.code, "gs1-128", dated.kg),
                *(unit for unit in units if unit.caption != dated.sku),
                Thing("Carton M", "CARTON", kg=CARTON_KG),
            ),
        ),
    )
