"""The docks in their states: a day and a week of appointments around now, doors, roster, carriers, the board."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.database.docks import WaitingPaper
from app.services import clock
from app.stations.dock_board import DockBoardScreen
from app.stations.docks import DocksScreen
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps, tab
from build_scripts.screenshot_planning import Make

_MAY = frozenset({"see_stock", "plan_docks", "check_trucks", "override_dock"})
_ZONE = ZoneInfo("Europe/Berlin")
_CARRIERS = ("Swift", "Spedition Grünwald & Söhne", "Nordlog", "DHL Freight")
_STATES = ("left", "done", "working", "arrived", "at_door", "confirmed", "planned", "no_show", "planned", "confirmed")


def _noon() -> datetime:
    """The middle of what is shown: this hour, by day."""
    now = clock.now().astimezone(_ZONE)
    return now.replace(hour=min(max(now.hour, 9), 16), minute=0, second=0, microsecond=0).astimezone(UTC)


def _door(n: int) -> dict[str, object]:
    return {
        "id": UUID(int=100 + n), "name": f"DOOR-{n + 1}", "address": f"WH001-DOOR-{n + 1}",
        "direction": ("inbound", "inbound", "", "outbound")[n % 4],
        "hours": ("Mo-Su 06:00-20:00", "", "Mo-Su 6-20")[n % 3],
        "vehicles": [["truck", "trailer"], [], ["container"], ["van", "truck"]][n % 4],
        "temperatures": [[], ["chilled", "frozen"]][n % 2], "pallets_per_hour": (40, None)[n % 2],
        "lines_per_hour": None, "active": True, "version": 1,
    }  # fmt: skip


def _appointment(n: int, doors: int) -> dict[str, object]:
    start = _noon() + timedelta(minutes=75 * (n // doors) - 150 + 30 * (n % 3))
    state = _STATES[n % len(_STATES)]
    here = state in ("arrived", "at_door", "working", "done", "left")
    return {
        "id": UUID(int=n + 1), "version": 1, "number": f"DA-{n + 1:06}", "state": state,
        "door": None if state == "arrived" else UUID(int=100 + n % doors), "starts_at": start,
        "ends_at": start + timedelta(minutes=45 + 15 * (n % 3)), "work_min": 60 + 20 * (n % 3), "people": 2,
        "early_min": 30, "late_min": 15, "partner_name": ("Acme", "Noordzee Handelsmaatschappij Rotterdam")[n % 2],
        "plate": f"B-XY {1200 + n}", "driver": "", "contact": "", "note": "", "series": None, "overruled": [],
        "reason": "", "walk_in": False, "arrived_at": start + timedelta(minutes=20 * (n % 2)) if here else None,
        "at_door_at": None, "started_at": None, "done_at": None, "left_at": None,
        "load": {"direction": "inbound", "vehicle": "truck", "temperature": "", "pallets": 6 + 4 * (n % 7), "lines": 9,
                 "pieces": "120", "weight_kg": "0", "carrier": _CARRIERS[n % 4], "partner": "ACME"},
        "papers": [
            {"id": str(UUID(int=n + 50)), "kind": "asn", "number": f"DESADV-{78 + n}", "reference": "", "open": True}
        ],
    }  # fmt: skip


def _waiting(n: int) -> WaitingPaper:
    due = (clock.now() + timedelta(days=n)).date()
    name = ("Acme", "Noordzee Handelsmaatschappij Rotterdam", "Öztürk GmbH")[n % 3]
    return WaitingPaper(
        UUID(int=n + 300), "asn", f"DESADV-2026-{104 + n}", "", "ACME", name, due, 3 + n, 4 * n, Decimal(90), Decimal(0)
    )


def _shift(n: int) -> dict[str, object]:
    day = (clock.now().astimezone(_ZONE) + timedelta(days=n // 2)).date()
    names = ("Ana Sørensen, Tomasz Nowak", "")[n % 2]
    return {"id": UUID(int=n + 500), "version": 1, "day": day, "starts": (360, 840)[n % 2], "ends": (840, 1320)[n % 2],
            "people": 2 + n % 2, "name": ("Early", "Late")[n % 2], "names": names}  # fmt: skip


def _answers(count: int, doors: int = 5) -> Answers:
    shut = {"id": UUID(int=700), "door": UUID(int=101), "starts_at": _noon() + timedelta(hours=2),
            "ends_at": _noon() + timedelta(hours=5), "reason": "The ramp is repaired"}  # fmt: skip
    return {
        "FROM dock_door d JOIN": tuple(_door(n) for n in range(doors)),
        "-- Appointments with their documents": tuple(_appointment(n, max(1, doors)) for n in range(count)),
        "FROM dock_closure": (shut,) if count else (),
        "FROM dock_shift": tuple(_shift(n) for n in range(8 if count else 0)),
        "-- Documents with what is still": tuple(_waiting(n) for n in range(5 if count else 0)),
    }


def _finished(count: int) -> Answers:
    """Trucks that were worked on longer than the rates say."""
    answers = dict(_answers(count))
    done = [
        {**one, "state": "left", "started_at": one["starts_at"],
         "done_at": one["starts_at"] + timedelta(minutes=70 + 5 * n), "left_at": one["ends_at"]}
        for n, one in enumerate(answers["-- Appointments with their documents"])
    ]  # fmt: skip
    return {**answers, "-- Appointments with their documents": tuple(done)}


def _on(answers: Answers, *each: Step) -> tuple[Make, Step]:
    def make(kit: Kit) -> DeskScreen:
        return DocksScreen(kit, desk_work(answers, may=_MAY))

    return make, steps(*each)


def _week(screen: DeskScreen) -> None:
    assert isinstance(screen, DocksScreen)
    screen.view.week.click()


def _hold_over_a_taken_door(screen: DeskScreen) -> None:
    """The mouse holds one appointment over another."""
    assert isinstance(screen, DocksScreen)
    calendar = screen.view.calendar
    assert calendar.grid is not None
    first, second = calendar.grid.blocks[1], calendar.grid.blocks[-1]
    QTest.mousePress(calendar, Qt.MouseButton.LeftButton, pos=second.rect.center().toPoint())
    QTest.mouseMove(calendar, first.rect.center().toPoint() + QPoint(8, 0))


def _board(count: int, doors: int) -> tuple[Callable[[Kit], DockBoardScreen], Callable[[DockBoardScreen], None]]:
    def make(kit: Kit) -> DockBoardScreen:
        return DockBoardScreen(kit, desk_work(_answers(count, doors), may=_MAY))

    return make, lambda _screen: None


BOARDS: Mapping[str, tuple[Callable[[Kit], DockBoardScreen], Callable[[DockBoardScreen], None]]] = {
    "dock_board-empty": _board(0, 0),
    "dock_board-normal": _board(9, 5),
    "dock_board-many": _board(30, 14),
}
POSES: Mapping[str, tuple[Make, Step]] = {
    "docks-empty": _on(_answers(0, 0)),
    "docks-day": _on(_answers(22), row(4)),
    "docks-week": _on(_answers(22), _week),
    "docks-drag": _on(_answers(22), _hold_over_a_taken_door),
    "docks-new": _on(_answers(12), give("NEW_APPOINTMENT", pallets="20", carrier="Spedition Grünwald & Söhne")),
    "docks-list": _on(_answers(22), tab(1), row(3)),
    "docks-doors": _on(_answers(12), tab(2), row(1), give("CHANGE_DOOR")),
    "docks-roster": _on(_answers(12), tab(3), row(1)),
    "docks-carriers": _on(_answers(40), tab(4)),
    "docks-rates": _on(_finished(24), tab(5)),
}
