"""The one screen of all dialogs: shows a prompt completely, hands back what the person does, decides nothing.

Every part has its place and keeps it from step to step: instruction, what a customer asks for (where they do), goods
and count (in their stead a picture to be read), work area (lines, or a question), scan box, feedback band, function
keys. The prompt is all the state there is.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level, Prompt
from app.dialogs.grammar import refused
from app.domain.codes import read_code
from app.domain.policies import Decision
from app.stations.kit.answer_area import AnswerArea
from app.stations.kit.approval import ApprovalArea
from app.stations.kit.carton_view import CartonView
from app.stations.kit.choices_list import ChoicesList
from app.stations.kit.evidence import COMMAND as EVIDENCE
from app.stations.kit.evidence import ask_for_file, written
from app.stations.kit.extra_view import ExtraView
from app.stations.kit.feedback_band import FeedbackBand
from app.stations.kit.fit_text import FitText
from app.stations.kit.fkey_bar import HELP, HOME, WHY, FKeyBar
from app.stations.kit.headline import Headline
from app.stations.kit.item_panel import ItemCard, PictureSource
from app.stations.kit.kit import Kit
from app.stations.kit.lane import OpenLane
from app.stations.kit.line_list import LineList
from app.stations.kit.photo_area import PhotoArea
from app.stations.kit.scan_box import ScanBox
from app.stations.kit.tasks import Progress, Stopped
from app.stations.kit.theme import Theme
from app.stations.kit.walk_view import WalkView
from app.stations.kit.why import WhyPanel

ENTER = "ENTER"
APPROVAL = "approval"
"""What a prompt waits for when a supervisor has to agree."""

PHOTO = "photo"
"""What a prompt waits for when a photo is to be taken; the answer is what the kept picture is known by."""
PhotoKeeper = Callable[[bytes | Path], str]
"""Keeps a photo, given as its bytes or as a file, and returns what it is known by. Called in a worker thread."""
EvidenceWriter = Callable[[str, Path], str]
"""Writes the evidence of a carton or order to a file, and returns the file's name. Called in a worker thread."""

_BUSY_AFTER_MS = 400
_SILENT_AFTER_MS = 5_000
"""So long without an answer the person is told that there is none: a green band from before would say otherwise."""
_NOTE_PX = 22


