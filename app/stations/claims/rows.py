"""The rows of the claims screen: items with what is said for them, claims, and customers' wishes of shelf life."""

from app.domain.values import format_quantity
from app.services.claims import LOST, PROMISED, RESERVED, Claim, ClaimedItem, ItemClaims
from app.services.traceability import ShelfLife
from app.stations.kit.record_table import Column, Record
from app.texts import Texts

ITEMS = (
    Column("sku", "reports.sku", 150, identifier=True),
    Column("name", "reports.name", 260),
    Column("on_hand", "reports.on_hand", 92, numeric=True),
    Column("usable", "reports.usable", 92, numeric=True),
    Column("reserved", "reports.reserved", 92, numeric=True),
    Column("promised", "reports.promised", 92, numeric=True),
    Column("available", "reports.to_promise", 110, numeric=True),
    Column("wanted", "claims.wanted_more", 110, numeric=True),
    Column("inbound", "reports.inbound", 92, numeric=True),
    Column("unit", "reports.unit", 60, identifier=True),
)
CLAIMS = (
    Column("claim", "claims.claim", 110, identifier=True),
    Column("document", "stock.document", 120, identifier=True),
    Column("line", "reports.line", 46, numeric=True, shown=False),
    Column("customer", "claims.customer", 150),
    Column("quantity", "reports.quantity", 90, numeric=True),
    Column("unit", "reports.unit", 60, identifier=True),
    Column("due", "claims.leaves", 100, identifier=True),
    Column("goods", "claims.goods", 130, identifier=True),
    Column("lot", "reports.lot_or_serial", 120, identifier=True),
    Column("unit_of", "reports.handling_unit", 100, identifier=True),
    Column("note", "claims.note", 230, sortable=False),
)
SHELF_LIFE = (
    Column("code", "claims.customer_code", 140, identifier=True),
    Column("customer", "claims.customer", 300),
    Column("sku", "reports.sku", 180, identifier=True),
    Column("name", "reports.name", 300),
    Column("days", "claims.days", 120, numeric=True),
)
_TINTS = {RESERVED: "good", PROMISED: "accent", LOST: "bad"}


def item_record(item: ClaimedItem, texts: Texts) -> Record:
    """An item; what is wanted beyond what is left is marked."""
    amounts = (item.on_hand, item.usable, item.reserved, item.promised)
    wanted = format_quantity(item.wanted) if item.wanted else ""
    short = item.wanted > item.available
    cells = (
        item.sku,
        item.name,
        *map(format_quantity, amounts),
        format_quantity(item.available),
        texts.text("captions", "claims.too_little", {"amount": wanted}) if short else wanted,
        format_quantity(item.inbound) if item.inbound else "",
        item.unit,
    )
    return Record(item.id, cells, made_of=item, tints=((7, "bad"),) if short else ())


def claim_record(claim: Claim, texts: Texts) -> Record:
    """A claim: how firm, whose, of what."""
    lot = " / ".join(part for part in (claim.lot, claim.serial) if part)
    cells = (
        texts.text("captions", f"claims.is_{claim.claim}"),
        claim.document,
        str(claim.line_no),
        claim.customer,
        format_quantity(claim.qty),
        claim.unit,
        claim.due.isoformat() if claim.due else "",
        claim.place,
        f"{lot} ({claim.expiry.isoformat()})" if lot and claim.expiry else lot,
        claim.handling_unit,
        _note(claim, texts),
    )
    tint = _TINTS.get(claim.claim)
    return Record((claim.claim, claim.key), cells, made_of=claim, tints=((0, tint),) if tint else ())


def facts_of(seen: ItemClaims, texts: Texts) -> str:
    """What is there, what is left, and from which day on how much more or less."""
    item = seen.item
    words = texts.text(
        "captions",
        "claims.facts",
        {
            "name": item.name,
            "unit": item.unit,
            **{
                name: format_quantity(getattr(item, name))
                for name in ("on_hand", "usable", "reserved", "promised", "available", "wanted")
            },
        },
    )
    days = "   ".join(
        texts.text(
            "captions", "claims.on_day", {"day": one.on_day.isoformat(), "amount": format_quantity(one.available)}
        )
        for one in seen.days
    )
    lines = [words, texts.text("captions", "claims.by_day", {"days": days})]
    if seen.others:
        goods = ", ".join(one.words for one in seen.others)
        lines.append(texts.text("captions", "claims.instead", {"goods": goods}))
    return "\n".join(lines)


def shelf_life_record(wish: ShelfLife, texts: Texts) -> Record:
    """A customer's wish; without an item it is about everything they get."""
    item = wish.sku or texts.text("captions", "claims.everything")
    return Record(
        (wish.partner, wish.sku), (wish.partner, wish.name, item, wish.item_name, str(wish.days)), made_of=wish
    )


def _note(claim: Claim, texts: Texts) -> str:
    if claim.claim == LOST:
        when = f"{claim.at.astimezone():%Y-%m-%d %H:%M}" if claim.at else ""
        code = f"reason.{claim.cause}"
        why = texts.text("choices", code) if texts.has("choices", code) else claim.cause
        return " · ".join(part for part in (when, claim.person, why) if part)
    if claim.inbound_number:
        day = claim.arrives.isoformat() if claim.arrives else "–"
        return texts.text("captions", "claims.comes_with", {"number": claim.inbound_number, "day": day})
    if claim.keeps_until:
        return texts.text("captions", "claims.keeps_until", {"day": claim.keeps_until.isoformat()})
    return texts.state("decision", claim.decision) if claim.decision != "released" else ""
