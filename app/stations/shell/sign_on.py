"""Sign-on: scan a badge, type the PIN. Also the locked station, which waits for the PIN of who works there."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.codes import read_code
from app.stations.kit.answer_area import AnswerArea
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fkey_bar import HELP, FKeyBar
from app.stations.kit.headline import Headline
from app.stations.kit.icons import Symbol
from app.stations.kit.kit import Kit
from app.stations.kit.scan_box import ScanBox
from app.stations.kit.tasks import Progress, Stopped
from app.stations.shell.entries import ELSEWHERE, PIN_MUST_CHANGE, ChangePin, SignedOn, SignOn

_OTHER_PIN = frozenset({"person.pin_same", "person.pin_format"})
"""What is wrong with a new PIN: another one is asked for."""


class SignOnScreen(QWidget):
    """Says what to do at each step: badge, PIN, a PIN of one's own where it was given, and whether to take over."""

    signed_on = Signal(object)
    help_asked = Signal(str)

    def __init__(self, kit: Kit, sign_on: SignOn, change_pin: ChangePin) -> None:
        super().__init__()
        self._kit = kit
        self._sign_on = sign_on
        self._change_pin = change_pin
        self._old_pin = self._new_pin = self._tried = ""
        self._badge = ""
        self._locked_badge = self._locked_person = ""
        self._take_over = False
        self._checking = False
        self.instruction = Headline(kit.theme)
        self.badge_box = ScanBox(kit.texts, hint="badge_box")
        self.answer = AnswerArea(kit)
        self.band = FeedbackBand(kit)
        self.keys = FKeyBar(kit, last="")
        self._hint = QLabel(wordWrap=True)
        self._hint.setProperty("role", "body")
        self._hint.setContentsMargins(19, 4, 19, 4)
        self._pages = QStackedWidget()
        self._pages.setObjectName("workArea")
        self._arrange()
        self.badge_box.entered.connect(self.on_scan)
        self.answer.answered.connect(self._try)
        self.keys.pressed.connect(self._command)
        self.start_over()

    @property
    def badge(self) -> str:
        """The badge that waits for its PIN, or that was signed on last."""
        return self._badge

    def start_over(self, *, keep_feedback: bool = False) -> None:
        """Wait for a badge."""
        self._badge = ""
        self._old_pin = self._new_pin = self._tried = ""
        self._locked_badge = self._locked_person = ""
        self._take_over = False
        if not keep_feedback:
            self.band.clear()
        self._say("stations.sign_on_badge", "sign_on")
        self._pages.setCurrentIndex(0)
        self.badge_box.clear()
        self.badge_box.setFocus()

    def lock(self, badge: str, person: str) -> None:
        """Wait for the PIN of who works here; another badge starts over."""
        self.start_over()
        self._locked_badge, self._locked_person = badge, person
        self._ask_pin(badge)

    def on_scan(self, raw: str, symbology: str = "", _source: str = "keyboard") -> None:
        """Take a badge; while a PIN is half typed a scan is out of place, and goods are no badge."""
        if self._checking or (self._badge and self.answer.begun):
            self.band.show_feedback(Feedback(Level.ERROR, "stations.pin_first", {"scanned": raw}))
            return
        meaning = read_code(raw, symbology)
        if meaning.gtin or meaning.sscc or meaning.is_gs1:
            self.band.show_feedback(Feedback(Level.ERROR, "stations.no_badge", {"scanned": raw}))
            return
        self.band.clear()
        self._take_over = False
        self._locked_badge = self._locked_badge if raw == self._locked_badge else ""
        self._ask_pin(raw.strip())

    def say(self, feedback: Feedback) -> None:
        """Show a verdict from outside, such as a code that was cut in two."""
        self.band.show_feedback(feedback)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape starts over; F1 helps."""
        if event.key() == Qt.Key.Key_Escape:
            if not self.band.acknowledge():
                self.start_over()
        elif not self.keys.press(event.key()):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Ready for the next badge or PIN."""
        super().showEvent(event)
        (self.answer.edit if self._badge else self.badge_box).setFocus()

    def _ask_pin(self, badge: str) -> None:
        self._badge = badge
        if self._locked_badge:
            self._say("stations.locked", "locked", person=self._locked_person)
        else:
            self._say("stations.sign_on_pin_of", "sign_on", badge=badge)
        self.answer.ask(self._kit.texts.text("prompts", "stations.sign_on_pin"), secret=True)
        self._pages.setCurrentWidget(self.answer)
        self.answer.edit.setFocus()

    def _try(self, pin: str) -> None:
        if self._checking:
            return
        if self._old_pin and not self._new_pin:
            self._new_pin = pin
            self._ask_again("stations.new_pin_again")
            return
        if self._old_pin and pin != self._new_pin:
            self._new_pin = ""
            self.band.show_feedback(Feedback(Level.ERROR, "person.pins_differ"))
            self._ask_again("stations.new_pin")
            return
        badge, take_over, old = self._badge, self._take_over, self._old_pin
        self._checking, self._tried = True, pin
        self.instruction.set_text(self._kit.texts.text("prompts", "stations.checking"))

        def work(_progress: Progress) -> SignedOn:
            if old:
                self._change_pin(badge, old, pin)
            return self._sign_on(badge, pin, take_over)

        self._kit.tasks.start(work, owner=self, done=self._answered, failed=self._refused)

    def _answered(self, who: SignedOn) -> None:
        self._checking = self._take_over = False
        self._old_pin = self._new_pin = self._tried = ""
        self.band.clear()
        self.signed_on.emit(who)

    def _ask_take_over(self, station: str) -> None:
        """Somebody is signed on with this badge at `station`: the PIN, typed again, continues here."""
        self._take_over = True
        self._kit.sounds.play(Level.WARNING)
        self._say("stations.take_over", "take_over", station=station)
        self.answer.ask(self._kit.texts.text("prompts", "stations.sign_on_pin"), secret=True)
        self.answer.edit.setFocus()

    def _ask_again(self, instruction: str) -> None:
        """The next PIN, typed into the same place."""
        self._say(instruction, "new_pin")
        self.answer.ask(self._kit.texts.text("prompts", "stations.sign_on_pin"), secret=True)
        self.answer.edit.setFocus()

    def _refused(self, stopped: Stopped) -> None:
        self._checking = False
        facts = {name: str(value) for name, value in stopped.facts.items()}
        if stopped.code == ELSEWHERE:
            self._old_pin = self._new_pin = ""
            self._ask_take_over(facts.get("station", ""))
            return
        if stopped.code == PIN_MUST_CHANGE or (self._old_pin and stopped.code in _OTHER_PIN):
            self._old_pin, self._new_pin = self._old_pin or self._tried, ""
            self.band.show_feedback(Feedback(Level.WARNING, stopped.code, facts))
            self._ask_again("stations.new_pin")
            return
        self.band.show_feedback(Feedback(Level.ERROR, stopped.code, facts))
        if self._locked_badge:
            self._ask_pin(self._locked_badge)
        else:
            self.start_over(keep_feedback=True)

    def _command(self, command: str) -> None:
        if command == HELP:
            self.help_asked.emit("sign_on")

    def _say(self, instruction: str, hint: str, **facts: str) -> None:
        self.instruction.set_text(self._kit.texts.text("prompts", instruction, facts))
        self._hint.setText(self._kit.texts.text("hints", hint))

    def _arrange(self) -> None:
        badge = QWidget()
        column = QVBoxLayout(badge)
        column.setContentsMargins(60, 24, 60, 24)
        column.setSpacing(24)
        column.addStretch(1)
        column.addWidget(Symbol(self._kit.theme, "badge", tint="accent", size_px=170), 0, Qt.AlignmentFlag.AlignHCenter)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.badge_box, 2)
        line.addStretch(1)
        column.addLayout(line)
        column.addStretch(1)
        self._pages.addWidget(badge)
        self._pages.addWidget(self.answer)
        body = QVBoxLayout(self)
        body.setContentsMargins(10, 8, 10, 8)
        body.setSpacing(7)
        body.addWidget(self.instruction)
        body.addWidget(self._hint)
        body.addWidget(self._pages, 1)
        body.addWidget(self.band)
        body.addWidget(self.keys)
