"""The print journal, and the printers that screens offer."""

from uuid import UUID

from app.composition.desk import Desk
from app.composition.pages import page_maker
from app.devices import labels
from app.domain.labels import PAGE
from app.services import printing
from app.services.work import Worker
from app.stations.kit.kit import Kit
from app.stations.printing import Acts, PrintJournalScreen


def screen(desk: Desk, kit: Kit) -> PrintJournalScreen:
    """Every label, from its order to its proof."""
    worker, warehouse = desk.worker, desk.warehouse()

    def read(behind: UUID | None, most: int, text: str, doubtful: bool) -> list[printing.JournalEntry]:
        return worker.run(
            lambda unit: printing.journal(
                unit, warehouse=warehouse, behind=behind, text=text, doubtful=doubtful, most=most
            )
        )

    pages = page_maker(worker, kit.texts)
    acts = Acts(
        confirm=lambda job: worker.run(lambda unit: printing.confirm(unit, job)),
        cancel=lambda job: worker.run(lambda unit: printing.cancel(unit, job)),
        void=lambda job, reason: worker.run(lambda unit: printing.void(unit, job, reason=reason)),
        redirect=lambda job, printer: worker.run(lambda unit: printing.redirect(unit, job, printer=printer)),
        reprint=lambda job, reason: worker.run(lambda unit: printing.reprint(unit, job, reason=reason)),
        reasons=lambda: worker.run(printing.print_reasons),
        printers=lambda: printers_of(worker),
    )
    return PrintJournalScreen(
        kit,
        read=read,
        subscribe=desk.changes.subscribe,
        picture=lambda content: (
            pages(content, 0) if content.template.startswith(PAGE) else labels.picture(content, 203)
        ),
        acts=acts,
    )


def label_printers_of(worker: Worker) -> list[tuple[UUID, str]]:
    """The printers of labels that can be chosen, by id and name."""
    return [(one.id, one.name) for one in worker.run(printing.label_printers)]


def printers_of(worker: Worker) -> list[tuple[UUID, str]]:
    """The printers that can be chosen, by id and name."""
    return [(one.id, one.name) for one in worker.run(printing.printers) if one.active]
