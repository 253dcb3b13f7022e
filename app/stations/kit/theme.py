"""Colours, sizes and fonts of every screen, in one place; light and dark are two rows of the same table.

All sizes are written for a window of 1366×768 and grow with it. Pairs that carry the instruction, the number or the
feedback reach a contrast of 7:1 (WCAG 2.2, 1.4.6); a test computes it from these tokens.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from app import resources
from app.dialogs.dialog import Level

DESIGN_WIDTH, DESIGN_HEIGHT = 1366, 768
INSTRUCTION_PX, NUMBER_PX, SKU_PX, NAME_PX, BODY_PX = 44, 132, 40, 26, 18
TOUCH_PX, TOUCH_GAP_PX = 56, 8
_FAMILIES = ["Inter", "Segoe UI", "Noto Sans", "DejaVu Sans"]


class Scheme(StrEnum):
    """Whether a screen is dark on light or light on dark."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme."""

    window: str
    surface: str
    sunken: str
    ink: str
    muted: str
    line: str
    accent: str
    on_accent: str
    good: str
    caution: str
    bad: str
    selection: str


TOKENS: Mapping[Scheme, Tokens] = {
    Scheme.LIGHT: Tokens(
        window="#E9EDF2",
        surface="#FFFFFF",
        sunken="#F4F6F9",
        ink="#0F1720",
        muted="#3B4653",
        line="#C4CDD8",
        accent="#0B4A8C",
        on_accent="#FFFFFF",
        good="#0F5C2E",
        caution="#6B4300",
        bad="#9B1414",
        selection="#D6E6F8",
    ),
    Scheme.DARK: Tokens(
        window="#0E1318",
        surface="#182028",
        sunken="#11171D",
        ink="#F3F6F9",
        muted="#B7C3CF",
        line="#35424F",
        accent="#8EC5FF",
        on_accent="#06182B",
        good="#7FE0A3",
        caution="#FFD465",
        bad="#FFB0AB",
        selection="#16324D",
    ),
}


LEVELS: Mapping[Level, tuple[str, str]] = {
    Level.OK: ("#0F5C2E", "#FFFFFF"),
    Level.WARNING: ("#FFCF3F", "#1F1700"),
    Level.ERROR: ("#A01515", "#FFFFFF"),
    Level.WAITING: ("#143F73", "#FFFFFF"),
    Level.DONE: ("#0B4F4A", "#FFFFFF"),
}
"""Background and ink of the feedback band: the same in both schemes, so that red is the same red everywhere."""


class Theme(QObject):
    """The scheme and scale in force; widgets that paint themselves ask it and repaint when it has `changed`."""

    changed = Signal()

    def __init__(self, scheme: Scheme = Scheme.LIGHT, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme = scheme
        self._scale = 1.0

    @property
    def scheme(self) -> Scheme:
        """Light or dark."""
        return self._scheme

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return TOKENS[self._scheme]

    def colour(self, tint: str) -> QColor:
        """The colour of a tint by its name."""
        return QColor(getattr(self.tokens, tint))

    def px(self, design_px: float) -> int:
        """A length of the design in pixels of this window."""
        return round(design_px * self._scale)

    def font(self, design_px: float, *, bold: bool = False) -> QFont:
        """The one typeface, with figures of equal width so that counting numbers do not dance."""
        font = QFont(_FAMILIES)
        font.setPixelSize(max(1, self.px(design_px)))
        font.setBold(bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def use(self, scheme: Scheme) -> None:
        """Change between light and dark at once, everywhere."""
        if scheme != self._scheme:
            self._scheme = scheme
            self.apply()

    def fit(self, window: QSize) -> None:
        """Grow or shrink with the window; changes of less than 5 % are left alone."""
        ratio = min(window.width() / DESIGN_WIDTH, window.height() / DESIGN_HEIGHT)
        scale = min(2.5, max(0.75, round(ratio * 20) / 20))
        if scale != self._scale:
            self._scale = scale
            self.apply()

    def apply(self) -> None:
        """Give the whole program this look: Fusion, the palette, the style sheet."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setStyle(QStyleFactory.create("Fusion"))
            app.setPalette(self._palette())
            app.setFont(self.font(BODY_PX))
            app.setStyleSheet(self.style_sheet())
        self.changed.emit()

    def style_sheet(self) -> str:
        """The style sheet of `resources/styles` with tokens, sizes and the tick of check boxes filled in."""
        folder = resources.resource("styles")
        source = (folder / "stockhand.qss").read_text(encoding="utf-8")
        source = source.replace("@tick", (folder / f"tick-{self._scheme}.svg").as_posix())
        coloured = re.sub(r"\$(\w+)", lambda found: str(getattr(self.tokens, found[1])), source)
        return re.sub(r"\b(\d+)px", lambda found: f"{max(1, self.px(int(found[1])))}px", coloured)

    def _palette(self) -> QPalette:
        roles = {
            QPalette.ColorRole.Window: "window",
            QPalette.ColorRole.WindowText: "ink",
            QPalette.ColorRole.Base: "surface",
            QPalette.ColorRole.AlternateBase: "sunken",
            QPalette.ColorRole.Text: "ink",
            QPalette.ColorRole.Button: "surface",
            QPalette.ColorRole.ButtonText: "ink",
            QPalette.ColorRole.PlaceholderText: "muted",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
            QPalette.ColorRole.ToolTipBase: "surface",
            QPalette.ColorRole.ToolTipText: "ink",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.LinkVisited: "accent",
            QPalette.ColorRole.Accent: "accent",
        }
        palette = QPalette()
        for role, tint in roles.items():
            palette.setColor(role, self.colour(tint))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.colour("muted"))
        return palette


def restyle(widget: QWidget) -> None:
    """Let the style sheet see a changed property of `widget`."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    known = QColor(colour)
    channels = (known.redF(), known.greenF(), known.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
