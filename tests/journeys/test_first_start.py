"""The first hour with the program: an empty home, an administrator, and nothing else."""

import json
import re
from pathlib import Path

from app.composition.home import open_home
from app.composition.workstation import DEFAULT_STATION, Workstation
from app.devices.simulation import Simulation
from app.stations.demo.player import Player
from tests.journeys.conftest import run_app

SAMPLES = Path(__file__).resolve().parents[2] / "resources/samples"


def test_the_first_admin_is_shown_once_and_can_sign_on_before_there_is_a_warehouse(home: Path, tmp_path: Path) -> None:
    created = run_app("admin", "init", home=home)
    assert created.returncode == 0, created.stderr
    badge, pin = re.findall(r"badge (\S+), PIN (\d+)", created.stdout)[0]
    again = run_app("admin", "init", "--json", home=home)
    assert json.loads(again.stdout) == {"created": False}
    with (
        open_home(home, options={}) as opened,
        Simulation("first") as simulation,
        Workstation(opened, DEFAULT_STATION, simulation.devices()) as workstation,
    ):
        workstation.program.show(full_screen=False)
        player = Player(workstation.window, simulation, tmp_path)
        player.strip_says("scanner", "ready")
        player.scan_at_the_door(badge)
        player.type_in(pin)
        player.at_home()
        simulation.scan("GO-RECEIVING", "code-128")
        player.told("warehouse.none")


def test_the_two_sample_files_are_imported_as_they_are_and_a_second_time_changes_nothing(home: Path) -> None:
    first = run_app("import", str(SAMPLES / "warehouse.yaml"), str(SAMPLES / "product.json"), "--json", home=home)
    assert first.returncode == 0, first.stderr
    said = json.loads(first.stdout)
    assert said["warehouses"]["new"] == 1
    assert said["products"]["new"] == 1
    assert [finding["severity"] for finding in said["findings"]] == ["notice", "notice"]
    second = run_app("import", str(SAMPLES / "warehouse.yaml"), str(SAMPLES / "product.json"), "--json", home=home)
    assert json.loads(second.stdout)["warehouses"] == {"new": 0, "changed": 0, "same": 1}
    asked = run_app("code", "R01", "--json", home=home)
    places = [record["label"] for record in json.loads(asked.stdout)["records"]]
    assert sorted(places) == ["WH001-REC-R01", "WH001-STO-R01"]


def test_a_bad_file_is_refused_whole_with_every_fault(home: Path, tmp_path: Path) -> None:
    bad = tmp_path / "products.json"
    bad.write_text(
        '[{"sku": "A", "name": "A", "tracking": "sometimes", "uom": {"base": "Each"}},'
        ' {"sku": "B", "name": "", "uom": {"base": "Each", "alternates": [{"unit": "Case", "conversion": -3}]}}]'
    )
    refused = run_app("import", str(bad), "--json", home=home)
    assert refused.returncode == 1
    said = json.loads(refused.stdout)
    assert not said["applied"]
    assert [(one["where"], one["value"]) for one in said["findings"] if one["severity"] == "error"] == [
        ("[0].tracking", "sometimes"),
        ("[1].uom.alternates[0].conversion", "-3"),
    ]


def test_the_self_test_passes_in_an_empty_home(home: Path) -> None:
    tested = run_app("selftest", home=home)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    assert "FAILED" not in tested.stdout
