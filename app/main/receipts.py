"""`report receipt`, `report claim`, `report discrepancies`: what came, what came otherwise, what is claimed for it."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.domain.values import format_quantity
from app.main.output import Listing, Output, answers, opened, require_ending
from app.reports.claim_letter import write_claim
from app.reports.receipt_confirmation import write_confirmation
from app.reports.receipt_note import write_receipt_note
from app.services import clock, discrepancies, inbound
from app.services.discrepancies import Discrepancy
from app.services.inbound import ASN, PURCHASE_ORDER


def add(kinds: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the reports about goods that came."""
    receipt = kinds.add_parser("receipt", help="what came for an order or a shipping notice, as PDF, JSON or CSV")
    receipt.add_argument("number", help="the number of the order, or of the shipping notice with --asn")
    receipt.add_argument("--asn", action="store_true", help="it is a shipping notice")
    receipt.add_argument("--out", type=Path, help="the file: .pdf for people, .json or .csv for programs")
    answers(receipt, _receipt)
    claim = kinds.add_parser("claim", help="the letter of a claim against a supplier, as PDF")
    claim.add_argument("number", help="the claim's number")
    claim.add_argument("--out", type=Path, help="the file; the claim's number otherwise")
    answers(claim, _claim)
    answers(kinds.add_parser("discrepancies", help="what came otherwise than it was ordered"), _discrepancies)


def _receipt(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf", ".json", ".csv")
    out = options.out or Path(f"{options.number}.pdf")
    kind = ASN if options.asn else PURCHASE_ORDER
    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(lambda unit: inbound.receipt(unit, kind=kind, number=options.number))
    if out.suffix.lower() == ".pdf":
        write_receipt_note(out, found, output.texts, printed_at=clock.now())
    else:
        write_confirmation(out, found)
    output.answer({"file": str(out), "arrivals": len(found.arrivals)}, f"What came for {found.number} is in {out}.")
    return 0


def _claim(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".pdf")
    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(lambda unit: discrepancies.look_into(unit, options.number))
    out = options.out or Path(f"{found.number}.pdf")
    write_claim(out, found, output.texts, printed_at=clock.now())
    output.answer({"file": str(out), "lines": len(found.lines)}, f"The claim is in {out}.")
    return 0


def _discrepancies(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("report") as desk:
        found = desk.run(discrepancies.listed)
    listed = ((asdict(one), _line(one, output)) for one in found)
    output.answer_list(Listing("discrepancies", listed, "Every delivery came as it was ordered."))
    return 0


def _line(one: Discrepancy, output: Output) -> str:
    kind = output.texts.text("choices", f"discrepancy.{one.kind}")
    state = output.texts.text("choices", f"discrepancy_state.{one.state}")
    amount = format_quantity(one.qty, one.unit)
    return f"{one.at:%Y-%m-%d}  {one.document:<14} {one.sku:<20} {kind:<12} {amount:>12}  {one.cost:>10.2f}  {state}"
