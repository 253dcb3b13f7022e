"""Label templates as the company has them: versions that were saved, and which of them labels are made by.

What a template's text says is checked by `devices` before it is saved; here it is a text.
"""

from collections.abc import Sequence

from app.database import labels as store
from app.database.labels import SavedTemplate
from app.services.work import UnitOfWork

__all__ = ["CHANGE", "SavedTemplate", "save_template", "saved_templates", "use_version"]
CHANGE = "label_template"
"""The kind under which changed templates are published."""


def saved_templates(unit: UnitOfWork, name: str = "") -> Sequence[SavedTemplate]:
    """The versions that were saved of one template, or of all, the newest first; without the program's own."""
    return store.saved(unit.session, name)


def save_template(unit: UnitOfWork, *, name: str, definition: str, note: str = "") -> int:
    """Keep a new version and use it from now on; returns its number. Needs the permission `set_up`."""
    version = store.save(unit.session, name=name, definition=definition, note=note)
    unit.changed(CHANGE)
    return version


def use_version(unit: UnitOfWork, *, name: str, version: int) -> None:
    """Make labels by another version from now on; 0 is the one that comes with the program.

    Labels that wait keep theirs. Refuses `printing.unknown_version`.
    """
    store.use(unit.session, name=name, version=version)
    unit.changed(CHANGE)
