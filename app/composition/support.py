"""What support gets of a home: the bundle, and where it finds what the devices said last."""

from collections.abc import Mapping
from pathlib import Path

from app.composition.home import VERSION, OpenHome
from app.services import support
from app.services.work import Worker


def black_box_folder(home: Path) -> Path:
    """Where a running workstation writes what its devices said last."""
    return home / "devices"


def write_support_bundle(home: OpenHome, worker: Worker, file: Path, papers: Mapping[str, str]) -> tuple[str, ...]:
    """Write the support bundle of a home; `papers` are texts about its devices. Returns the names of what is in it."""
    names = worker.run(support.names_of_people)
    secrets = [home.logins.password(name) or "" for name in home.logins.names()]
    cleaner = support.Cleaner(secrets=secrets, names=names, home=home.folder)
    ledger = worker.run(support.ledger_head)
    return support.write_bundle(file, home.settings, version=VERSION, ledger=ledger, papers=papers, cleaner=cleaner)
