"""The screen of backups and the chain: this machine's server and folders, and the work of whoever is signed on."""

from pathlib import Path
from urllib.parse import urlsplit

from app.composition import backups
from app.composition.desk import Desk, desk_work
from app.database.ledger import Head
from app.reports.head_page import write_head
from app.services import backup, clock, people, proof
from app.services.backup import Plan, Restored, Say
from app.stations.kit.kit import Kit
from app.stations.safekeeping import Safekeeping, SafekeepingScreen
from app.stations.safekeeping.wiring import Wanted


def screen(desk: Desk, kit: Kit) -> SafekeepingScreen:
    """Backups of this home's own server, and the chain of any server."""
    home, worker = desk.home, desk.worker

    def administer() -> None:
        """The server of this home is reached past the database's walls, so the person's right is asked for here."""
        worker.run(lambda unit: people.require(unit, "administer"))

    def make(say: Say) -> Path:
        administer()
        return backup.run_plan(backups.ground(home), backups.plan_now(home), home.folder, now=clock.now(), say=say)

    def trial(path: Path, say: Say) -> object:
        administer()
        return backup.prove_file(backups.ground(home), path, say=say)

    def bring_back(path: Path, company: str, say: Say) -> Restored:
        administer()
        return backup.restore(backups.ground(home), path, overwrite=company, now=clock.now(), say=say)

    def keep_plan(plan: Plan) -> None:
        administer()
        backups.keep_plan(home, plan)

    def check_head(path: Path, wanted: Wanted) -> Head:
        head = proof.read_head(path)
        worker.run(lambda unit: proof.check_head(unit, head, wanted=wanted))
        return head

    keeping = Safekeeping(
        ours=home.attachment is not None,
        server=urlsplit(home.settings.database_url).hostname or "",
        plan=lambda: backups.plan_now(home),
        keep_plan=keep_plan,
        last=lambda: backup.last_time(home.folder),
        kept=lambda: backup.kept(backups.plan_now(home)),
        make=make,
        trial=trial,
        company=lambda: backup.company_of(backups.ground(home)),
        bring_back=bring_back,
        prove=lambda deep, tell, wanted: proof.prove(worker, deep=deep, tell=tell, wanted=wanted),
        head=lambda: proof.head(worker),
        write_head=lambda path, head: write_head(path, head, proof.as_text(head), kit.texts),
        check_head=check_head,
    )
    return SafekeepingScreen(kit, desk_work(desk), keeping)
