"""Backups of a home: of which database, when by themselves, and how they went, in words."""

from datetime import datetime
from pathlib import Path

from app import settings
from app.composition.home import OpenHome
from app.database.backup import Tools
from app.domain.errors import Refusal
from app.services.backup import Ground, Plan, last_time
from app.settings import Settings, SettingsError
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


def plan_now(home: OpenHome) -> Plan:
    """The same as the settings say at this moment: a screen may have changed them since the program began."""
    try:
        return plan_of(settings.load(home.folder))
    except SettingsError:
        return plan_of(home.settings)


def keep_plan(home: OpenHome, plan: Plan) -> None:
    """Write a plan into the settings of the home; the worker follows it at its next look."""
    own = str(plan.folder) if plan.folder != home.folder / "backups" else ""
    changes = {"backup.folder": own, "backup.every_hours": plan.every_hours, "backup.keep": plan.keep}
    try:
        settings.save(home.folder, changes)
    except SettingsError as error:
        raise Refusal("backup.plan_not_kept", reason=str(error)) from error


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
