"""The quality check in its states: what is photographed, at the station and at the desk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from app.database.quality import Checklist, Inspection, Part, Piece
from app.dialogs.dialog import Prompt
from app.dialogs.grammar import error, ok, warning
from app.dialogs.inspection.facts import InspectionFacts
from app.dialogs.inspection.prompt import show
from app.dialogs.inspection.state import InspectionState
from app.domain.quality import Check, Reading
from app.stations.kit.desk import DeskScreen
from app.stations.kit.kit import Kit
from app.stations.quality import QualityScreen
from build_scripts.screenshot_desk import Answers, Step, desk_work, give, row, steps, tab
from build_scripts.screenshot_planning import Make
from build_scripts.screenshot_samples import LONG_NAME, LONG_SKU
from build_scripts.screenshot_stock import MOMENT

_CHECKS = (
    Check("Outer diameter", measured=True, unit="mm", nominal=Decimal("24.0"), lower=Decimal("23.95"),
          upper=Decimal("24.05")),
    Check("Surface is clean and without scratches", photo=True),
    Check("Core temperature", measured=True, unit="°C", upper=Decimal(4)),
)  # fmt: skip
_STATES = ("begun", "open", "held", "decided", "decided", "skipped")


def _lot(n: int) -> Inspection:
    state = _STATES[n % 6]
    ended = state in ("decided", "skipped")
    return Inspection(
        id=UUID(int=n + 1),
        number=f"QC-{118 - n:06}",
        state=state,
        method="sample",
        level="II",
        aql=Decimal("1.0"),
        severity=("normal", "tightened", "reduced")[n % 3],
        checks=_CHECKS,
        letter="H",
        size=50,
        accept=1,
        reject=2,
        passed=n % 6 == 3 if state == "decided" else None,
        lot="L-2026-11" if n % 2 else "",
        sku=LONG_SKU if n % 11 == 4 else f"PROD-{n + 1:03}",
        name=LONG_NAME if n % 11 == 4 else "Standard Widget",
        unit="each",
        decimals=0,
        item=UUID(int=n + 1),
        document=UUID(int=n + 1),
        document_no=f"PO-{1018 - n:06}",
        line=None,
        paper=UUID(int=n + 1),
        partner="ACME",
        partner_name=("Acme", "Noordzee Handelsmaatschappij Rotterdam", "Öztürk GmbH")[n % 3],
        qty=Decimal(500),
        there=None if ended else Decimal(500),
        places="" if ended else "WH001-DOCK1",
        looked_at=(12, 0, 50, 50, 3, 0)[n % 6],
        defective=(1, 0, 2, 0, 2, 0)[n % 6],
        people="Ana Sørensen",
        opened_at=MOMENT - timedelta(hours=n),
        ended_at=MOMENT if ended else None,
        ended_by="Ana Sørensen" if ended else "",
        reason="",
        note="",
        origin="",
        return_no="",
        parts=(Part("accept", Decimal(499)), Part("reject", Decimal(1))) if state == "decided" else (),
        why={"chosen": ["Turned parts"]},
        photos=0,
    )


def _piece(n: int) -> Piece:
    bad = n == 2
    readings = (
        Reading(1, good=not bad, value=Decimal("24.07" if bad else "24.01")),
        Reading(2, good=True),
        Reading(3, good=True, value=Decimal("2.8")),
    )
    return Piece(UUID(int=n + 1), 1, bad, MOMENT - timedelta(minutes=n), "Ana Sørensen", readings)


def _supplier(n: int) -> dict[str, object]:
    return {
        "partner": "ACME",
        "partner_name": ("Acme", "Noordzee Handelsmaatschappij Rotterdam")[n % 2],
        "sku": LONG_SKU if n == 4 else f"PROD-{n + 1:03}",
        "name": "Standard Widget",
        "unit": "each",
        "passed": 12 - n,
        "failed": n % 3,
        "skipped": n,
        "looked_at": 600,
        "defective": 3 * n,
        "accepted": Decimal(5_988),
        "refused": Decimal(12 * n),
        "last_at": MOMENT,
        "lots": [{"passed": False}, {"passed": False}] if n % 3 == 2 else [],
    }


def _answers(count: int) -> Answers:
    return {
        "-- Inspections of a warehouse": tuple(map(_lot, range(count))),
        "-- What was found on the pieces": tuple(map(_piece, range(12))),
        "-- What was found of each item": tuple(map(_supplier, range(6 if count else 0))),
        "FROM checklist": (Checklist(UUID(int=1), "Turned parts", _CHECKS, archived=False, version=3),)
        if count
        else (),
    }


def _on(answers: Answers, *each: Step) -> tuple[Make, Step]:
    def make(kit: Kit) -> DeskScreen:
        return QualityScreen(kit, desk_work(answers, may=frozenset({"see_stock", "inspect", "set_up", "plan_return"})))

    return make, steps(*each)


POSES: Mapping[str, tuple[Make, Step]] = {
    "quality-empty": _on(_answers(0)),
    "quality-many": _on(_answers(24), row(0)),
    "quality-decide": _on(_answers(9), row(0), give("DECIDE_LOT", wish="reject")),
    "quality-pieces": _on(_answers(9), row(0), give("OPEN_LOT")),
    "quality-suppliers": _on(_answers(9), tab(1)),
    "quality-checks": _on(_answers(9), tab(2), row(0), give("OPEN_CHECKLIST"), row(0)),
    "quality-new-check": _on(_answers(9), tab(2), row(0), give("OPEN_CHECKLIST"), give("NEW_CHECK", name="Seal")),
}

_FACTS = InspectionFacts(tuple(map(_lot, range(3))))
_IN_HAND = InspectionState(inspection=UUID(int=1))
_LONGEST = replace(_lot(4), id=UUID(int=1), state="begun", ended_at=None, there=Decimal(500), looked_at=3, defective=0)


def _shown(lot: Inspection, state: InspectionState = _IN_HAND, **more: object) -> Prompt:
    prompt = show(state, InspectionFacts((replace(lot, id=UUID(int=1)),)), None, ())
    return replace(prompt, **more)  # type: ignore[arg-type]  # fields of a prompt


SCENES: Mapping[str, Prompt] = {
    "inspection-queue": show(InspectionState(), _FACTS, None, ()),
    "inspection-empty": show(InspectionState(), InspectionFacts(()), None, ()),
    "inspection-measure": _shown(_lot(0), feedback=ok("quality.piece_good")),
    "inspection-check": _shown(
        _LONGEST,
        replace(_IN_HAND, readings=(Reading(1, good=False, value=Decimal("24.07")),)),
        feedback=warning("quality.check_failed", check="Outer diameter"),
    ),
    "inspection-error": _shown(_lot(0), feedback=error("quality.not_a_number", text="ten")),
    "inspection-passed": _shown(
        replace(_lot(0), looked_at=50),
        feedback=ok("quality.lot_passed", defective=1, looked_at=50, accept=1),
    ),
    "inspection-failed": _shown(
        replace(_lot(0), defective=2),
        feedback=warning("quality.lot_failed", defective=2, looked_at=12, accept=1),
    ),
}
