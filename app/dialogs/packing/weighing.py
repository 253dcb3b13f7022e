"""The carton on the scale: its expected weight, and the verdict in words."""

from decimal import Decimal

from app.database.packing import Closing, WeighingNote
from app.dialogs.dialog import Feedback
from app.dialogs.grammar import error
from app.dialogs.packing.printing import carton_label, packing_slip, shipping_label
from app.dialogs.packing.sending import sending
from app.dialogs.packing.state import Measured
from app.domain.packing import (
    Carton,
    Contents,
    Suspect,
    WeighFacts,
    Weighing,
    WeightVerdict,
    expected_weight,
    tolerance_for,
    weigh,
)
from app.domain.values import format_quantity
from app.services.packing import PackFacts, PackOrder, Parcel, Printer

_GRAM = Decimal("0.001")
_MICRO = Decimal("0.000001")
Curve = tuple[tuple[int, int], ...]
"""Grams at milliseconds before a weight was taken."""


def judge(order: PackOrder, parcel: Parcel, facts: PackFacts, measured: Measured) -> WeightVerdict:
    """Compare the measured weight with what carton and goods should weigh, by the tolerance of the packing policy."""
    contents = _contents(parcel)
    expected = expected_weight(contents, Carton(parcel.tare, parcel.variance))
    about = WeighFacts(
        expected.kg, sum((one.quantity for one in contents), Decimal(0)), parcel.carton, order.partner_code
    )
    tolerance, _ = tolerance_for(about, facts.tolerances.deciding(partner=order.partner_id))
    return weigh(expected, tolerance, measured.kg, contents, facts.neighbours)


def objection(verdict: WeightVerdict) -> Feedback | None:
    """What is wrong with the weight, naming the likeliest goods; None where it may pass."""
    if verdict.kind is not Weighing.OFF:
        return None
    told = {
        "measured": kilograms(verdict.measured_kg),
        "expected": kilograms(verdict.expected_kg),
        "tolerance": kilograms(verdict.tolerance_kg),
        "difference": kilograms(abs(verdict.measured_kg - verdict.expected_kg)),
    }
    if not verdict.suspects:
        too_light = verdict.measured_kg < verdict.expected_kg
        return error("packing.weight_too_low" if too_light else "packing.weight_too_high", **told)
    if len(verdict.suspects) > 1:
        return error("packing.weight_suspects", **told, suspects=", ".join(map(_named, verdict.suspects)))
    suspect = verdict.suspects[0]
    if suspect.instead:
        return error("packing.weight_swapped", **told, sku=suspect.sku, other=suspect.instead)
    code = "packing.weight_missing" if suspect.units < 0 else "packing.weight_extra"
    return error(code, **told, quantity=abs(suspect.units), sku=suspect.sku)


def _named(suspect: Suspect) -> str:
    if suspect.instead:
        return f"{suspect.sku} → {suspect.instead}"
    return f"{'−' if suspect.units < 0 else '+'}{abs(suspect.units)} × {suspect.sku}"


def kilograms(kg: Decimal) -> str:
    """A weight as people read it, to the gram."""
    return format_quantity(kg.quantize(_GRAM), "kg")


def noted(parcel: Parcel, measured: Measured, verdict: WeightVerdict, curve: Curve = ()) -> WeighingNote:
    """A weighing as it is kept: the verdict with the goods that it named."""
    return WeighingNote(
        parcel=parcel.id,
        device=measured.device,
        manual=measured.manual,
        kg=measured.kg,
        expected_kg=verdict.expected_kg.quantize(_MICRO),
        tolerance_kg=verdict.tolerance_kg.quantize(_MICRO),
        verdict=verdict.kind,
        suspects=", ".join(map(_named, verdict.suspects)),
        curve=curve,
    )


def closing(
    order: PackOrder,
    parcel: Parcel,
    facts: PackFacts,
    measured: Measured,
    printer: Printer,
) -> Closing:
    """All that closing this carton brings about: service, tracking number, labels."""
    sent, weight = sending(order, parcel, facts, measured.kg), kilograms(measured.kg)
    own = (shipping_label(order, parcel, facts, sent, weight=weight),) if sent.tracking else ()
    return Closing(
        parcel=parcel.id,
        weight=measured.kg,
        device=measured.device,
        manual=measured.manual,
        carrier=sent.service.carrier,
        service=sent.service.service,
        tracking=sent.tracking,
        printer=printer.id,
        labels=(
            carton_label(order, parcel, facts, sent.service, weight=weight),
            *own,
            *packing_slip(order, parcel, facts),
        ),
        purchase=sent.purchase,
    )


def _contents(parcel: Parcel) -> list[Contents]:
    return [Contents(one.sku, one.quantity, one.weight, one.weighed_kg) for one in parcel.contents]
