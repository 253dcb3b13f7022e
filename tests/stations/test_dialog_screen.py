"""The one screen of all dialogs, as STATIONS.md wants it."""

import itertools
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QStackedWidget
from pytestqt.qtbot import QtBot

from app.dialogs.dialog import Choice, Count, ExtraCard, Feedback, ItemPanel, Level, Prompt, Row
from app.stations.kit.kit import Kit
from app.stations.kit.theme import INSTRUCTION_PX, NUMBER_PX, SKU_PX, TOUCH_GAP_PX, TOUCH_PX
from tests.stations.conftest import Desk, prompt, settle

WRONG = Feedback(Level.ERROR, "t.wrong", {"scanned": "4006381333931"})
WHY = {
    "chosen": ["STO-A14"],
    "considered": [
        {"candidate": "STO-A14", "passed": [], "failed": [], "seen": {}, "because": ""},
        {"candidate": "STO-A01", "passed": [], "failed": ["t.open"], "seen": {}, "because": ""},
    ],
    "left_out": {},
    "policy": {},
}


def test_a_prompt_is_shown_completely(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    assert desk.screen.instruction.text() == "Scan the next unit"
    assert desk.screen.goods.sku.text() == "PROD-001"
    assert desk.screen.goods.details() == [("Lot", "L-2026-07")]
    assert desk.screen.goods.number.text() == "3 of 11 Each"
    assert [row.cells[0] for row in desk.screen.lines.rows()] == ["PROD-001", "PROD-007"]
    assert desk.screen.keys.commands() == {1: "HELP", 2: "UNDO", 3: "SHORT", 12: "HOME"}


def test_a_prompt_from_another_thread_arrives(desk: Desk, qtbot: QtBot) -> None:
    thread = threading.Thread(target=desk.lane.show, args=(prompt(),), name="lane")
    with qtbot.waitSignal(desk.screen.shown):
        thread.start()
    thread.join()
    assert desk.screen.prompt == prompt()


def test_an_error_says_what_was_scanned_and_what_to_do_and_stays(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(feedback=WRONG))
    assert desk.screen.band.text() == "4006381333931 is not in this order."
    assert desk.screen.band.remedy() == "Put it aside."
    assert desk.sounds == ["error"]
    assert not desk.screen.band._fade.isActive()
    assert "STOP" in desk.screen.band.accessibleName()


def test_a_database_that_does_not_answer_is_said_over_the_last_success_until_it_does(desk: Desk, qtbot: QtBot) -> None:
    desk.screen.show_prompt(prompt(feedback=Feedback(Level.OK, "t.counted", {"sku": "PROD-001"})))
    desk.screen._silent.setInterval(20)
    desk.screen.on_scan("4006381333931")
    qtbot.waitUntil(lambda: desk.screen.band.text() == "The database has not answered yet.")
    assert desk.sounds == ["ok", "error"]
    desk.screen.show_prompt(prompt(feedback=Feedback(Level.OK, "t.counted", {"sku": "PROD-001"})))
    assert desk.screen.band.level is Level.OK
    assert not desk.screen._silent.isActive(), "nothing is awaited any more"


def test_a_success_may_fade(desk: Desk, qtbot: QtBot) -> None:
    desk.screen.show_prompt(prompt(feedback=Feedback(Level.OK, "t.counted", {"sku": "PROD-001"})))
    assert desk.screen.band._fade.isActive()
    desk.screen.band._fade.setInterval(1)
    desk.screen.band._fade.start()
    qtbot.waitUntil(lambda: desk.screen.band.level is None)


def test_an_error_goes_with_the_next_valid_action(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(feedback=WRONG))
    desk.screen.show_prompt(prompt())
    assert desk.screen.band.level is None


def test_escape_takes_note_of_an_error_before_it_leads_home(desk: Desk, qtbot: QtBot) -> None:
    desk.screen.show_prompt(prompt(feedback=WRONG))
    with qtbot.assertNotEmitted(desk.screen.left):
        QTest.keyClick(desk.screen, Qt.Key.Key_Escape)
    assert desk.screen.band.level is None
    with qtbot.waitSignal(desk.screen.left):
        QTest.keyClick(desk.screen, Qt.Key.Key_Escape)


def test_a_touch_takes_note_of_an_error(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(feedback=WRONG))
    QTest.mouseClick(desk.screen.band, Qt.MouseButton.LeftButton)
    assert desk.screen.band.level is None


@pytest.mark.parametrize("level", list(Level))
def test_each_verdict_has_a_sound_and_a_word_of_its_own(desk: Desk, level: Level) -> None:
    desk.screen.show_prompt(prompt(feedback=Feedback(level, "t.counted", {"sku": "PROD-001"})))
    assert desk.sounds == [level.value]
    words = {desk.kit.texts.text("captions", f"level.{one}") for one in Level}
    assert len(words) == len(Level)
    assert desk.kit.texts.text("captions", f"level.{level}") in desk.screen.band.accessibleName()


def test_scans_made_before_a_refusal_was_seen_are_named_as_not_used(desk: Desk) -> None:
    refusal = Feedback(Level.ERROR, "t.wrong", {"scanned": "A"}, unused=("B", "C"))
    desk.screen.show_prompt(prompt(feedback=refusal))
    assert desk.screen.band.remedy().endswith("B, C")


def test_enter_and_space_press_nothing(desk: Desk, qtbot: QtBot) -> None:
    choices = (Choice("DAMAGED", "t.damaged"), Choice("LESS", "t.less"))
    for shown in (prompt(), prompt(choices=choices), prompt(feedback=WRONG)):
        desk.screen.show_prompt(shown)
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            QTest.keyClick(desk.screen.focusWidget() or desk.screen, key)
    qtbot.waitUntil(lambda: not desk.screen.choices.findChildren(QTimer)[0].isActive())
    assert desk.lane.keys == []
    assert desk.lane.scans == []


def test_no_button_takes_the_focus(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    for button in [*desk.screen.keys.buttons(), desk.screen.answer.pad.enter]:
        assert button.focusPolicy() == Qt.FocusPolicy.NoFocus
    QTest.mouseClick(desk.screen.keys.buttons()[1], Qt.MouseButton.LeftButton)
    assert desk.lane.keys == [("UNDO", "")]
    assert desk.screen.focusWidget() is desk.screen.scan_box


def test_function_keys_give_commands_in_their_order(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    QTest.keyClick(desk.screen.scan_box, Qt.Key.Key_F3)
    assert desk.lane.keys == [("SHORT", "")]


def test_touch_targets_are_large_and_apart(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(commands=("UNDO", "SHORT", "DAMAGED", "NEW_BOX", "CLOSE_BOX", "PAUSE")))
    settle()
    buttons = desk.screen.keys.buttons()
    assert all(button.height() >= TOUCH_PX for button in buttons)
    for one, next_one in itertools.pairwise(buttons):
        assert next_one.x() - (one.x() + one.width()) >= TOUCH_GAP_PX


def test_a_typed_code_goes_to_the_dialog_as_a_scan(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    QTest.keyClicks(desk.screen.scan_box, "PROD-001")
    QTest.keyClick(desk.screen.scan_box, Qt.Key.Key_Return)
    assert desk.lane.scans == [("PROD-001", "", "keyboard")]
    assert desk.screen.scan_box.text() == ""


def test_a_quantity_is_answered_by_the_pad(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(ask="t.quantity"))
    for digit in ("1", "2"):
        desk.screen.answer.pad.typed.emit(digit)
    QTest.mouseClick(desk.screen.answer.pad.enter, Qt.MouseButton.LeftButton)
    assert desk.lane.keys == [("ENTER", "12")]


def test_a_scan_while_a_quantity_is_half_typed_sounds_an_error_and_keeps_the_answer(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(ask="t.quantity"))
    QTest.keyClicks(desk.screen.answer.edit, "12")
    desk.screen.on_scan("PROD-001", "code-128", "scanner")
    assert desk.lane.scans == []
    assert desk.sounds == ["error"]
    assert "PROD-001" in desk.screen.band.text()
    assert desk.screen.answer.edit.text() == "12"


def test_a_scan_instead_of_a_pin_sounds_an_error(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(ask="t.pin", secret=True))
    desk.screen.on_scan("PROD-001")
    assert desk.lane.scans == []
    assert desk.sounds == ["error"]
    assert desk.screen.answer.edit.echoMode() == desk.screen.answer.edit.EchoMode.Password


def test_a_choice_is_made_by_its_key(desk: Desk, qtbot: QtBot) -> None:
    desk.screen.show_prompt(prompt(choices=(Choice("DAMAGED", "t.damaged"), Choice("LESS", "t.less"))))
    QTest.keyClick(desk.screen.choices, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: desk.lane.keys == [("LESS", "")])


def test_a_code_typed_by_a_scanner_chooses_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.screen.show_prompt(prompt(choices=(Choice("DAMAGED", "t.damaged"), Choice("LESS", "t.less"))))
    QTest.keyClicks(desk.screen.choices, "2400638")
    qtbot.waitUntil(lambda: desk.screen.scan_box.text() == "2400638")
    assert desk.lane.keys == []


def test_what_is_waited_for_is_said(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(waiting="weight"))
    assert desk.screen.waiting.text() == "Waiting for a stable weight from the scale"


def test_why_shows_the_decision_and_goes_away_again(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(why=WHY))
    QTest.keyClick(desk.screen.scan_box, Qt.Key.Key_F11)
    assert desk.screen.why.lines()[0] == "Chosen: STO-A14"
    assert desk.screen.why.lines()[2] == "STO-A01: not possible – Open"
    assert desk.screen.why.isVisible()
    QTest.keyClick(desk.screen, Qt.Key.Key_Escape)
    assert not desk.screen.why.isVisible()


def test_nothing_jumps_between_steps(desk: Desk, qtbot: QtBot) -> None:
    parts = (desk.screen.instruction, desk.screen.goods, desk.screen._work, desk.screen.band, desk.screen.keys)

    def places() -> list[tuple[QPoint, int, int]]:
        settle()
        return [(part.pos(), part.width(), part.height()) for part in parts]

    desk.screen.show_prompt(prompt())
    first = places()
    steps = (
        Prompt("t.scan"),
        prompt(ask="t.quantity", feedback=WRONG),
        prompt(choices=(Choice("LESS", "t.less"),)),
        prompt(item=ItemPanel("X" * 40, "word " * 30), waiting="print_job", why=WHY),
    )
    for step in steps:
        desk.screen.show_prompt(step)
        assert places() == first


def test_the_sku_is_never_elided_at_1366_pixels(desk: Desk, qtbot: QtBot) -> None:
    for sku in ("PROD-001", "HYDR-CYL-DOUBLE-ACTING-0063-0400-SS316L", "W" * 60):
        desk.screen.show_prompt(prompt(item=ItemPanel(sku, "A name")))
        settle()
        shown = desk.screen.goods.sku
        assert QFontMetrics(shown.fitted_font()).horizontalAdvance(sku) <= shown.width()
    desk.screen.show_prompt(prompt())
    assert desk.screen.goods.sku.fitted_font().pixelSize() == SKU_PX


def test_identifiers_in_the_lines_are_shown_whole(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    assert all(desk.screen.lines.cell_fits(row, column) for row in range(2) for column in range(2))


def test_a_name_of_two_hundred_letters_is_cut_and_hides_no_quantity(desk: Desk) -> None:
    rows = (Row(("HYDR-CYL-0063", "X" * 200, "2", "3"), "open"), Row(("PROD-007", "Mug", "0", "12"), "current"))
    desk.screen.show_prompt(prompt(columns=("t.sku", "t.name", "t.open", "t.open"), rows=rows))
    settle()
    lines = desk.screen.lines
    fits = [[lines.cell_fits(row, column) for column in range(4)] for row in range(2)]
    assert fits == [[True, False, True, True], [True] * 4]
    assert sum(lines._body.widths) <= lines._body.width(), "the last column is in sight"


def test_a_column_that_says_nothing_gives_its_room_to_the_others_where_they_need_it(desk: Desk) -> None:
    columns = ("t.sku", "t.name", "t.open", "t.open")
    for sku, left_out in (("PROD-007", False), ("W" * 60, True)):
        desk.screen.show_prompt(prompt(columns=columns, rows=(Row((sku, "", "2", "3"), "open"),)))
        settle()
        for lines in (desk.screen.lines._head, desk.screen.lines._body):
            assert (lines.widths[1] == 0) is left_out


def test_news_for_a_locked_station_take_no_key_of_the_pin_that_is_typed(desk: Desk, qtbot: QtBot) -> None:
    front = QStackedWidget()
    pin = QLineEdit()
    front.addWidget(desk.screen)
    front.addWidget(pin)
    qtbot.addWidget(front)
    front.show()
    front.activateWindow()
    qtbot.waitUntil(front.isActiveWindow)
    front.setCurrentWidget(pin)
    pin.setFocus()
    desk.screen.show_prompt(prompt(choices=(Choice("a", "t.damaged"), Choice("b", "t.less"))))
    settle()
    QTest.keyClicks(front.window().focusWidget(), "24")
    front.removeWidget(desk.screen)
    desk.screen.setParent(None)
    assert (pin.text(), desk.lane.keys) == ("24", [])


def test_instruction_and_number_can_be_read_from_afar(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    font = desk.screen.instruction.words.fitted_font()
    assert font.bold()
    assert font.pixelSize() >= INSTRUCTION_PX == 44
    assert desk.screen.goods.number.number_px() >= NUMBER_PX >= 130


def test_the_screen_fits_the_smallest_display(desk: Desk) -> None:
    desk.screen.show_prompt(prompt())
    needed = desk.screen.minimumSizeHint()
    assert needed.width() <= 1366
    assert needed.height() <= 768 - 40


def test_everything_that_can_be_pressed_has_a_name(desk: Desk) -> None:
    desk.screen.show_prompt(prompt(ask="t.quantity"))
    pressed = [*desk.screen.keys.buttons(), *desk.screen.answer.pad.findChildren(type(desk.screen.answer.pad.enter))]
    assert all(button.accessibleName() for button in pressed)
    assert desk.screen.scan_box.accessibleName()
    assert desk.screen.answer.edit.accessibleName() == "How many?"
    assert desk.screen.goods.number.accessibleName() == "3 of 11 Each"


def test_help_is_about_the_error_in_sight_else_about_the_station(desk: Desk, qtbot: QtBot) -> None:
    desk.screen.show_prompt(prompt())
    assert desk.screen.topic() == "packing"
    desk.screen.show_prompt(prompt(feedback=WRONG))
    assert desk.screen.topic() == "error:t.wrong"


def test_a_screen_that_is_left_lets_go_of_its_dialog(desk: Desk, kit: Kit, qtbot: QtBot) -> None:
    desk.screen.let_go()
    qtbot.waitUntil(lambda: desk.lane.stopped)


def test_the_evidence_of_the_carton_in_sight_is_written_where_the_person_says(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.screen.show_prompt(prompt(evidence="340123450000000017", commands=("CARTON_EVIDENCE",)))
    QTest.mouseClick(desk.screen.keys.buttons()[1], Qt.MouseButton.LeftButton)
    (chooser,) = desk.screen.findChildren(QFileDialog)
    assert chooser.selectedFiles()[0].endswith("340123450000000017-evidence.pdf")
    chooser.reject()
    desk.screen.write_evidence("340123450000000017", tmp_path / "proof.pdf")
    qtbot.waitUntil(lambda: desk.screen.band.text() == "proof.pdf is written.")
    assert (tmp_path / "proof.pdf").read_text() == "340123450000000017"
    desk.screen.write_evidence("340123450000000017", tmp_path / "gone" / "proof.pdf")
    qtbot.waitUntil(lambda: desk.screen.band.level is Level.ERROR)
    assert desk.lane.keys == [], "the conversation goes on as it stood"


def test_a_picture_to_be_read_takes_the_place_of_the_goods_unless_something_is_counted(desk: Desk) -> None:
    fold = ExtraCard("Fold the flaps", "Both inwards", "kept:aa")
    desk.screen.show_prompt(prompt(extra=fold, count=None))
    assert desk.screen.goods.isHidden()
    for shown in (
        prompt(extra=fold, count=Count("1", "3")),
        prompt(extra=replace(fold, picture=""), count=None),
        prompt(),
    ):
        desk.screen.show_prompt(shown)
        assert not desk.screen.goods.isHidden()