class DialogScreen(QWidget):
    """Renders prompts and returns scans, commands and answers to the lane.

    `picture` turns the name of a picture into an image file's bytes; `icon` stands in its place while there are no
    goods in hand; `help_page` is the manual's page for F1; `keep_photo` keeps a photo that was taken; `evidence` writes
    what is kept of a carton.
    """

    shown = Signal(object)
    left = Signal()
    finished = Signal()
    help_asked = Signal(str)
    _arrived = Signal(object)

    def __init__(
        self,
        kit: Kit,
        open_lane: OpenLane,
        *,
        picture: PictureSource,
        icon: str,
        help_page: str,
        keep_photo: PhotoKeeper,
        evidence: EvidenceWriter,
    ) -> None:
        super().__init__()
        self._kit = kit
        self._help_page = help_page
        self._keep_photo = keep_photo
        self._evidence = evidence
        self._prompt = Prompt(instruction="stations.starting", waiting="start")
        self._local: Feedback | None = None
        self.instruction = Headline(kit.theme)
        self.note = _Note(kit.theme)
        self.goods = ItemCard(kit, picture, icon=icon)
        self.lines = LineList(kit)
        self.carton = CartonView(kit)
        self.walk = WalkView(kit)
        self.answer = AnswerArea(kit)
        self.choices = ChoicesList(kit)
        self.approval = ApprovalArea(kit)
        self.photo = PhotoArea(kit)
        self.extra = ExtraView(kit, picture)
        self.why = WhyPanel(kit)
        self.scan_box = ScanBox(kit.texts)
        self.waiting = _Waiting()
        self.band = FeedbackBand(kit)
        self.keys = FKeyBar(kit)
        self._work = QStackedWidget()
        self._work.setObjectName("workArea")
        self._busy = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._silent = QTimer(self, singleShot=True, interval=_SILENT_AFTER_MS)
        self._arrange()
        self._connect()
        self._render(self._prompt, sound=False)
        self._lane = open_lane(self.deliver)

    # - in -

    def deliver(self, prompt: Prompt) -> None:
        """Show `prompt` as soon as the screen's own thread is free; may be called from any thread."""
        self._arrived.emit(prompt)

    def show_prompt(self, prompt: Prompt) -> None:
        """Show `prompt`, with its sound."""
        self._answered()
        self._local = None
        self._prompt = prompt
        self._render(prompt, sound=True)
        self.shown.emit(prompt)
        if prompt.finished:
            self.finished.emit()

    @property
    def prompt(self) -> Prompt:
        """What is shown."""
        return self._prompt

    def on_scan(self, raw: str, symbology: str = "", source: str = "keyboard") -> None:
        """Hand a scan over, unless a question is open that no scan can answer: then say so, loudly."""
        if self._prompt.waiting == APPROVAL and not _is_command(raw, symbology):
            self.approval.on_scan(raw, symbology, source)
            return
        if self._prompt.secret or (self._prompt.ask and self.answer.begun):
            self._say(Feedback(Level.ERROR, "stations.answer_first", {"scanned": raw}))
            return
        self._asked()
        self._lane.scan(raw, symbology, source)

    def say(self, feedback: Feedback, *, sound: bool = True) -> None:
        """Show a verdict that does not come from the dialog, such as a code that was cut in two."""
        self._say(feedback, sound=sound)

    def let_go(self) -> None:
        """Let go of the dialog, without waiting for it; the work stands as it is."""
        lane = self._lane
        self._kit.tasks.start(lambda _progress: lane.stop(), owner=self, done=_ignore, failed=_ignore)

    # - keys -

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Function keys give commands; Escape takes note of an error first, then leads home."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
        elif not self.keys.press(event.key()):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Ready to scan at once."""
        super().showEvent(event)
        self._focus()

    # - inside -

    def _arrange(self) -> None:
        for page in (self.lines, self.answer, self.choices, self.approval, self.photo, self.extra, self.why):
            self._work.addWidget(page)
        scan_row = QHBoxLayout()
        scan_row.setSpacing(18)
        scan_row.addWidget(self.scan_box, 5)
        scan_row.addWidget(self.waiting, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(7)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.instruction, 3)
        top.addWidget(self.note, 2)
        column.addLayout(top)
        column.addWidget(self.goods)
        work_row = QHBoxLayout()
        work_row.setSpacing(10)
        work_row.addWidget(self._work, 1)
        work_row.addWidget(self.carton)
        work_row.addWidget(self.walk)
        column.addLayout(work_row, 1)
        column.addLayout(scan_row)
        column.addWidget(self.band)
        column.addWidget(self.keys)

    def _connect(self) -> None:
        self._arrived.connect(self.show_prompt, Qt.ConnectionType.QueuedConnection)
        self._busy.timeout.connect(lambda: self.waiting.say(self._kit.texts.text("prompts", "stations.working")))
        self._silent.timeout.connect(lambda: self._say(Feedback(Level.ERROR, "stations.no_answer")))
        self.keys.pressed.connect(self._command)
        self.scan_box.entered.connect(lambda code: self.on_scan(code, "", "keyboard"))
        self.answer.answered.connect(lambda text: self._send(ENTER, text))
        self.choices.chosen.connect(self._send)
        self.choices.typed.connect(self._to_scan_box)
        self.approval.given.connect(self._approve)
        self.approval.refused.connect(self._say)
        self.photo.taken.connect(self._photographed)
        self.photo.chosen.connect(self._photographed)

    def _render(self, prompt: Prompt, *, sound: bool) -> None:
        texts = self._kit.texts
        self.instruction.set_text(texts.text("prompts", prompt.instruction, prompt.facts))
        marks = " · ".join(texts.text("captions", code) for code in prompt.marks)
        self.note.say("\n".join(part for part in (marks, prompt.note) if part))
        self.goods.show_goods(prompt.item, prompt.count)
        self.goods.setHidden(bool(prompt.extra and prompt.extra.picture) and prompt.count is None)
        self.lines.show_lines(prompt.columns, prompt.rows)
        self.carton.show_carton(prompt.carton)
        self.walk.show_walk(prompt.walk)
        waits = prompt.waiting and prompt.waiting != PHOTO  # for a photo the person is waited for
        self.waiting.say(texts.text("prompts", f"waiting.{prompt.waiting}", prompt.facts) if waits else "")
        self.band.show_feedback(prompt.feedback, sound=sound)
        self.keys.show_commands(prompt.commands, why=prompt.why is not None)
        if prompt.ask:
            self.answer.ask(texts.text("prompts", prompt.ask, prompt.facts), secret=prompt.secret)
        if prompt.choices:
            self.choices.offer(prompt.choices)
        if prompt.extra:
            self.extra.show_extra(prompt.extra)
        if prompt.waiting == APPROVAL:
            self.approval.ask(prompt.facts, capability=prompt.instruction.partition(".")[0])
        page = self._page(prompt)
        if page is self.photo and self._work.currentWidget() is not page:
            self.photo.begin()
        self._work.setCurrentWidget(page)
        self._focus()

    def _page(self, prompt: Prompt) -> QWidget:
        if prompt.waiting == APPROVAL:
            return self.approval
        if prompt.waiting == PHOTO:
            return self.photo
        if prompt.ask:
            return self.answer
        if prompt.extra:
            return self.extra
        return self.choices if prompt.choices else self.lines

    def _focus(self) -> None:
        """Be ready to answer; a screen that is covered, such as by the lock, takes no key that is typed elsewhere."""
        if not self.isVisible():
            return
        page = self._work.currentWidget()
        if page is self.answer:
            self.answer.edit.setFocus()
        elif page is self.choices:
            self.choices.setFocus()
        elif page is self.approval and self.approval.waits_for_pin:
            self.approval.answer.edit.setFocus()
        else:
            self.scan_box.setFocus()

    def _command(self, command: str) -> None:
        own: dict[str, Callable[[], object]] = {
            HELP: lambda: self.help_asked.emit(self.topic()),
            HOME: self.left.emit,
            WHY: self._toggle_why,
            EVIDENCE: self._ask_evidence,
        }
        own.get(command, lambda: self._send(command))()

    def _send(self, command: str, text: str = "") -> None:
        self._asked()
        self._lane.key(command, text)

    def _approve(self, badge: str, pin: str) -> None:
        self._asked()
        self._lane.approve(badge, pin)

    def _asked(self) -> None:
        """Something was handed over: the answer is awaited from now on, of several the first one's."""
        self._busy.start()
        if not self._silent.isActive():
            self._silent.start()

    def _answered(self) -> None:
        self._busy.stop()
        self._silent.stop()

    def _photographed(self, photo: bytes | Path) -> None:
        """Keep a photo off the screen's thread, then tell the dialog; what is no picture is said, and asked again."""

        def keep(_progress: Progress) -> str:
            return self._keep_photo(photo)

        def failed(stopped: Stopped) -> None:
            self._busy.stop()
            self.waiting.say("")
            self._say(refused(stopped))

        self._busy.start()
        self._kit.tasks.start(keep, owner=self, done=lambda known_by: self._send(ENTER, known_by), failed=failed)

    def _ask_evidence(self) -> None:
        code = self._prompt.evidence
        ask_for_file(self, self._kit.texts, code, lambda path: self.write_evidence(code, path))

    def write_evidence(self, code: str, path: Path) -> None:
        """Write the evidence of a carton or order off the screen's thread, and say where it stands, or why not."""
        self._kit.tasks.start(
            lambda _progress: self._evidence(code, path),
            owner=self,
            done=lambda name: self._say(written(name)),
            failed=lambda stopped: self._say(refused(stopped)),
        )

    def _toggle_why(self) -> None:
        if self._work.currentWidget() is self.why:
            self._work.setCurrentWidget(self._page(self._prompt))
        elif self._prompt.why is not None:
            self.why.explain(Decision.from_json(self._prompt.why))
            self._work.setCurrentWidget(self.why)
        self._focus()

    def _escape(self) -> None:
        if self._work.currentWidget() is self.why:
            self._toggle_why()
        elif not self.band.acknowledge() and not self._start_approval_over():
            self.left.emit()

    def _start_approval_over(self) -> bool:
        """Let another badge be scanned instead of the one whose PIN is awaited; False where none is."""
        if self._work.currentWidget() is not self.approval or not self.approval.start_over():
            return False
        self._focus()
        return True

    def topic(self) -> str:
        """What F1 is about: the error in sight, else this station."""
        feedback = self._local or self._prompt.feedback
        if feedback and self.band.level is Level.ERROR and self._kit.texts.has("errors", feedback.code):
            return f"error:{feedback.code}"
        return self._help_page

    def _say(self, feedback: Feedback, *, sound: bool = True) -> None:
        self._local = feedback
        self.band.show_feedback(feedback, sound=sound)

    def _to_scan_box(self, keys: str) -> None:
        self.scan_box.setFocus()
        self.scan_box.insert(keys)


