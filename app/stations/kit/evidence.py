"""Writing the evidence of cartons: asked for a file, read, drawn and written off the screen's thread."""

from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QFileDialog, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.labels import LabelContent
from app.services import clock, evidence
from app.stations.kit.desk import Command, DeskScreen
from app.stations.kit.desk.work import Run
from app.stations.kit.record_table import Record
from app.texts import Texts

COMMAND = "CARTON_EVIDENCE"


def ask_for_file(parent: QWidget, texts: Texts, code: str, write: Callable[[Path], None]) -> QFileDialog:
    """Let the person choose where the evidence of a carton is written, while everything else goes on."""
    dialog = QFileDialog(parent, texts.text("captions", "inbound.choose_file"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("pdf")
    dialog.selectFile(f"{code}-evidence.pdf")
    dialog.fileSelected.connect(lambda name: write(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def written(name: str) -> Feedback:
    """It stands in this file."""
    return Feedback(Level.OK, "inbound.written", {"file": name})


def write_paper(
    run: Run,
    path: Path,
    texts: Texts,
    *,
    warehouse: UUID,
    code: str,
    picture: Callable[[LabelContent, int], bytes],
) -> str:
    """Write what is kept of the carton, or of the order's cartons, of this code; returns the file's name."""
    from app.reports.carton_evidence import write_evidence  # noqa: PLC0415  (heavy: loaded on first use)

    found = run(lambda unit: evidence.of_code(unit, warehouse, code))
    drawn = evidence.drawn(found, picture)
    write_evidence(path, found.cartons, texts, photos=found.photos, labels=drawn, printed_at=clock.now())
    return path.name


class EvidencePaper:
    """The key of a sheet whose rows are cartons, or orders; `code_of` says by which code their evidence is found."""

    def __init__(self, desk: DeskScreen, code_of: Callable[[Record], str]) -> None:
        self._desk, self._code_of = desk, code_of

    def command(self) -> Command:
        """Write the evidence of the row in hand."""
        return Command(COMMAND, self._choose_file)

    def _choose_file(self, rows: Sequence[Record]) -> QFileDialog:
        code = self._code_of(rows[0])
        return ask_for_file(self._desk, self._desk.texts, code, lambda path: self.write(code, path))

    def write(self, code: str, path: Path) -> None:
        """Write what is kept of the carton, or of the order's cartons, of this code."""
        desk = self._desk

        def work() -> str:
            picture = desk.work.labels.picture
            return write_paper(desk.work.run, path, desk.texts, warehouse=desk.warehouse, code=code, picture=picture)

        desk.start(work, lambda name: desk.say(written(name)))
