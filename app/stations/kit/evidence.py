"""Writing the evidence of cartons from a desk: asked for a file, read, drawn and written off the screen's thread."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.services import clock, evidence
from app.stations.kit.desk import Command, DeskScreen
from app.stations.kit.record_table import Record


class EvidencePaper:
    """The key of a sheet whose rows are cartons, or orders; `code_of` says by which code their evidence is found."""

    def __init__(self, desk: DeskScreen, code_of: Callable[[Record], str]) -> None:
        self._desk, self._code_of = desk, code_of

    def command(self) -> Command:
        """Write the evidence of the row in hand."""
        return Command("CARTON_EVIDENCE", self._choose_file)

    def _choose_file(self, rows: Sequence[Record]) -> QFileDialog:
        code = self._code_of(rows[0])
        dialog = QFileDialog(self._desk, self._desk.words("inbound.choose_file"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{code}-evidence.pdf")
        dialog.fileSelected.connect(lambda name: self.write(code, Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def write(self, code: str, path: Path) -> None:
        """Write what is kept of the carton, or of the order's cartons, of this code."""
        desk = self._desk

        def work() -> str:
            from app.reports.carton_evidence import write_evidence  # noqa: PLC0415  (heavy: loaded on first use)

            found = desk.work.run(lambda unit: evidence.of_code(unit, desk.warehouse, code))
            drawn = evidence.drawn(found, desk.work.labels.picture)
            write_evidence(path, found.cartons, desk.texts, photos=found.photos, labels=drawn, printed_at=clock.now())
            return path.name

        desk.start(work, lambda name: desk.say(Feedback(Level.OK, "inbound.written", {"file": name})))
