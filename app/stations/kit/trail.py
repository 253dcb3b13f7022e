"""What is known of any record: what it is used for, and who changed what on it, as rows of a table."""

from collections.abc import Iterable

from app.domain.records import RecordChange, Use
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

USES = (
    Column("use", "sites.use", 240),
    Column("count", "sites.count", 90, numeric=True),
    Column("names", "sites.examples", 600),
)
CHANGES = (
    Column("at", "people.when", 150, sortable=False, identifier=True),
    Column("person", "people.by", 150, sortable=False),
    Column("station", "people.where", 110, sortable=False, identifier=True),
    Column("part", "sites.part", 150, sortable=False),
    Column("difference", "people.difference", 560, sortable=False),
)
_HIDDEN = {"id", "version", "changed_by", "changed_at", "warehouse_id", "stock_keeping", "used", "frozen_by"}


def use_records(uses: Iterable[Use], texts: Texts) -> list[Record]:
    """What a record is used for."""
    return [Record(use.what, (texts.word("use", use.what), str(use.count), use_names(use, texts))) for use in uses]


def use_names(use: Use, texts: Texts) -> str:
    """The first of what a record is used for, by name; rules by what they are for."""
    if use.what == "policy":
        return ", ".join(texts.text("captions", f"policies.capability.{name}") for name in use.names)
    return ", ".join(use.names)


def change_record(change: RecordChange, texts: Texts) -> Record:
    """One row of a record's trail."""
    old, new = change.before or {}, change.after or {}
    names = [name for name in {**old, **new} if name not in _HIDDEN and old.get(name) != new.get(name)]
    if change.verb == "UPDATE":
        told = "; ".join(
            f"{field(texts, name)}: {shown(texts, name, old.get(name))} → {shown(texts, name, new.get(name))}"
            for name in names
        )
    else:
        told = texts.text("captions", f"sites.did_{change.verb.lower()}")
    cells = (f"{change.at.astimezone():%Y-%m-%d %H:%M}", change.person, change.station, part(texts, change.part), told)
    return Record(change.id, cells, made_of=change)


def field(texts: Texts, name: str) -> str:
    """How people call a field."""
    codes = (f"{group}.{name.removesuffix('_id')}" for group in ("sites", "field"))
    return next((texts.text("captions", code) for code in codes if texts.has("captions", code)), name)


def part(texts: Texts, name: str) -> str:
    """How people call what a change was written to."""
    return texts.text("captions", f"part.{name}") if texts.has("captions", f"part.{name}") else name


def shown(texts: Texts, name: str, value: object) -> str:
    """A stored value of a field, as people call it."""
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return texts.text("captions", "people.yes" if value else "people.no")
    return texts.word("place_kind" if name == "kind" else name, str(value))
