"""What can be done now, in the order of the function keys; F1 is always help and F12 always the way home.

Where there are more commands than keys, F10 opens a menu of the others. All keys are written in letters of one size:
the largest in which they have room beside each other, the longest on two lines where that helps.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.stations.kit.kit import Kit
from app.stations.kit.theme import TOUCH_GAP_PX, TOUCH_PX
from app.stations.kit.touch_button import TouchButton

HELP, WHY, HOME, MORE = "HELP", "WHY", "HOME", "MORE"
_UNDO_KEY, _LAST_KEY = 2, 10
_LARGEST, _TWO_LINES, _SMALLEST = 17, 15, 9
"""Pixels of letters: to begin with, below which words are rather broken, and below which nothing is read."""
UNDO = "UNDO"


class FKeyBar(QWidget):
    """Touch buttons that are also the function keys F1 to F12."""

    pressed = Signal(str)

    def __init__(self, kit: Kit, *, last: str = HOME) -> None:
        """`last` is what F12 does; empty for nothing."""
        super().__init__()
        self._kit = kit
        self._last = last
        self._keys: dict[int, str] = {}
        self._others: tuple[str, ...] = ()
        self._greyed: dict[str, str] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        kit.theme.changed.connect(self._resize)
        self.show_commands((), why=False)

    def show_commands(self, commands: Sequence[str], *, why: bool, greyed: Mapping[str, str] | None = None) -> None:
        """Offer `commands`; F2 is UNDO or nothing, on every screen alike. `why` adds the question on F11.

        Those that are `greyed` look it and bear the reason; they are given all the same, to be answered with it.
        """
        others = [command for command in commands if command != UNDO]
        room = _LAST_KEY - _UNDO_KEY
        behind = tuple(others[room - 1 :]) if len(others) > room else ()
        if behind:
            others = [*others[: room - 1], MORE]
        keys = (
            {1: HELP}
            | ({_UNDO_KEY: UNDO} if UNDO in commands else {})
            | dict(zip(range(_UNDO_KEY + 1, _LAST_KEY + 1), others, strict=False))
            | ({12: self._last} if self._last else {})
        )
        if why:
            keys[11] = WHY
        if keys != self._keys or behind != self._others or self._greyed != dict(greyed or {}):
            self._keys, self._greyed = dict(sorted(keys.items())), dict(greyed or {})
            self._others = behind
            self._rebuild()

    def commands(self) -> dict[int, str]:
        """Which command each function key gives now."""
        return dict(self._keys)

    def press(self, key: Qt.Key | int) -> bool:
        """Give the command of a function key; False where it has none."""
        command = self._keys.get(int(key) - int(Qt.Key.Key_F1) + 1)
        if command is None:
            return False
        self._give(command)
        return True

    def more(self) -> QMenu:
        """The menu of the commands that have no key of their own; each has a digit in it."""
        menu = QMenu(self)
        for number, command in enumerate(self._others, 1):
            action = menu.addAction(f"&{number}  {self._kit.texts.text('commands', command)}")
            action.setToolTip(self._greyed.get(command, ""))
            action.triggered.connect(lambda _checked=False, command=command: self.pressed.emit(command))
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def buttons(self) -> list[TouchButton]:
        """The buttons, from F1 to F12."""
        items = (self._row.itemAt(n) for n in range(self._row.count()))
        return [button for item in items if item and isinstance(button := item.widget(), TouchButton)]

    def _give(self, command: str) -> None:
        """Emit the command; the menu of the others stands over its key."""
        if command != MORE:
            self.pressed.emit(command)
            return
        button = self.buttons()[list(self._keys.values()).index(MORE)]
        menu = self.more()
        menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _rebuild(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for number, command in self._keys.items():
            button = TouchButton(
                self._kit.theme, self._kit.texts.text("commands", command), key=f"F{number}", size_px=_LARGEST
            )
            button.clicked.connect(lambda _checked=False, command=command: self._give(command))
            button.grey_out(self._greyed.get(command, ""))
            if number == 12:
                self._row.addStretch(1)
            self._row.addWidget(button)
        if 12 not in self._keys:
            self._row.addStretch(1)
        self._resize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for other letters."""
        super().resizeEvent(event)
        self._fit()

    def _resize(self) -> None:
        self._row.setSpacing(self._kit.theme.px(TOUCH_GAP_PX))
        self.setFixedHeight(self._kit.theme.px(TOUCH_PX))
        self._fit()

    def _fit(self) -> None:
        """Agree on letters and widths."""
        buttons = self.buttons()
        room = self.width() - self._row.spacing() * len(buttons)
        letters, widths = agreed([button.widths for button in buttons], room)
        for button, width in zip(buttons, widths, strict=True):
            button.set_letters(letters, width)


Widths = Callable[[float], tuple[int, int]]
"""How wide a key is with letters of a size, on one line and on two."""


def agreed(keys: Sequence[Widths], room: int) -> tuple[float, list[int]]:
    """The largest letters in which all keys have room, and the width of each; the longest words are broken last."""
    for size in range(_LARGEST, _SMALLEST - 1, -1):
        widths = [key(size) for key in keys]
        if sum(one for one, _ in widths) <= room:
            return size, [one for one, _ in widths]
        spare = room - sum(two for _, two in widths)
        if spare >= 0 and size <= _TWO_LINES:
            break
    return size, _with_spare(widths, spare)


def _with_spare(widths: Sequence[tuple[int, int]], spare: int) -> list[int]:
    """Keys on two lines, but for those that need least of the spare room to stand on one."""
    chosen = [two for _, two in widths]
    for n in sorted(range(len(widths)), key=lambda n: widths[n][0] - widths[n][1]):
        one, two = widths[n]
        if one - two <= spare:
            chosen[n], spare = one, spare - (one - two)
    return chosen
