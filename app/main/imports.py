"""`import`: files become warehouses, items and orders: validate, show the difference, apply, in one transaction."""

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

from app.connectors.files import read_file
from app.domain.values import Difference, Severity
from app.main.output import Output, answers, opened
from app.services import allocation
from app.services.importing import FileFinding, ImportResult, import_files, preview
from app.services.work import Worker

NAMES = ("import",)
REFUSED = 1
_SHOWN = 12
_KINDS = ("warehouses", "products", "purchase_orders", "orders")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `import`."""
    parser = commands.add_parser("import", help="bring warehouses, products and orders from files")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="YAML, JSON, CSV or XLSX")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    answers(parser, run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Import all files, or none; 1 where something in them must be mended first."""
    contents = [read_file(path) for path in options.files]
    with opened(options, output) as home, home.desk("import") as worker:
        if options.dry_run:
            result = ImportResult(worker.run(lambda unit: preview(unit, contents)), applied=False)
        else:
            result = worker.run(lambda unit: import_files(unit, contents))
            _allocate(worker, result)
    output.answer(_as_values(result), *_as_lines(result, output, dry_run=options.dry_run))
    return REFUSED if result.plan.refused else 0


def _allocate(worker: Worker, result: ImportResult) -> None:
    """New customer orders get their stock at once; what is short waits for goods."""
    orders = [made.id for made in result.documents if made.kind == "order"]
    for order in orders:
        _allocate_one(worker, order)


def _allocate_one(worker: Worker, order: UUID) -> None:
    worker.run(lambda unit: allocation.allocate_order(unit, order))


def _as_values(result: ImportResult) -> dict[str, object]:
    plan = result.plan
    return {
        "applied": result.applied,
        "refused": plan.refused,
        **{kind: _counts(getattr(plan, kind)) for kind in _KINDS},
        "documents": [{"kind": made.kind, "number": made.number} for made in result.documents],
        "findings": [_finding_values(said) for said in plan.findings],
    }


def _counts(difference: Difference[Any]) -> dict[str, int]:
    return {"new": len(difference.new), "changed": len(difference.changed), "same": len(difference.same)}


def _finding_values(said: FileFinding) -> dict[str, object]:
    finding = said.finding
    return {
        "file": said.file,
        "where": str(finding.where),
        "value": finding.value,
        "code": finding.code,
        "severity": finding.severity,
        "facts": dict(finding.facts),
    }


def _as_lines(result: ImportResult, output: Output, *, dry_run: bool) -> list[str]:
    plan = result.plan
    lines = [_finding_line(said, output) for said in plan.findings]
    lines += [line for kind in _KINDS for line in _difference_lines(kind, getattr(plan, kind))]
    if plan.refused:
        wrong = sum(said.finding.severity is Severity.ERROR for said in plan.findings)
        return [*lines, f"Refused: {wrong} faults. Nothing was changed."]
    if plan.empty:
        return [*lines, "Nothing to do: everything is as the files say."]
    return [*lines, "This would change; nothing was changed (--dry-run)." if dry_run else "Done, in one transaction."]


def _finding_line(said: FileFinding, output: Output) -> str:
    finding = said.finding
    text, remedy = output.texts.error(finding.code, finding.all_facts)
    word = "FAULT " if finding.severity is Severity.ERROR else "Notice"
    return f"{word} {said.file}, {finding.where}: {text} {remedy}".replace(", :", ":")


def _difference_lines(kind: str, difference: Difference[Any]) -> list[str]:
    """How many are new, changed and the same, and the first of the new and changed ones by name."""
    counts = _counts(difference)
    if not any(counts.values()):
        return []
    lines = [f"{kind.replace('_', ' ')}: " + ", ".join(f"{number} {word}" for word, number in counts.items())]
    lines += [f"  + {record.key}" for record in difference.new[:_SHOWN]]
    lines += [
        f"  ~ {changed.wanted.key}: {change.field} {change.old or '–'} → {change.new or '–'}"
        for changed in difference.changed[:_SHOWN]
        for change in changed.changes[:_SHOWN]
    ]
    more = max(len(difference.new) - _SHOWN, 0) + max(len(difference.changed) - _SHOWN, 0)
    return [*lines, f"  … and {more} more"] if more else lines
