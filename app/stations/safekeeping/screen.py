"""Backups of this machine's own server, and the chain of seals: looked at, made, proved, kept elsewhere, compared.

A backup is brought back here, too: that replaces everybody's data, and wants to be told twice.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.database.ledger import Head
from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.values import grouped
from app.services import clock, proof
from app.services.backup import Kept, LastTime, Plan, Restored
from app.services.proof import Proof, Tail
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, DeskWork, Field, Question, Sheet, page_of
from app.stations.kit.kit import Kit
from app.stations.kit.record_table import Record
from app.stations.kit.tasks import Progress
from app.stations.safekeeping.rows import BACKUPS, BROKEN, backup_record, broken_record, local
from app.stations.safekeeping.wiring import Safekeeping, Say

T = TypeVar("T")
NAME = "safekeeping"
_DONE_BEFORE = {"writing": 0.05, "checking": 0.4, "building": 0.45, "proving": 0.8, "replacing": 0.95}
"""How much of a backup is done when a step begins, about."""


class SafekeepingScreen(DeskScreen):
    """Two tabs: the backups that stand in the folder, and what the last proof on this screen found."""

    def __init__(self, kit: Kit, work: DeskWork, keeping: Safekeeping) -> None:
        super().__init__(kit, NAME, work, kinds=set())
        self._keeping = keeping
        self.planned: tuple[Plan, LastTime] | None = None
        """The plan of backups, and how the last one went, as they were read last."""
        self.tail: Tail | None = None
        """How far the ledger was sealed when it was read last."""
        self.proof: Proof | None = None
        """What was found last."""
        self.show_front(self._backups(), self._chain())

    # - backups -

    def _backups(self) -> Sheet:
        def read() -> Sequence[Record]:
            if not self._keeping.ours:
                return []
            self.planned = (self._keeping.plan(), self._keeping.last())
            return [backup_record(one, self.texts) for one in self._keeping.kept()]

        def ours(permission: str = "administer") -> str:
            if not self._keeping.ours:
                return self.hint("safekeeping.not_ours", server=self._keeping.server)
            return self.hindered(permission) or self._busy()

        return Sheet(
            "safekeeping.backups",
            self.texts.text("titles", "safekeeping.backups"),
            BACKUPS,
            page_of(BACKUPS, read),
            lambda _query: ours("see_stock") or self.hint("safekeeping.none_yet"),
            (
                Command("BACK_UP", lambda _rows: self.back_up(), lambda _rows: ours()),
                *self.one_of(Command("TRY_BACKUP", lambda rows: self.try_backup(_kept(rows[0])), lambda _rows: ours())),
                *self.one_of(
                    Command("BRING_BACK", lambda rows: self._ask_whether(_kept(rows[0])), lambda _rows: ours())
                ),
                Command("PLAN_BACKUPS", lambda _rows: self._ask_plan(), lambda _rows: ours() or self._not_read()),
            ),
            facts=self._planned,
        )

    def back_up(self) -> None:
        """Make a backup now, restored on trial; it takes its place among those made by themselves."""

        def done(path: Path) -> None:
            self.table.refresh()
            self.say(Feedback(Level.OK, "safekeeping.made", {"file": path.name}))

        make = self._keeping.make
        self._long("safekeeping.making", lambda progress: make(_steps(progress)), done)

    def try_backup(self, one: Kept) -> None:
        """Restore a backup on trial into a database of its own, which is proved and removed again."""

        def done(_manifest: object) -> None:
            self.say(Feedback(Level.OK, "safekeeping.tried", {"file": one.path.name}))

        trial = self._keeping.trial
        self._long("safekeeping.trying", lambda progress: trial(one.path, _steps(progress)), done)

    def _ask_whether(self, one: Kept) -> None:
        """Ask twice whether everybody's data are to be replaced: by a choice, and by the company's name."""
        self.start(self._keeping.company, lambda company: self._ask_twice(one, company))

    def _ask_twice(self, one: Kept, company: str) -> None:
        facts = {"file": one.path.name, "path": str(one.path), "at": local(one.at), "company": company}
        facts["moves"] = grouped(one.moves or 0)

        def told(answers: Answers) -> str:
            if not answers["sure"]:
                return self.words("safekeeping.told_keep", **facts)
            if answers["company"].strip() != company:
                return self.words("safekeeping.told_name", **facts)
            return self.words("safekeeping.told_replace", **facts)

        def book(answers: Answers, request: UUID) -> Booking:
            if not answers["sure"]:
                raise Refusal("backup.not_told_twice", company=company)
            if answers["company"].strip() != company:
                raise Refusal("backup.wrong_name", company=company, named=answers["company"].strip())
            replacing = Feedback(Level.WARNING, "safekeeping.replacing", facts)
            return Booking(
                *(request, lambda: None, lambda _none: replacing),
                after=lambda _none: self.bring_back(one, company),
            )

        sure = (("", self.choice("safekeeping.keep_all")), ("yes", self.choice("safekeeping.replace_all")))
        fields = (
            Field("sure", self.words("safekeeping.sure"), choices=sure),
            Field("company", self.words("safekeeping.type_company", **facts), wide=True),
        )
        self.ask(Question(self.words("safekeeping.ask_restore", **facts), fields, told, book))

    def bring_back(self, one: Kept, company: str) -> None:
        """Put a backup in the place of everybody's data; what was there is kept under another name."""

        def done(restored: Restored) -> None:
            facts = {"at": local(restored.manifest.taken_at), "kept_as": restored.kept_as or "–"}
            self.say(Feedback(Level.WARNING, "safekeeping.replaced", facts))

        work = self._keeping.bring_back
        self._long("safekeeping.bringing_back", lambda progress: work(one.path, company, _steps(progress)), done)

    def _planned(self) -> str:
        """When backups are made by themselves, and how that went."""
        if not self._keeping.ours:
            return self.words("safekeeping.elsewhere", server=self._keeping.server)
        if self.planned is None:
            return ""
        plan, last = self.planned
        code = "safekeeping.plan" if plan.every_hours else "safekeeping.no_plan"
        said = [self.words(code, **_told(plan))]
        if last.code:
            why, _remedy = self.texts.error(last.code, last.facts)
            said.append(self.words("safekeeping.failed", at=local(last.failed_at), why=why))
        elif last.at:
            said.append(self.words("safekeeping.last", at=local(last.at)))
        return "   ·   ".join(said)

    def _ask_plan(self) -> None:
        assert self.planned is not None
        now = self.planned[0]

        def told(answers: Answers) -> str:
            plan = _plan(answers)
            if not plan.every_hours:
                return self.words("safekeeping.told_never")
            return self.words("safekeeping.told_plan", **_told(plan))

        def book(answers: Answers, request: UUID) -> Booking:
            plan = _plan(answers)
            return Booking(
                request,
                lambda: self._keeping.keep_plan(plan),
                lambda _kept: Feedback(Level.OK, "safekeeping.planned"),
                undo=lambda _kept, _request: self._keeping.keep_plan(now),
            )

        fields = (
            Field("hours", self.words("safekeeping.every"), str(now.every_hours)),
            Field("keep", self.words("safekeeping.keep"), str(now.keep)),
            Field("folder", self.words("safekeeping.folder"), str(now.folder), wide=True),
        )
        self.ask(Question(self.words("safekeeping.ask_plan"), fields, told, book))

    # - the chain -

    def _chain(self) -> Sheet:
        def read() -> Sequence[Record]:
            self.tail = self.work.run(proof.tail)
            broken = self.proof.broken if self.proof else ()
            return [broken_record(n, one, self.texts) for n, one in enumerate(broken)]

        def may(_rows: Sequence[Record]) -> str:
            return self.hindered("audit") or self._busy()

        return Sheet(
            "safekeeping.chain",
            self.texts.text("titles", "safekeeping.chain"),
            BROKEN,
            page_of(BROKEN, read),
            lambda _query: self._nothing_broken(),
            (
                Command("PROVE", lambda _rows: self.prove(deep=False), may),
                Command("PROVE_DEEP", lambda _rows: self.prove(deep=True), may),
                Command("EXPORT_HEAD", lambda _rows: self._ask_where(), may),
                Command("CHECK_HEAD", lambda _rows: self._ask_which(), may),
            ),
            facts=self._sealed,
        )

    def prove(self, *, deep: bool) -> None:
        """Recompute what must always be true; what breaks a rule is listed."""

        def done(found: Proof) -> None:
            self.proof = found
            self.table.refresh()
            facts = {"moves": grouped(found.tail.moves), "count": grouped(len(found.broken))}
            if found.broken:
                self.say(Feedback(Level.ERROR, "safekeeping.broken", facts))
            else:
                self.say(Feedback(Level.OK, "safekeeping.clean", facts))

        work, words = self._keeping.prove, "safekeeping.replaying" if deep else "safekeeping.proving"
        self._long(words, lambda progress: work(deep, progress.step, progress.check), done)

    def export_head(self, path: Path) -> None:
        """Write the head of the chain into a file, to be kept where nobody who owns the database can reach it."""

        def write(_progress: Progress) -> Head:
            head = self._keeping.head()
            self._keeping.write_head(path, head)
            return head

        def done(head: Head) -> None:
            self.table.refresh()
            self.say(Feedback(Level.OK, "safekeeping.exported", {"seal": str(head.seal), "file": path.name}))

        self._long("safekeeping.exporting", write, done)

    def check_head(self, path: Path) -> None:
        """Compare a head that was kept with the chain: whether anything up to it was changed since."""

        def done(head: Head) -> None:
            facts = {"seal": str(head.seal), "postings": grouped(head.postings), "moves": grouped(head.moves)}
            self.say(Feedback(Level.OK, "safekeeping.holds", facts))

        check = self._keeping.check_head
        self._long("safekeeping.comparing", lambda progress: check(path, progress.check), done)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, self.words("safekeeping.export_title"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.words("safekeeping.as_file"), self.words("safekeeping.as_page")])
        dialog.setDefaultSuffix("json")
        dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix(_ending(name)))
        dialog.selectFile(f"head-{clock.now().astimezone():%Y-%m-%d}")
        self._open(dialog, self.export_head)

    def _ask_which(self) -> None:
        dialog = QFileDialog(self, self.words("safekeeping.check_title"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.words("safekeeping.as_file")])
        self._open(dialog, self.check_head)

    def _open(self, dialog: QFileDialog, chosen: Callable[[Path], object]) -> None:
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _sealed(self) -> str:
        now = self.tail
        if now is None or now.seal is None:
            return self.words("safekeeping.nothing_sealed")
        facts = {"seal": now.seal, "at": local(now.sealed_at), "hash": now.hash, "unsealed": grouped(now.unsealed)}
        return self.words("safekeeping.head", **facts, moves=grouped(now.moves))

    def _nothing_broken(self) -> str:
        if self.proof is None:
            return self.hint("safekeeping.not_proved")
        return self.hint("safekeeping.nothing_broken", at=local(self.proof.at), moves=grouped(self.proof.tail.moves))

    # - long work -

    def _not_read(self) -> str:
        return "" if self.planned else self.hint("safekeeping.busy")

    def _busy(self) -> str:
        return self.hint("safekeeping.busy") if self.line.busy else ""

    def _long(self, words: str, do: Callable[[Progress], T], done: Callable[[T], None]) -> None:
        """Do one piece of long work, with its progress and the way to end it."""
        if not self.line.busy:
            self.line.work(self.words(words), do, done=done, failed=self.say_stopped)


def _kept(record: Record) -> Kept:
    assert isinstance(record.made_of, Kept)
    return record.made_of


def _steps(progress: Progress) -> Say:
    """Tells how far a backup is by the step that begins; ends it there where nobody wants it any more."""
    return lambda step: progress.step(_DONE_BEFORE[step.partition(" ")[0]])


def _plan(answers: Answers) -> Plan:
    """The plan that was typed. Refuses `backup.plan_unreadable`."""
    hours, keep, folder = (answers[name].strip() for name in ("hours", "keep", "folder"))
    if not (hours.isdecimal() and keep.isdecimal() and Path(folder).expanduser().is_absolute()):
        raise Refusal("backup.plan_unreadable", hours=hours, keep=keep, folder=folder)
    return Plan(Path(folder).expanduser(), int(hours), int(keep))


def _told(plan: Plan) -> dict[str, object]:
    return {"hours": plan.every_hours, "keep": plan.keep or "∞", "folder": plan.folder}


def _ending(filter_name: str) -> str:
    return "pdf" if "pdf" in filter_name.lower() else "json"
