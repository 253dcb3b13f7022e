"""Screens and dialogs are loaded when they are opened first, or all of them once the first window stands."""

import subprocess
import sys
from typing import cast

import pytest

from app import resources
from app.composition.desk import Desk
from app.composition.loading import dialog_of, load_the_rest
from app.composition.screens import manager_entries
from app.stations.operations import PERMISSIONS
from app.stations.shell.entries import DESKS


def test_every_station_on_the_home_screen_has_a_dialog_of_its_name() -> None:
    assert [dialog_of(capability).capability for capability in PERMISSIONS] == list(PERMISSIONS)


def test_every_desk_has_its_place_on_the_home_screen() -> None:
    desks = [entry.name for entry in manager_entries(cast(Desk, None))]
    assert sorted(desks) == sorted(name for group in DESKS.values() for name in group)


def test_every_desk_has_a_page_in_the_manual() -> None:
    desks = manager_entries(cast(Desk, None))
    assert [one.topic for one in desks if not resources.resource("manual", "en", f"{one.topic}.md").exists()] == []


def test_what_is_left_is_loaded_in_the_background() -> None:
    load_the_rest(lambda: None)
    assert {"app.stations.stock", "app.composition.desks.stock", "app.dialogs.packing"} <= set(sys.modules)


def test_loading_ends_where_the_window_is_closed_meanwhile() -> None:
    class Closed(Exception):  # noqa: N818  (what a closed window raises)
        pass

    def closed() -> None:
        raise Closed

    with pytest.raises(Closed):
        load_the_rest(closed)


def test_the_first_window_waits_for_no_screen_and_for_nothing_heavy() -> None:
    """In a program of its own: this one has loaded everything already."""
    asked = "import sys; import app.main.desk; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    loaded = set(told.split())
    heavy = {"numpy", "scipy", "biip", "PIL", "pandas", "matplotlib", "reportlab", "openpyxl"}
    rooms = {"app.stations.kit.desk", "app.stations.kit.dialog_screen", "app.services.policies", "app.dialogs.packing"}
    assert "app.stations.shell.window" in loaded
    assert loaded & (heavy | rooms) == set()
