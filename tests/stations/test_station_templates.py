"""The templates of stations on the screen of devices: made, changed, compared, applied, forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app import settings
from app.database.session import as_json
from app.domain.errors import Refusal
from app.settings import DeviceSetting, Role, place_of, transport_at
from app.stations.devices import DevicesScreen
from app.stations.kit.kit import Kit
from drivers.simulators.hid_bus import HidBus
from tests.stations.test_devices import Workplace, do, opened
from tests.support import Site

SCALE = DeviceSetting("scale_1", Role.SCALE, "sics", transport_at("tcp:127.0.0.1:1"), unit_default="kg")


@pytest.fixture
def workplace(warehouse: Site, tmp_path: Path) -> Iterator[Workplace]:
    place = Workplace(warehouse, tmp_path, HidBus())
    place.bench.start()
    place.setting_up.save((SCALE,))
    yield place
    place.bench.stop()


@pytest.fixture
def screen(qtbot: QtBot, kit: Kit, workplace: Workplace) -> Iterator[DevicesScreen]:
    shown = opened(qtbot, kit, workplace)
    shown.pages.setCurrentWidget(shown.templates)
    yield shown
    shown.let_go()


def kept(workplace: Workplace) -> dict[str, list[str]]:
    return {one.name: [device.id for device in one.devices] for one in workplace.setting_up.templates()}


def test_a_template_is_made_from_here_changed_copied_and_forgotten(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace
) -> None:
    page = screen.templates
    screen.command("TEMPLATE_FROM_HERE")
    page.name.setText("Packing bench")
    screen.command("NEW_DEVICE")
    page.form.name.setText("gun")
    do(qtbot, screen, "SAVE")
    assert kept(workplace) == {"Packing bench": ["scale_1", "gun"]}
    qtbot.waitUntil(lambda: page.table.model.rowCount() == 1 and page.before == "Packing bench")
    screen.command("COPY_TEMPLATE")
    page.name.setText("Small bench")
    page.devices.setCurrentRow(1)
    screen.command("REMOVE_DEVICE")
    do(qtbot, screen, "SAVE")
    assert kept(workplace) == {"Packing bench": ["scale_1", "gun"], "Small bench": ["scale_1"]}
    do(qtbot, screen, "REMOVE_TEMPLATE")
    assert kept(workplace) == {"Packing bench": ["scale_1", "gun"]}


def test_a_template_is_applied_only_after_its_difference_was_shown(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace
) -> None:
    page = screen.templates
    screen.command("TEMPLATE_FROM_HERE")
    page.name.setText("Bench")
    page.form.unit.setCurrentText("lb")
    screen.command("APPLY")
    assert settings.load(workplace.folder, environment={}).devices == (SCALE,)
    screen.command("COMPARE")
    assert page.difference.toPlainText() == "scale_1: unit  kg → lb"
    do(qtbot, screen, "APPLY")
    [device] = settings.load(workplace.folder, environment={}).devices
    assert (device.unit_default, place_of(device.transport)) == ("lb", "tcp:127.0.0.1:1")
    assert page.difference.toPlainText() == "This station is as the template says."


def test_what_was_compared_is_forgotten_with_the_next_change(screen: DevicesScreen) -> None:
    page = screen.templates
    screen.command("TEMPLATE_FROM_HERE")
    page.form.unit.setCurrentText("lb")
    screen.command("COMPARE")
    assert page.compared is not None
    page.form.edited.emit()
    assert page.compared is None
    assert page.difference.toPlainText() == ""


def test_two_templates_of_one_name_and_one_without_are_refused(
    qtbot: QtBot, screen: DevicesScreen, workplace: Workplace
) -> None:
    page = screen.templates
    screen.command("TEMPLATE_FROM_HERE")
    screen.command("SAVE")
    assert kept(workplace) == {}
    page.name.setText("Bench")
    do(qtbot, screen, "SAVE")
    screen.command("TEMPLATE_FROM_HERE")
    page.name.setText("Bench")
    do(qtbot, screen, "SAVE")
    assert screen._error == "devices.template_taken"
    assert kept(workplace) == {"Bench": ["scale_1"]}


def test_who_may_not_set_up_looks_and_compares(qtbot: QtBot, kit: Kit, warehouse: Site, tmp_path: Path) -> None:
    place = Workplace(warehouse, tmp_path, HidBus(), may=False)
    shown = opened(qtbot, kit, place)
    shown.pages.setCurrentWidget(shown.templates)
    assert not shown.templates.name.isEnabled()
    shown.command("TEMPLATE_FROM_HERE")
    assert shown.templates.before == ""
    shown.command("COMPARE")
    assert shown.templates.compared is not None
    shown.let_go()


def test_the_database_itself_refuses_a_template_of_who_may_not_set_up(warehouse: Site) -> None:
    with pytest.raises(Refusal) as refusal, warehouse.login("desk_auditor").transaction() as session:
        session.call("save_station_template", name="X", type="bench", devices=as_json([]), before="")
    assert refusal.value.code == "permission.missing"
