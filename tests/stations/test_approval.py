"""A supervisor's approval on the operator's own screen."""

from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.stations.kit.approval import ApprovalArea
from app.stations.kit.kit import Kit


def test_a_badge_and_its_pin_give_an_approval_without_a_window(kit: Kit, qtbot: QtBot) -> None:
    area = ApprovalArea(kit)
    qtbot.addWidget(area)
    area.show()
    area.ask("Adjust PROD-001")
    assert not area.waits_for_pin
    area.on_scan("7001")
    assert area.waits_for_pin
    with qtbot.waitSignal(kit.sounds.asked, check_params_cb=lambda sound: sound == "error"):
        area.on_scan("7002")  # a second badge while the PIN is awaited changes nothing, and is heard
    QTest.keyClicks(area.answer.edit, "1234")
    with qtbot.waitSignal(area.given) as given:
        area.answer.pad.entered.emit()
    assert given.args == ["7001", "1234"]
    assert area.answer.edit.text() == ""