def _is_command(raw: str, symbology: str) -> bool:
    """Whether a code is one of the printed commands, such as CANCEL."""
    return any(scheme == "command" for scheme, _ in read_code(raw, symbology).lookups)


def _ignore(_end: object) -> None:
    """The screen is gone; nobody is left to tell."""


class _Note(QFrame):
    """What somebody wrote for whoever works on this document, beside the instruction; longer words shrink."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("note")
        self._words = FitText(theme, size_px=_NOTE_PX, bold=True, lines=3)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 2, 18, 2)
        column.addWidget(self._words)

    def say(self, words: str) -> None:
        self._words.set_text(" · ".join(line.strip() for line in words.splitlines() if line.strip()))
        self.setVisible(bool(words.strip()))

    def text(self) -> str:
        return self._words.text()


class _Waiting(QWidget):
    """What is waited for, with a bar that moves; its place stays when there is nothing to wait for."""

    def __init__(self) -> None:
        super().__init__()
        self._words = QLabel()
        self._bar = QProgressBar(textVisible=False, minimum=0, maximum=0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._words)
        column.addWidget(self._bar)
        self.say("")

    def say(self, words: str) -> None:
        self._words.setText(words)
        self.setAccessibleName(words)
        self._words.setVisible(bool(words))
        self._bar.setVisible(bool(words))

    def text(self) -> str:
        return self._words.text()
