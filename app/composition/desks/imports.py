"""The screen of imports: files read and written as this machine can."""

from collections.abc import Mapping
from pathlib import Path

from app.composition import files
from app.composition.desk import Desk, desk_work
from app.connectors.files import LETTERS, FileContents, layout, write_file
from app.domain.values.long_work import Tell
from app.services.importing import Export
from app.stations.imports import Exchange, ImportsScreen
from app.stations.kit.kit import Kit


def screen(desk: Desk, kit: Kit) -> ImportsScreen:
    """Bring and write files."""

    def read(path: Path, columns: Mapping[str, str], letters: str, mark: str, tell: Tell) -> FileContents:
        return files.read(path, columns, letters, mark, tell=tell)

    def write(path: Path, made: Export) -> None:
        write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)

    return ImportsScreen(kit, desk_work(desk), Exchange(look=layout, read=read, write=write, letters=LETTERS))
