"""The strip at the top that never moves: where, who, what for, by when, and how the devices and the database are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.domain.equipment import DeviceRole, DeviceState, Health
from app.services import clock
from app.stations.kit.countdown import cut_off_words
from app.stations.kit.fit_text import FitText
from app.stations.kit.icons import Symbol
from app.stations.kit.theme import Theme
from app.texts import Texts

HEIGHT_PX = 40
_TEXT_PX, _SMALLEST_PX = 16, 9
_COUNT_EVERY_MS = 5_000
_DEVICE_ICONS: Mapping[DeviceRole, str] = {
    DeviceRole.SCANNER: "scanner",
    DeviceRole.SCALE: "scale",
    DeviceRole.LABEL_PRINTER: "printer",
}
_HEALTH_TINTS: Mapping[Health, tuple[str, str]] = {
    Health.ONLINE: ("ok", "good"),
    Health.STALE: ("warning", "caution"),
    Health.OFFLINE: ("error", "bad"),
    Health.FAULT: ("error", "bad"),
    Health.UNKNOWN: ("warning", "caution"),
}


class _Entry(QWidget):
    """A symbol and a word or two; hidden while it has nothing to say."""

    def __init__(self, theme: Theme, icon: str, caption: str) -> None:
        super().__init__()
        self._theme = theme
        self._caption = caption
        self._symbol_name = icon
        self._symbol = Symbol(theme, icon, tint="muted", size_px=18)
        self._words = FitText(theme, size_px=_TEXT_PX, hug=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._symbol)
        row.addWidget(self._words)
        self.hide()

    def say(self, words: str) -> None:
        self._words.set_text(words)
        self.setAccessibleName(f"{self._caption}: {words}")
        self.setToolTip(self.accessibleName())
        self.setVisible(bool(words))

    def words(self) -> str:
        return self._words.text()

    def set_size(self, size_px: int) -> None:
        self._words.set_size(size_px)


class _Device(_Entry):
    """A device: which it is, a symbol for how it is, and the word for it; on a red ground while it is in trouble."""

    def __init__(self, theme: Theme, icon: str, caption: str) -> None:
        super().__init__(theme, icon, caption)
        self.loud = False
        self.mark = Symbol(theme, "", size_px=16)
        layout = self.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.insertWidget(1, self.mark)

    def show_health(self, health: Health, word: str) -> None:
        symbol, tint = _HEALTH_TINTS[health]
        self.loud = tint == "bad"
        self.mark.set(symbol, "surface" if self.loud else tint)
        self._symbol.set(self._symbol_name, "surface" if self.loud else "muted")
        self._words.set_tint("surface" if self.loud else "ink")
        self.say(word)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground of trouble."""
        if self.loud:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._theme.colour("bad"))
            painter.setBrush(self._theme.colour("bad"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 4.5, -0.5, -4.5), 8, 8)


class _Deadline(_Device):
    """When the carrier leaves and how long that is; a warning at the end, on red once it is over."""

    def show_time(self, words: str, tint: str) -> None:
        self.loud = tint == "bad"
        self.mark.set({"caution": "warning", "bad": "error"}.get(tint, ""), "surface" if self.loud else tint)
        self.mark.setVisible(tint != "ink")
        self._symbol.set(self._symbol_name, "surface" if self.loud else "muted")
        self._words.set_tint("surface" if self.loud else "ink")
        self.say(words)
        self.update()


