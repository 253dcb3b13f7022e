"""A sheet as it is shown: its facts below its title, its rows, or what shows them in the place of the table."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.stations.kit.desk.sheet import Sheet
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import RecordTable


class SheetPage(QWidget):
    """A sheet with its facts below its title."""

    def __init__(self, kit: Kit, sheet: Sheet, *, title: str) -> None:
        super().__init__()
        self.sheet = sheet
        self.table = RecordTable(kit, sheet.columns, sheet.page, title=title, nothing=sheet.nothing)
        self.table.view.setAccessibleName(sheet.title)
        self.facts = QLabel(wordWrap=True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.setProperty("role", "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.table.put_below_bar(self.facts)
        column.addWidget(self.table)
        if sheet.canvas is not None:
            self.table.view.hide()
            self.table.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            column.addWidget(sheet.canvas(self.table), 1)
        self.tell_facts()

    def tell_facts(self) -> None:
        """Say what is known of all rows; nothing where nothing is."""
        words = self.sheet.facts()
        self.facts.setText(words)
        self.facts.setVisible(bool(words))
