"""A bench of the demo warehouse for one test: the real workstation window, simulated devices, and a player."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.composition import demo
from app.composition.home import OpenHome, open_home
from app.composition.workstation import Workstation
from app.devices.simulation import Simulation
from app.stations.demo.journey import Day
from app.stations.demo.player import Player


class Bench:
    """One running workstation, and what the day brings."""

    def __init__(self, home: OpenHome, simulation: Simulation, workstation: Workstation, pictures: Path) -> None:
        self.home = home
        self.workstation = workstation
        self.player = Player(workstation.window, simulation, pictures)
        self.day: Day = demo.the_day(home)

    def sign_on(self, badge: str | None = None) -> None:
        """Sign on with badge and PIN."""
        self.player.strip_says("scanner", "ready")
        self.player.scan_at_the_door(badge or self.day.badge)
        self.player.type_in(self.day.pin)
        self.player.at_home()

    def receive_one(self) -> None:
        """Open receiving, scan the order and one unit of its second line."""
        self.player.open_station("receiving")
        self.player.scan(self.day.purchase_order)
        self.player.told("receiving.order_opened")
        self.scan_unit()
        self.player.told("receiving.booked")

    def scan_unit(self) -> None:
        """Scan one unit of the order's second line."""
        unit = self.day.goods[1]
        self.player.scan(unit.code, unit.symbology)


@contextmanager
def furnished_home(folder: Path) -> Iterator[OpenHome]:
    """The demo's home in a folder; twice changes nothing."""
    with open_home(folder, options={}) as home:
        demo.furnish(home)
        yield home


@contextmanager
def bench(home: OpenHome, pictures: Path) -> Iterator[Bench]:
    """A workstation in that home with a scanner, a scale and a printer."""
    with (
        Simulation("bench", label_s=0.1) as simulation,
        Workstation(home, demo.STATION, simulation.devices(), on_rendered=simulation.remember) as workstation,
    ):
        workstation.program.show(full_screen=False)
        yield Bench(home, simulation, workstation, pictures)
