"""Backups of a home: of which database, when by themselves, and how they went, in words."""

from datetime import datetime
from pathlib import Path

from app.composition.home import OpenHome
from app.database.backup import Tools
from app.services.backup import Ground, Plan, last_time
from app.settings import Settings
from app.texts import Texts


def ground(home: OpenHome, *, superuser_url: str = "", tools: Path | None = None) -> Ground:
    """What backups of a home's database are made of; `superuser_url` and `tools` are for shared servers."""
    url = superuser_url or home.server_url()
    embedded = home.attachment is not None and not superuser_url
    chosen = Tools.of_the_wheel() if embedded and tools is None else Tools.for_server(url, named=tools)
    return Ground(url, home.logins, embedded, chosen)


def plan_of(known: Settings) -> Plan:
    """When backups of a home with its own server are made by themselves, as its settings say."""
    folder = Path(known.backup_folder).expanduser() if known.backup_folder else known.home / "backups"
    return Plan(folder, known.backup_every_hours, known.backup_keep)


def how_they_went(known: Settings, texts: Texts) -> str:
    """One sentence about the backups of a home with its own server: the last one, or that there is none."""
    plan, last = plan_of(known), last_time(known.home)
    if plan.every_hours == 0:
        return texts.text("captions", "backup.none_planned")
    if last.at is None:
        return texts.text("captions", "backup.none_yet", {"folder": plan.folder})
    return texts.text("captions", "backup.last", {"file": plan.folder / last.file, "at": f"{last.at:%Y-%m-%d %H:%M}"})


def trouble(known: Settings, texts: Texts, now: datetime) -> str:
    """What is wrong with the backups of a home, for the eyes of whoever starts the program; empty: nothing."""
    plan, last = plan_of(known), last_time(known.home)
    if plan.every_hours == 0:
        return ""
    if last.code and last.failed_at is not None:
        why, remedy = texts.error(last.code, last.facts)
        at = f"{last.failed_at:%Y-%m-%d %H:%M}"
        return texts.text("captions", "backup.failed", {"at": at, "why": why, "remedy": remedy})
    if last.at is not None and plan.overdue(now):
        return texts.text("captions", "backup.overdue", {"at": f"{last.at:%Y-%m-%d %H:%M}"})
    return ""
