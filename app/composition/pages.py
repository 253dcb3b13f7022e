"""Pages of paper for printers that take PDF: what a print job says, made when it is printed."""

from collections.abc import Callable
from uuid import UUID

from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.services import clock
from app.services.work import Worker
from app.texts import Texts


def page_maker(worker: Worker, texts: Texts) -> Callable[[LabelContent, int], bytes]:
    """Makes the PDF of a carton's paper as the carton is now; refuses `printing.unknown_template`."""

    def made(content: LabelContent, _dpi: int) -> bytes:
        from app.reports.cn23 import cn23_pdf  # noqa: PLC0415  (heavy: loaded on first use)
        from app.reports.customs import CustomsPaper, invoice_pdf  # noqa: PLC0415
        from app.reports.packing_list import packing_list_pdf  # noqa: PLC0415
        from app.services import orders  # noqa: PLC0415
        from app.services.shipping import papers  # noqa: PLC0415

        kind, parcel, now = content.template.removeprefix(papers.PAGE), UUID(content.fields["parcel"]), clock.now()
        found, wanted = worker.run(lambda unit: papers.papers_of(unit, parcel))
        paper = CustomsPaper(found.consignment, found.goods, wanted.incoterm or "")
        match kind:
            case papers.PACKING_LIST:
                lists = worker.run(lambda unit: orders.packing_lists(unit, [found.document]))
                return packing_list_pdf(lists, texts, printed_at=now, carton=found.consignment.sscc)
            case papers.INVOICE:
                return invoice_pdf(paper, texts, printed_at=now)
            case papers.CN23:
                return cn23_pdf(paper, texts, printed_at=now)
        raise Refusal("printing.unknown_template", template=content.template)

    return made
