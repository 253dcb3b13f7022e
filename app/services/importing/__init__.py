"""Importing what people bring: files become items, warehouses, purchase orders and orders, in one transaction.

validate → difference → apply. `preview` says what would happen, `import_files` does it; both say everything that is
wrong at once, as findings and not as exceptions. Importing the same files again changes nothing. Reading files is the
connectors' job; who may write what is the database's. `export` gives what is there in the same form, and `undo` takes
an import back for as long as nothing stands on it.
"""

from app.database.imports import PastImport
from app.database.orders import ORDER, PURCHASE_ORDER
from app.services.importing.allocating import allocate_imported
from app.services.importing.exporting import EXPORTED, Export, export, template
from app.services.importing.files import FINAL, Contents, Counts, ImportPlan, ImportResult, import_files, preview
from app.services.importing.orders import MadeOrder
from app.services.importing.past import (
    FaultGroup,
    fault_groups,
    faults_export,
    meaning,
    past,
    remember,
    remembered,
    undo,
    written_as,
)
from app.services.importing.wanted import FileFinding

__all__ = [
    "EXPORTED",
    "FINAL",
    "ORDER",
    "PURCHASE_ORDER",
    "Contents",
    "Counts",
    "Export",
    "FaultGroup",
    "FileFinding",
    "ImportPlan",
    "ImportResult",
    "MadeOrder",
    "PastImport",
    "allocate_imported",
    "export",
    "fault_groups",
    "faults_export",
    "import_files",
    "meaning",
    "past",
    "preview",
    "remember",
    "remembered",
    "template",
    "undo",
    "written_as",
]
