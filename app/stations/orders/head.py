"""The form of what an order says beside its lines: read from it and written into it, the address checked at once."""

from collections.abc import Sequence
from dataclasses import fields, replace

from app.domain.carriers import CarrierSetup
from app.domain.errors import Refusal
from app.domain.order_desk import MOST_URGENT, OrderHead, address_fault
from app.domain.partners import Address, countries
from app.domain.shipping import in_words
from app.stations.kit.desk import Answers, DeskScreen, Field, day_of

_YES, _NO = "yes", "no"
_TO = tuple(one.name for one in fields(Address))
_WIDE = ("name", "line_1")


def head_fields(desk: DeskScreen, known: OrderHead, carriers: Sequence[CarrierSetup]) -> tuple[Field, ...]:
    """The fields of the form, filled with what is known; `carriers`: those in use, one of which can be wished."""
    words = desk.words
    truth = ((_NO, desk.choice("orders.no")), (_YES, desk.choice("orders.yes")))
    urgency = (("0", words("orders.by_rules")), *((str(n), str(n)) for n in range(1, MOST_URGENT + 1)))
    return (
        Field("reference", words("orders.reference"), known.reference),
        Field("requested", words("orders.requested"), known.requested.isoformat() if known.requested else ""),
        Field("due", words("orders.due"), known.due.isoformat() if known.due else ""),
        Field("carrier", words("orders.carrier"), known.carrier, _carriers(known.carrier, carriers)),
        Field("service", words("orders.service"), known.service),
        Field("priority", words("orders.priority"), str(known.priority), urgency),
        Field("complete_only", words("orders.complete_only"), _YES if known.complete_only else _NO, truth),
        *(_address_field(desk, name, getattr(known.ship_to, name)) for name in _TO),
        Field("gift", words("orders.is_gift"), _YES if known.gift else _NO, truth),
        Field("gift_note", words("orders.gift_note"), known.gift_note, wide=True),
        Field("note", words("orders.note"), known.note, wide=True),
    )


def _carriers(wished: str, carriers: Sequence[CarrierSetup]) -> tuple[tuple[str, str], ...]:
    """Those that can be wished by code and name; the wished one also where it is not in use any more."""
    named = {wished: in_words(wished)} if wished else {}
    return tuple((named | {one.code: one.name for one in carriers}).items())


def _address_field(desk: DeskScreen, name: str, value: str) -> Field:
    caption = desk.words("orders.to_name" if name == "name" else f"partners.{name}")
    if name == "country":
        return Field("to_country", caption, value, tuple((one, one) for one in ("", *countries())))
    return Field(f"to_{name}", caption, value, wide=name in _WIDE)


def read_head(answers: Answers, known: OrderHead) -> OrderHead:
    """What an order is to say; refuses what is no day, and what `OrderHead.checked` refuses."""
    to = Address(**{name: answers[f"to_{name}"] for name in _TO})
    return replace(
        known,
        reference=answers["reference"],
        ship_to=to,
        carrier=answers["carrier"] or "house",
        service=answers["service"] or "STANDARD",
        requested=day_of(answers["requested"]),
        due=day_of(answers["due"]),
        priority=int(answers["priority"]),
        complete_only=answers["complete_only"] == _YES,
        gift=answers["gift"] == _YES or bool(answers["gift_note"]),
        gift_note=answers["gift_note"],
        note=answers["note"],
    ).checked()


def told_address(desk: DeskScreen, head: OrderHead) -> str:
    """Where the goods go, in words; refuses the first thing that cannot be right about it."""
    fault = address_fault(head.ship_to)
    if fault is not None:
        raise Refusal(fault.code, **fault.facts)
    return desk.words("orders.told_address", lines=" · ".join(head.ship_to.lines))
