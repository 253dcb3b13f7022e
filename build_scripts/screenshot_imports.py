"""The screen of imports in its states: the list, columns, faults in kinds, one kind, the difference, long work."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from app.connectors.files import LETTERS, FileContents, layout, read_file
from app.database.imports import PastImport
from app.domain.values.long_work import Tell
from app.stations.imports import Exchange, ImportsScreen
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps
from build_scripts.screenshot_samples import LONG_NAME, LONG_SKU
from build_scripts.screenshot_stock import MOMENT

_MAY = frozenset({"edit_products", "set_up", "see_stock"})
_FILES = (("spring-catalogue.xlsx",), ("prices and packagings of the second supplier, corrected.csv",), ("bins.yaml",))
_STORED = {
    "id": UUID(int=1), "sku": "PROD-001", "name": "Standard Widget", "description": "", "category": "Widgets",
    "tracking": "none", "base_uom": "each", "decimals": 0, "expiry_required": False, "shelf_life_days": None,
    "weight_g": None, "weight_observations": 0, "minimum": None, "maximum": None, "reorder_point": None,
    "safety_stock": None, "alternates": [], "barcodes": [],
}  # fmt: skip
_GOOD = (
    "Artikel;Produkt Name;EAN;Warengruppe;Mindest;VPE\n"
    "PROD-001;Standard Widget, blue;4012345000016;Widgets;100;\n"
    f"{LONG_SKU};{LONG_NAME};4012345000023;Gears;24;\n"
    "PROD-003;Cable tie 200 mm, black;4012345000030;Fixings;1000;\n"
)
_CODES = ("4012345000017", '"4,01234E+12"', "L-7")
_FAULTY = "sku,name,barcode,min,max\n" + "".join(
    f"PROD-{n:05},Widget {n},{_CODES[n % 3]},{('many', '12', '')[n % 3]},10\n" for n in range(10_000)
)


def _past(n: int) -> PastImport:
    undone = MOMENT - timedelta(days=n) if n % 5 == 3 else None
    return PastImport(
        UUID(int=n + 1), MOMENT - timedelta(hours=31 * n), ("Ana Sørensen", "Bartholomew Featherstonehaugh")[n % 2],
        _FILES[n % 3],
        {"products": {"new": 12_480 // (n + 1), "changed": n * 7}, "warehouses": {"new": 0, "changed": 1}}, undone,
        "Wanda Reyes" if undone else "",
    )  # fmt: skip


def _answers(count: int) -> Answers:
    return {"FROM import_run r": tuple(map(_past, range(count))), "-- Items as a file describes them": (_STORED,)}


def _read(path: Path, columns: Mapping[str, str], letters: str, mark: str, tell: Tell) -> FileContents:
    return read_file(path, columns, letters, mark=mark, tell=tell)


def imports_screen(kit: Kit, count: int = 12) -> ImportsScreen:
    """The screen with so many imports of the past."""
    exchange = Exchange(look=layout, read=_read, write=lambda _path, _made: None, letters=LETTERS)
    return ImportsScreen(kit, desk_work(_answers(count), may=_MAY), exchange)


def _take(name: str, text: str) -> Step:
    """Choose a file of this content."""

    def pose(screen: DeskScreen) -> None:
        assert isinstance(screen, ImportsScreen)
        path = Path(tempfile.mkdtemp()) / name
        path.write_bytes(text.encode("cp1252"))
        screen.look_through(path)

    return pose


def _half_done(screen: DeskScreen) -> None:
    assert isinstance(screen, ImportsScreen)
    screen.show_progress(on=True)
    screen.progress.setValue(420)


_COLUMNS = _take("Frühjahr.csv", _GOOD)
_FAULTS = steps(_take("spring-catalogue.csv", _FAULTY), give("READ_FILE"))
POSES: Mapping[str, tuple[Callable[[Kit], ImportsScreen], Callable[[DeskScreen], None]]] = {
    "imports-empty": (lambda kit: imports_screen(kit, 0), steps()),
    "imports-past": (imports_screen, steps(row(0))),
    "imports-undo": (imports_screen, steps(row(0), give("TAKE_IMPORT_BACK"))),
    "imports-template": (imports_screen, steps(give("WRITE_TEMPLATE"))),
    "imports-columns": (imports_screen, steps(_COLUMNS, row(5))),
    "imports-means": (imports_screen, steps(_COLUMNS, row(5), give("SET_MEANING"))),
    "imports-kind": (imports_screen, steps(_COLUMNS, give("SET_KIND"))),
    "imports-letters": (imports_screen, steps(_COLUMNS, give("SET_LETTERS"))),
    "imports-faults": (imports_screen, steps(_FAULTS, row(0))),
    "imports-lines": (imports_screen, steps(_FAULTS, row(0), give("SHOW_LINES"))),
    "imports-difference": (imports_screen, steps(_COLUMNS, give("READ_FILE"))),
    "imports-apply": (imports_screen, steps(_COLUMNS, give("READ_FILE"), give("APPLY_IMPORT"), _half_done)),
}
