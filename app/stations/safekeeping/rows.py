"""Backups and rows that break a rule, as a desk shows them."""

from datetime import datetime

from app.domain.values import grouped
from app.services.backup import Kept
from app.services.proof import Broken
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

BACKUPS = (
    Column("at", "safekeeping.taken_at", 180, identifier=True),
    Column("file", "safekeeping.file", 270, identifier=True),
    Column("size", "safekeeping.size", 110, numeric=True),
    Column("moves", "safekeeping.moves", 120, numeric=True),
    Column("seal", "stock.seal", 100, numeric=True),
    Column("company", "safekeeping.company", 220),
    Column("state", "safekeeping.state", 280),
)
BROKEN = (
    Column("rule", "safekeeping.rule", 480),
    Column("offender", "safekeeping.offender", 820),
)
_MB = 1_000_000


def local(at: datetime | None) -> str:
    """A moment in this machine's time; nothing for none."""
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if at else ""


def backup_record(one: Kept, texts: Texts) -> Record:
    """A backup, with what is known of it."""
    whole = one.moves is not None
    state = texts.text("captions", "safekeeping.proved" if whole else "safekeeping.damaged")
    cells = (
        local(one.at),
        one.path.name,
        f"{one.bytes / _MB:.1f} MB" if whole else "",
        grouped(one.moves or 0) if whole else "",
        str(one.seal or ""),
        one.company,
        state,
    )
    return Record(one.path.name, cells, made_of=one, tints=((6, "good" if whole else "bad"),))


def broken_record(number: int, one: Broken, texts: Texts) -> Record:
    """A row that breaks a rule: the rule in words, and what is known of the row."""
    code = f"rule.{one.rule}"
    rule = texts.text("captions", code) if texts.has("captions", code) else one.rule
    offender = ", ".join(f"{name} {value}" for name, value in one.offender.items())
    return Record(number, (rule, offender), made_of=one, tints=((0, "bad"),))
