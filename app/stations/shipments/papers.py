"""The papers of one carton: which the rules want, how their printing stands, printed (again) or written as files."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.carriers import undeclared
from app.domain.printing import PrintState, needs_a_person
from app.reports.cn23 import write_cn23
from app.reports.customs import CustomsPaper, write_cn22, write_invoice
from app.reports.packing_list import write_packing_lists
from app.services import clock, orders, printing
from app.services.carriers.buying import Carton
from app.services.shipping import papers
from app.services.shipping.papers import Paper, PaperJob
from app.stations.kit.desk import Command, DeskScreen, Sheet, page_of
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

PAPERS = (
    Column("paper", "shipments.paper", 220),
    Column("wanted", "shipments.paper_wanted", 150),
    Column("state", "shipments.paper_state", 220),
    Column("printer", "shipments.paper_printer", 200, identifier=True),
    Column("at", "desk.when", 160, identifier=True),
    Column("again", "shipments.paper_again", 120, numeric=True),
)
_TINTS: Mapping[PrintState, str] = {
    PrintState.CONFIRMED: "good", PrintState.UNVERIFIED: "caution", PrintState.QUEUED: "caution",
    PrintState.UNKNOWN: "bad", PrintState.PARTIAL: "bad",
}  # fmt: skip


class CartonPapers:
    """The sheet of a carton's papers."""

    def __init__(self, desk: DeskScreen, choose_file: Callable[[str], QFileDialog]) -> None:
        self._desk, self._ask_file = desk, choose_file

    def show(self, carton: Carton) -> None:
        """Lay the papers of a carton over the desk."""
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: papers.state_of(unit, carton.id))
            return [paper_record(one, desk.texts) for one in found]

        write = Command("WRITE_PAPERS", lambda _rows: self._choose_file(carton))
        print_one = Command("PRINT_PAPER", lambda rows: self._print(carton, rows[0]), self._may_not)
        there = Command("PAPER_THERE", lambda rows: self._confirm(rows[0]), self._not_in_doubt)
        title = desk.words("shipments.papers_of", order=carton.number)
        nothing = lambda _query: desk.hint("no_rows")  # noqa: E731  (a sentence)
        commands = (*desk.one_of(print_one, there), write)
        desk.lay_over(Sheet("shipments.papers", title, PAPERS, page_of(PAPERS, read), nothing, commands))

    def write(self, carton: Carton, path: Path) -> None:
        """Write the papers of a carton beside each other: the packing list under this name, the others after it."""
        desk = self._desk

        def work() -> tuple[list[Path], tuple[str, ...]]:
            found, wanted = desk.work.run(lambda unit: papers.papers_of(unit, carton.id))
            lists = desk.work.run(lambda unit: orders.packing_lists(unit, [carton.document]))
            paper, now = CustomsPaper(found.consignment, found.goods, wanted.incoterm or ""), clock.now()
            write_packing_lists(path, lists, desk.texts, printed_at=now)
            made = [path]
            for kind, write_one in (("invoice", write_invoice), ("cn22", write_cn22), ("cn23", write_cn23)):
                if getattr(wanted, kind):
                    made.append(path.with_name(f"{carton.number}-{kind}.pdf"))
                    write_one(made[-1], paper, desk.texts, printed_at=now)
            return made, undeclared(found.goods) if len(made) > 1 else ()

        def done(made: tuple[list[Path], tuple[str, ...]]) -> None:
            files, incomplete = made
            desk.say(_incomplete(incomplete) or _done("inbound.written", file=", ".join(one.name for one in files)))

        desk.start(work, done)

    # - inside -

    def _may_not(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("print")

    def _not_in_doubt(self, rows: Sequence[Record]) -> str:
        job = _paper(rows[0]).job
        doubtful = job is not None and needs_a_person(job.state)
        return self._desk.hindered("print") or ("" if doubtful else self._desk.hint("shipments.paper_not_in_doubt"))

    def _confirm(self, row: Record) -> None:
        """Somebody has looked: it lies there, all of it."""
        desk, job = self._desk, _paper(row).job
        assert job is not None

        def done(_none: object) -> None:
            desk.say(_done("shipments.paper_is_there", paper=row.cells[0]))
            desk.refresh()

        desk.start(lambda: desk.work.run(lambda unit: printing.confirm(unit, job.id)), done)

    def _choose_file(self, carton: Carton) -> None:
        dialog = self._ask_file(f"{carton.number}-packing-list.pdf")
        dialog.fileSelected.connect(lambda name: self.write(carton, Path(name)))

    def _print(self, carton: Carton, row: Record) -> None:
        desk, kind = self._desk, str(row.key)

        def work() -> tuple[str, tuple[str, ...]]:
            printer = desk.work.run(lambda unit: papers.print_paper(unit, carton.id, kind))
            found, _wanted = desk.work.run(lambda unit: papers.papers_of(unit, carton.id))
            return printer, undeclared(found.goods) if kind in papers.FOR_CUSTOMS else ()

        def done(answer: tuple[str, tuple[str, ...]]) -> None:
            printer, incomplete = answer
            told = _done("shipments.paper_wanted_now", paper=row.cells[0], printer=printer)
            desk.say(_incomplete(incomplete) or told)
            desk.refresh()

        desk.start(work, done)


def _done(code: str, **facts: str) -> Feedback:
    """It was done."""
    return Feedback(Level.OK, code, facts)


def _incomplete(goods: Sequence[str]) -> Feedback | None:
    """What customs would miss on a paper that was made all the same; None where nothing is missing."""
    return Feedback(Level.WARNING, "shipments.customs_incomplete", {"goods": ", ".join(goods)}) if goods else None


def _paper(row: Record) -> Paper:
    assert isinstance(row.made_of, Paper)
    return row.made_of


def said_of(job: PaperJob | None, texts: Texts) -> str:
    """How the printing of a paper stands, in words; nobody but a person knows whether pages came out."""
    if job is None:
        return texts.text("captions", "shipments.paper_not_printed")
    if job.state is PrintState.UNVERIFIED:
        waits = job.detail == "queue_waiting"
        return texts.text("captions", f"printing.state.{'IN_QUEUE' if waits else 'HANDED_OVER'}")
    return texts.text("captions", f"printing.state.{job.state.value}")


def paper_record(one: Paper, texts: Texts) -> Record:
    """One paper, and how its printing stands."""
    job = one.job
    cells = (
        texts.text("captions", f"policies.then.{one.kind}"),
        texts.text("captions", "people.yes" if one.wanted else "people.no"),
        said_of(job, texts),
        job.printer if job else "",
        f"{job.at.astimezone():%Y-%m-%d %H:%M}" if job else "",
        str(job.reprint_no) if job and job.reprint_no else "",
    )
    tint = _TINTS.get(job.state) if job else "caution" if one.wanted else None
    return Record(one.kind, cells, made_of=one, tints=((2, tint),) if tint else ())
