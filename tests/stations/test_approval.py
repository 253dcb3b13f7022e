"""A supervisor's approval on the operator's own screen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.dialogs.dialog import Feedback, Level, Prompt
from tests.stations.conftest import Desk, prompt

REQUEST = "0199aa00-0000-7000-8000-000000000001"
REFUSED = Feedback(Level.ERROR, "t.wrong", {"scanned": "SH-P-0007"})


def wanted(**changes: object) -> Prompt:
    """A prompt that waits for an approval."""
    facts = {"permission": "override_weight", "reason": "WEIGHT_OVERRIDE", "request": REQUEST}
    return prompt(**{"waiting": "approval", "facts": facts, "commands": ("CANCEL",), **changes})


@pytest.fixture
def asked(desk: Desk) -> Desk:
    desk.screen.show_prompt(wanted())
    return desk


def test_what_is_to_be_approved_and_why_is_said_in_words(asked: Desk) -> None:
    area = asked.screen.approval
    assert area.isVisible()
    assert area.wanted.text() == "Accept a wrong weight: The scale is right\nScan a supervisor's badge"
    assert asked.screen.waiting.text() == "Waiting for a supervisor"


def test_a_capability_says_what_exactly_is_to_be_approved(asked: Desk) -> None:
    assert not asked.screen.approval.about.isVisible()
    carton = {"carton": "340123450000000018", "goods": "2 × PROD-001"}
    asked.screen.show_prompt(wanted(instruction="u.approve", facts={**wanted().facts, **carton}))
    assert asked.screen.approval.about.isVisible()
    assert asked.screen.approval.about.text() == "2 × PROD-001 in 340123450000000018"


def test_badge_and_pin_reach_the_dialog_and_the_operator_stays(asked: Desk) -> None:
    asked.screen.on_scan("SH-P-0007", "code-128", "scanner-1")
    assert asked.screen.focusWidget() is asked.screen.approval.answer.edit
    assert asked.screen.approval.answer.edit.echoMode() == asked.screen.approval.answer.edit.EchoMode.Password
    QTest.keyClicks(asked.screen.approval.answer.edit, "1234")
    QTest.keyClick(asked.screen.approval.answer.edit, Qt.Key.Key_Return)
    assert asked.lane.approvals == [("SH-P-0007", "1234")]
    assert asked.lane.scans == []
    assert asked.lane.keys == []
    assert asked.screen.approval.answer.edit.text() == ""


def test_a_badge_number_may_be_typed(asked: Desk) -> None:
    QTest.keyClicks(asked.screen.scan_box, "7")
    QTest.keyClick(asked.screen.scan_box, Qt.Key.Key_Return)
    asked.screen.approval.answer.answered.emit("1234")
    assert asked.lane.approvals == [("SH-P-0007", "1234")]


@pytest.mark.parametrize("scanned", ["PROD-001", "4006381333931", "340123450000000018", "7"])
def test_any_other_code_is_an_error_and_reaches_nobody(asked: Desk, scanned: str) -> None:
    asked.screen.on_scan(scanned, "code-128", "scanner-1")
    assert asked.sounds == ["error"]
    assert scanned in asked.screen.band.text()
    assert not asked.screen.approval.waits_for_pin
    assert asked.lane.scans == []


def test_a_second_badge_while_the_pin_is_awaited_changes_nothing_and_is_heard(asked: Desk) -> None:
    asked.screen.on_scan("SH-P-0007")
    asked.screen.on_scan("SH-P-0008")
    assert asked.sounds == ["error"]
    asked.screen.approval.answer.answered.emit("1234")
    asked.screen.on_scan("SH-P-0008")  # the PIN is being checked
    assert asked.sounds == ["error", "error"]
    assert asked.lane.approvals == [("SH-P-0007", "1234")]


def test_a_wrong_pin_is_said_and_asks_for_the_badge_again(asked: Desk) -> None:
    asked.screen.on_scan("SH-P-0007")
    asked.screen.approval.answer.answered.emit("9999")
    asked.screen.show_prompt(wanted(feedback=REFUSED))
    assert asked.sounds == ["error"]
    assert asked.screen.approval.wanted.text().endswith("Scan a supervisor's badge")
    asked.screen.on_scan("SH-P-0008")
    asked.screen.approval.answer.answered.emit("1234")
    assert asked.lane.approvals[-1] == ("SH-P-0008", "1234")


def test_the_same_request_shown_again_leaves_a_half_typed_pin_alone(asked: Desk) -> None:
    asked.screen.on_scan("SH-P-0007")
    QTest.keyClicks(asked.screen.approval.answer.edit, "12")
    asked.screen.show_prompt(wanted(feedback=REFUSED))
    assert asked.screen.approval.answer.edit.text() == "12"


def test_another_request_begins_with_the_badge(asked: Desk) -> None:
    asked.screen.on_scan("SH-P-0007")
    asked.screen.show_prompt(wanted(facts={"permission": "adjust", "reason": "", "request": "other"}))
    assert not asked.screen.approval.waits_for_pin
    assert asked.screen.approval.wanted.text() == "Adjust stock\nScan a supervisor's badge"


def test_cancel_stays_possible_by_key_and_by_scan(asked: Desk) -> None:
    asked.screen.on_scan("SH-CMD-CANCEL", "code-128", "scanner-1")
    QTest.keyClick(asked.screen.scan_box, Qt.Key.Key_F3)
    assert asked.lane.scans == [("SH-CMD-CANCEL", "code-128", "scanner-1")]
    assert asked.lane.keys == [("CANCEL", "")]
    asked.screen.show_prompt(prompt())
    assert not asked.screen.approval.isVisible()


def test_escape_lets_another_badge_be_scanned_before_it_leads_home(asked: Desk, qtbot: QtBot) -> None:
    asked.screen.on_scan("SH-P-0007")
    with qtbot.assertNotEmitted(asked.screen.left):
        QTest.keyClick(asked.screen, Qt.Key.Key_Escape)
    assert not asked.screen.approval.waits_for_pin
    with qtbot.waitSignal(asked.screen.left):
        QTest.keyClick(asked.screen, Qt.Key.Key_Escape)
