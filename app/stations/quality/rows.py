"""The rows of the quality screen: inspections, pieces that were looked at, suppliers, checklists and their checks."""

from app.domain.quality import AQLS, Check, Severity
from app.domain.values import format_quantity
from app.services import quality
from app.services.quality import Checklist, Inspection, Piece, SupplierRecord
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

INSPECTIONS = (
    Column("number", "quality.number", 110, identifier=True),
    Column("state", "transfers.state", 130),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("lot", "reports.lot_or_serial", 120, identifier=True),
    Column("quantity", "reports.quantity", 100, identifier=True),
    Column("sample", "caption.sample", 90, identifier=True),
    Column("defective", "caption.defective", 110, numeric=True),
    Column("supplier", "inbound.supplier", 240),
    Column("when", "desk.when", 150, identifier=True),
    Column("place", "reports.address", 150, shown=False),
)
PIECES = (
    Column("when", "desk.when", 170, identifier=True),
    Column("person", "stock.person", 200),
    Column("pieces", "quality.pieces", 90, numeric=True),
    Column("verdict", "quality.verdict", 150),
    Column("readings", "quality.readings", 620),
)
SUPPLIERS = (
    Column("supplier", "inbound.supplier", 200),
    Column("sku", "reports.sku", 150, identifier=True),
    Column("passed", "quality.lots_passed", 110, numeric=True),
    Column("failed", "quality.lots_failed", 110, numeric=True),
    Column("skipped", "quality.lots_skipped", 110, numeric=True),
    Column("rate", "quality.defect_rate", 120, numeric=True),
    Column("accepted", "quality.accepted", 120, numeric=True),
    Column("refused", "quality.refused", 120, numeric=True),
    Column("next", "quality.next_lot", 210),
)
CHECKLISTS = (
    Column("name", "quality.checklist", 420),
    Column("checks", "quality.checks", 120, numeric=True),
    Column("state", "transfers.state", 160),
)
CHECKS = (
    Column("place", "rules.place", 60, numeric=True),
    Column("name", "caption.check", 420),
    Column("kind", "quality.kind", 180),
    Column("nominal", "quality.nominal", 140, numeric=True),
    Column("limits", "caption.limits", 220, identifier=True),
    Column("photo", "quality.photo", 160),
)


def inspection_record(one: Inspection, texts: Texts) -> Record:
    """An inspection: what, how much of it is looked at, how it stands."""
    ended = one.ended_at or one.opened_at
    sample = "" if one.state == "skipped" else f"{one.looked_at} / {quality.plan(one).size}"
    cells = (
        one.number,
        state(one, texts),
        one.sku,
        one.lot,
        format_quantity(one.qty, one.unit),
        sample,
        str(one.defective) if one.defective else "",
        one.partner_name or one.partner,
        f"{ended.astimezone():%Y-%m-%d %H:%M}",
        one.places,
    )
    return Record(one.id, cells, made_of=one)


def state(one: Inspection, texts: Texts) -> str:
    """How an inspection stands: what waits by its state, the rest by what became of most of the goods."""
    if one.state != "decided":
        return texts.text("choices", f"quality_state.{one.state}")
    most = max(one.parts, key=lambda part: part.qty)
    return texts.text("choices", f"quality_done.{most.disposition}")


def plan_told(one: Inspection, texts: Texts) -> str:
    """By which plan and which rule a lot is looked at, and what was decided, in a line."""
    plan = quality.plan(one)
    told = {
        "method": texts.word("method", one.method),
        "level": one.level,
        "aql": str(next(each for each in AQLS if each == one.aql)),
        "severity": texts.word("severity", one.severity),
        "size": str(plan.size),
        "accept": str(plan.accept),
        "reject": str(plan.reject),
    }
    code = "quality.plan_all" if one.method == "all" else "quality.plan_sample"
    words = [texts.text("captions", code, told)]
    if one.severity is Severity.REDUCED and one.method != "all":
        words.append(texts.text("captions", "quality.reduced_unproven"))
    words += [f"{texts.text('captions', 'policies.rules')}: {', '.join(one.why.get('chosen', ()))}"]
    if one.ended_by:
        reason = f"reason.{one.reason}"
        why = texts.text("choices", reason) if texts.has("choices", reason) else ""
        parts = ", ".join(
            f"{texts.text('choices', f'quality_done.{part.disposition}')}: {format_quantity(part.qty, one.unit)}"
            for part in one.parts
        )
        words += [" · ".join(part for part in (one.ended_by, parts, why, one.note, one.return_no) if part)]
    return "   ·   ".join(words)


def piece_record(number: int, piece: Piece, checks: tuple[Check, ...], texts: Texts) -> Record:
    """A piece, or several alike: who looked at it when, and what each check came to."""
    readings = ", ".join(
        f"{'✔' if each.good else '✖'} {checks[each.check - 1].name}"
        + (f" {each.value} {checks[each.check - 1].unit}".rstrip() if each.value is not None else "")
        for each in piece.readings
        if each.check <= len(checks)
    )
    verdict = texts.text("choices", "quality.defective" if piece.defective else "quality.good")
    cells = (f"{piece.at.astimezone():%Y-%m-%d %H:%M:%S}", piece.person, str(piece.pieces), verdict, readings)
    return Record(number, cells, made_of=piece)


def supplier_record(one: SupplierRecord, texts: Texts) -> Record:
    """What was found of an item of a supplier, and how the next lot is met."""
    rate = f"{100 * one.defective / one.looked_at:.1f} %" if one.looked_at else ""
    standing = one.standing
    next_lot = "stopped" if standing.stopped else standing.severity.value
    cells = (
        one.partner_name or one.partner,
        one.sku,
        *(str(count) for count in (one.passed, one.failed, one.skipped)),
        rate,
        format_quantity(one.accepted),
        format_quantity(one.refused),
        texts.text("captions", f"severity.{next_lot}"),
    )
    return Record((one.partner, one.sku), cells, made_of=one)


def checklist_record(one: Checklist, texts: Texts) -> Record:
    """A checklist: its name, and how long it is."""
    state = texts.text("choices", "quality_state.archived") if one.archived else ""
    return Record(one.id, (one.name, str(len(one.checks)), state), made_of=one)


def check_record(number: int, check: Check, texts: Texts) -> Record:
    """A check: what is looked at, and what still passes."""
    kind = texts.text("choices", "quality_kind.measured" if check.measured else "quality_kind.yes_no")
    nominal = "" if check.nominal is None else str(check.nominal)
    photo = texts.text("captions", "rules.yes") if check.photo else ""
    return Record(number, (str(number + 1), check.name, kind, nominal, check.limits, photo), made_of=check)