class StatusStrip(QWidget):
    """Station, person, document, carrier and cut-off on one side; devices and database on the other."""

    def __init__(self, theme: Theme, texts: Texts) -> None:
        super().__init__()
        self.setObjectName("statusStrip")
        self._texts = texts
        self._theme = theme
        self._facts = {name: _Entry(theme, icon, self._caption(name)) for name, icon in _FACTS.items()}
        self._cut_off = self._facts["cut_off"] = _Deadline(theme, _FACTS["cut_off"], self._caption("cut_off"))
        self._leaves: tuple[str, datetime | None] = ("", None)
        self._clock = QTimer(self, interval=_COUNT_EVERY_MS)
        self._clock.timeout.connect(self.count_down)
        self._devices = {role: _Device(theme, icon, self._caption(role)) for role, icon in _DEVICE_ICONS.items()}
        self._database = _Device(theme, "database", self._caption("database"))
        self._row = QHBoxLayout(self)
        self._arrange()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._resize)
        self._resize()

    def set_place(self, *, station: str, person: str) -> None:
        """Say which station this is and who works at it."""
        self._facts["station"].say(station)
        self._facts["person"].say(person)
        self._refit()

    def set_work(
        self, *, document: str = "", carrier: str = "", cut_off: str = "", cut_off_at: datetime | None = None
    ) -> None:
        """Say what is worked on, with whom it leaves and by when: the warehouse's clock, and the moment to count to."""
        self._facts["document"].say(document)
        self._facts["carrier"].say(carrier)
        self._leaves = (cut_off, cut_off_at)
        self._clock.start() if cut_off_at else self._clock.stop()
        self.count_down()

    def count_down(self) -> None:
        """Say how long there is now until the carrier leaves."""
        self._cut_off.show_time(*cut_off_words(*self._leaves, clock.now(), self._texts))
        self._refit()

    def set_device(self, state: DeviceState) -> None:
        """Show how a device is; a reason such as paper out is named instead of the general word."""
        code = f"reason.{state.reason}"
        word = self._texts.text("captions", code) if state.reason and self._texts.has("captions", code) else ""
        self._devices[state.role].show_health(
            state.health, word or self._texts.text("captions", f"health.{state.health}")
        )
        self._refit()

    def forget_device(self, role: DeviceRole) -> None:
        """The station has no device of this role any more."""
        self._devices[role].say("")
        self._refit()

    def set_database(self, health: Health) -> None:
        """Show whether the database answers."""
        self._database.show_health(health, self._texts.text("captions", f"database.{health}"))
        self._refit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make do with less room."""
        super().resizeEvent(event)
        self._refit()

    def loud(self) -> set[str]:
        """What is in trouble and stands on red."""
        known = {role.value: device for role, device in self._devices.items()}
        known |= {"database": self._database, "cut_off": self._cut_off}
        return {name for name, device in known.items() if device.loud}

    def words(self) -> dict[str, str]:
        """Everything the strip says, by what it is about."""
        devices: dict[str, str] = {role.value: device.words() for role, device in self._devices.items()}
        return (
            {name: entry.words() for name, entry in self._facts.items()}
            | devices
            | {"database": self._database.words()}
        )

    def _caption(self, name: str) -> str:
        return self._texts.text("captions", f"strip.{name}")

    def _arrange(self) -> None:
        self._row.setContentsMargins(14, 0, 14, 0)
        for entry in self._facts.values():
            self._row.addWidget(entry)
        self._row.addStretch(1)
        for device in (*self._devices.values(), self._database):
            self._row.addWidget(device)

    def _refit(self) -> None:
        """Words that do not fit all become smaller together; none is cut."""
        entries = [*self._facts.values(), *self._devices.values(), self._database]
        for size_px in range(_TEXT_PX, _SMALLEST_PX - 1, -1):
            for entry in entries:
                entry.set_size(size_px)
            if self._needed_width([entry for entry in entries if entry.words()]) <= self.width():
                break

    def _needed_width(self, entries: Sequence[_Entry]) -> int:
        return sum(entry.sizeHint().width() for entry in entries) + self._row.spacing() * (len(entries) + 1) + 28

    def _resize(self) -> None:
        self._row.setSpacing(self._theme.px(16))
        self.setFixedHeight(self._theme.px(HEIGHT_PX))


_FACTS = {
    "station": "station",
    "person": "person",
    "document": "document",
    "carrier": "truck",
    "cut_off": "clock",
}
