"""Every version of every template: the program's own as version 0, and those that the company saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.devices.labels.shape import MOST_CHARACTERS
from app.devices.labels.template import template_names, template_text
from app.domain.errors import Refusal
from app.services.labels import SavedTemplate


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template: its YAML, whether labels are made by it now, and who saved it when and why.

    Version 0 comes with the program: nobody saved it.
    """

    name: str
    version: int
    text: str
    active: bool
    saved_at: datetime | None = None
    person: str = ""
    note: str = ""


def all_versions(saved: Sequence[SavedTemplate]) -> list[TemplateVersion]:
    """Templates in alphabetical order, the newest version of each first, the program's own last."""
    replaced = {each.name for each in saved if each.active}
    own = [TemplateVersion(name, 0, template_text(name), name not in replaced) for name in template_names()]
    made = [
        TemplateVersion(each.name, each.version, each.definition, each.active, each.saved_at, each.person, each.note)
        for each in saved
    ]
    return sorted((*own, *made), key=lambda each: (each.name, -each.version))


def text_of(file: Path) -> str:
    """What stands in a template's file. Refuses `printing.template_unreadable`."""
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.read(MOST_CHARACTERS + 1)
    except (OSError, UnicodeError) as error:
        raise Refusal(
            "printing.template_unreadable", file=str(file), why=getattr(error, "strerror", None) or "it is not text"
        ) from error
