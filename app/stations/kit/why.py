"""The "why?" of a decision: what was chosen, what else was considered, and which rules spoke against it.

The names of rules are found among the captions. Knows nothing of what the decision was about.
"""

from collections.abc import Mapping

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.domain.policies import Considered, Decision
from app.stations.kit.icons import Symbol
from app.stations.kit.kit import Kit


class WhyPanel(QWidget):
    """One line a candidate, the chosen one first."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._kit = kit
        self._lines: list[str] = []
        self._holder = QWidget()
        self._column = QVBoxLayout(self._holder)
        self._column.setContentsMargins(16, 8, 16, 8)
        area = QScrollArea()
        area.setWidget(self._holder)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.viewport().setAutoFillBackground(False)
        self._holder.setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def explain(self, decision: Decision) -> None:
        """Show a decision."""
        self._clear()
        if decision.chosen:
            self._say("ok", "good", self._words("why.chosen", chosen=", ".join(decision.chosen)), heading=True)
        else:
            self._say("error", "bad", self._words("why.nothing"), heading=True)
        for candidate in decision.considered:
            self._consider(candidate, chosen=candidate.candidate in decision.chosen)
        for rule, count in decision.left_out.items():
            if rule:
                self._say("open", "muted", self._words("why.left_out", count=count, rule=self._rule(rule, {})))
        self._column.addStretch(1)

    def lines(self) -> list[str]:
        """What is shown, line by line."""
        return list(self._lines)

    def _consider(self, candidate: Considered, *, chosen: bool) -> None:
        if candidate.failed:
            rules = ", ".join(self._rule(rule, candidate.seen) for rule in candidate.failed)
            self._say("error", "bad", self._words("why.refused", candidate=candidate.candidate, rules=rules))
            return
        reasons = (candidate.because,) if candidate.because else candidate.passed
        rules = ", ".join(self._rule(rule, candidate.seen) for rule in reasons)
        code = "why.passed" if rules else "why.possible"
        symbol, tint = ("ok", "good") if chosen else ("open", "muted")
        self._say(symbol, tint, self._words(code, candidate=candidate.candidate, rules=rules))

    def _rule(self, rule: str, seen: Mapping[str, object]) -> str:
        return self._kit.texts.text("captions", rule, seen)

    def _words(self, code: str, **facts: object) -> str:
        return self._kit.texts.text("captions", code, facts)

    def _say(self, symbol: str, tint: str, words: str, *, heading: bool = False) -> None:
        row = QWidget()
        label = QLabel(words, wordWrap=True)
        label.setProperty("role", "heading" if heading else "body")
        line = _row(row)
        line.addWidget(Symbol(self._kit.theme, symbol, tint=tint))
        line.addWidget(label, 1)
        self._column.addWidget(row)
        self._lines.append(words)

    def _clear(self) -> None:
        self._lines = []
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()


def _row(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    return row
