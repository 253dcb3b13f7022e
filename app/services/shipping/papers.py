"""The papers of a carton: which the rules want, what stands on them, and their printing, each once, on its own printer.

Labels (CN22, return label) go to the printer of labels at which the shipping label prints, pages (packing list,
invoice, CN23) to the printer of pages beside it. They are wanted in the moment in which the shipping label exists; what
a page says is read when it is printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from app.database import carriers as buying_store
from app.database import company
from app.database import printing as journal
from app.database.printing import PaperJob
from app.domain.carriers import Consignment, CustomsLine, cn22_fields
from app.domain.errors import Refusal
from app.domain.labels import PAGE, LabelContent
from app.domain.shipping import PAPERS, Papers, choose_papers
from app.services import printing
from app.services.carriers.consigning import Sent, paper_facts, return_label_of, sent
from app.services.policies import policy_for
from app.services.work import UnitOfWork

__all__ = ["CN23", "FOR_CUSTOMS", "INVOICE", "KINDS", "PACKING_LIST", "PAGE", "Paper", "PaperJob", "Papers", "Sent",
           "is_there", "papers_of", "print_paper", "print_papers", "state_of"]  # fmt: skip

PACKING_LIST, INVOICE, CN22, CN23, RETURN = "packing_list", "invoice", "cn22", "cn23", "return_label"
KINDS = (PACKING_LIST, INVOICE, CN22, CN23, RETURN)
FOR_CUSTOMS = frozenset({INVOICE, CN22, CN23})
_PAGES = frozenset({PACKING_LIST, INVOICE, CN23})


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a carton: whether the rules want it, and how its printing stands (None: it never was wanted)."""

    kind: str
    wanted: bool
    job: PaperJob | None = None


def papers_of(unit: UnitOfWork, parcel: UUID) -> tuple[Sent, Papers]:
    """A sealed carton with its goods, and which papers go with it by the rules; refuses `parcel.unknown`."""
    found = sent(unit, parcel)
    one = found.consignment
    policy = policy_for(unit, PAPERS, warehouse=found.warehouse, partner=found.partner)
    about = paper_facts(one, company.read(unit.session), carrier=found.carrier, service=one.service)
    return found, choose_papers(about, policy)


def state_of(unit: UnitOfWork, parcel: UUID) -> tuple[Paper, ...]:
    """Every paper of a carton: wanted by the rules or not, and how far its printing is."""
    found, wanted = papers_of(unit, parcel)
    uids = {_uid(found.consignment, kind): kind for kind in KINDS}
    jobs = {uids[one.uid]: one for one in journal.newest_jobs(unit.session, list(uids))}
    return tuple(Paper(kind, getattr(wanted, kind), jobs.get(kind)) for kind in KINDS)


def print_papers(unit: UnitOfWork, parcel: UUID, *, printer: UUID | None) -> int:
    """Want every paper printed that the rules want, once however often a request is repeated; returns how many.

    `printer` is that of the shipping label. Pages go to the printer of the bench that sealed the carton, so also where
    its label printer stands on the network. Where there is no printer for one of them, it is left to the desk.
    """
    found, wanted = papers_of(unit, parcel)
    kinds = [kind for kind in KINDS if getattr(wanted, kind)]
    bench = buying_store.sealed_at(unit.session, parcel)
    return sum(_want(unit, found, parcel, kind, printer, station=bench) is not None for kind in kinds)


def print_paper(unit: UnitOfWork, parcel: UUID, kind: str) -> str:
    """Want one paper printed, whatever the rules say; one that was printed bears the number of its reprint.

    Returns the name of the printer. Refuses `printing.no_printer`, and `printing.no_page_printer` for pages.
    """
    found = sent(unit, parcel)
    beside = printing.label_printer(unit, ()).id if kind not in _PAGES else None
    printer = _want(unit, found, parcel, kind, beside)
    if printer is None:
        raise Refusal("printing.no_page_printer")
    return next(one.name for one in printing.printers(unit) if one.id == printer)


def is_there(unit: UnitOfWork, parcel: UUID, kind: str) -> None:
    """Somebody has looked: a paper that was handed over lies there. Refuses `printing.unknown_job`."""
    job = next((one.job for one in state_of(unit, parcel) if one.kind == kind), None)
    if job is None:
        raise Refusal("printing.unknown_job")
    printing.confirm(unit, job.id)


def _want(
    unit: UnitOfWork, found: Sent, parcel: UUID, kind: str, beside: UUID | None, *, station: str = ""
) -> UUID | None:
    """Put a paper on the journal of its printer, whose id is returned; None where there is none for it."""
    printer = beside
    if kind in _PAGES:
        page = printing.page_printer(unit, beside=beside, station=station, warehouse=found.warehouse)
        printer = page.id if page else None
    if printer is None:
        return None
    content = _content(found, parcel, kind)
    printing.relabel(unit, content, printer=printer, warehouse=found.warehouse, document=found.document)
    return printer


def _content(found: Sent, parcel: UUID, kind: str) -> LabelContent:
    one = found.consignment
    if kind == RETURN:
        return replace(return_label_of(one, tracking=one.tracking), uid=_uid(one, kind))
    if kind == CN22:
        return LabelContent(CN22, _uid(one, kind), _cn22(one, found.goods))
    told = {"parcel": str(parcel), "order": one.order, "carton": str(one.carton), "sscc": one.sscc}
    return LabelContent(f"{PAGE}{kind}", _uid(one, kind), told)


def _cn22(one: Consignment, goods: tuple[CustomsLine, ...]) -> Mapping[str, str]:
    return {
        "order": one.order,
        "from": ", ".join(one.sender.lines),
        "to": ", ".join(one.receiver.lines),
        "shipped": one.ready.date().isoformat(),
        **cn22_fields(goods, currency=one.currency, gross_kg=one.weight_kg),
    }


def _uid(one: Consignment, kind: str) -> str:
    return f"{one.sscc}/{'return' if kind == RETURN else kind}"
