"""`admin prove` and `admin head`: what must always be true, recomputed; the head of the chain, to be kept elsewhere."""

import argparse
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.database import ledger
from app.database.ledger import Head
from app.database.session import to_json
from app.main.output import Output, answers, opened, require_ending, require_new
from app.reports.head_page import write_head
from app.services import clock, proof
from app.services.work import UnitOfWork, Worker

_PATIENCE_S = 2.0


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the commands."""
    prove = verbs.add_parser("prove", help="recompute everything that must always be true; 1 when a rule is broken")
    prove.add_argument("--deep", action="store_true", help="also replay the ledger from zero, seal by seal")
    answers(prove, _prove)
    head = verbs.add_parser("head", help="the head of the chain of seals, to be kept elsewhere and checked later")
    what = head.add_mutually_exclusive_group()
    what.add_argument(
        "--export", type=Path, metavar="FILE", help="write it into a new file: .json, or .pdf for a page to print"
    )
    what.add_argument("--check", type=Path, metavar="FILE", help="does the chain still hold the head of this file?")
    answers(head, _head)


def _prove(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("prove") as worker:
        worker.run(lambda unit: ledger.seal(unit.session))
        broken, head = worker.run(lambda unit: (ledger.prove(unit.session, _says(output)), ledger.head(unit.session)))
        if options.deep:
            broken += _replayed(worker, int(head["moves"]), output)
    offenders = [{"rule": row["rule"], "offender": row["offender"]} for row in broken]
    output.answer(
        {"prove": "broken" if broken else "clean", "deep": options.deep, "broken": len(broken), **head}
        | {"offenders": offenders},
        *(to_json(row) for row in offenders),
        f"{len(broken)} rows break a rule." if broken else f"Clean. {_holds(head)}",
    )
    return 1 if broken else 0


def _holds(head: Mapping[str, Any]) -> str:
    """What the ledger holds, in words."""
    if not head["moves"]:
        return "The ledger is empty."
    sealed = f"the last seal is {head['seal_no']}" if head["seal_no"] else "nothing is sealed yet"
    tail = f" {head['unsealed']} postings are not sealed yet." if head["unsealed"] and head["seal_no"] else ""
    return f"{head['moves']} moves; {sealed}.{tail}"


def _says(output: Output) -> Callable[[int, int], None]:
    """Tells how far a proof is, where it takes longer than a person waits without wondering."""
    began = clock.monotonic_s()

    def say(rule: int, rules: int) -> None:
        if clock.monotonic_s() - began > _PATIENCE_S:
            output.progress(f"Proving {rule} of {rules}")

    return say


def _replayed(worker: Worker, moves: int, output: Output) -> list[dict[str, Any]]:
    """Replay part by part, so that it can be stopped and says how far it is."""
    broken: list[dict[str, Any]] = []
    parts = ledger.parts_to_replay(moves)
    for part in range(parts):
        output.progress(f"Replaying part {part + 1} of {parts}")
        broken += worker.run(functools.partial(_replay, part=part, parts=parts))
    return broken


def _replay(unit: UnitOfWork, *, part: int, parts: int) -> list[dict[str, Any]]:
    return ledger.prove_deep(unit.session, part=part, parts=parts)


def _head(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.export, ".json", ".pdf")
    with opened(options, output) as home, home.desk("head") as worker:
        if options.check is not None:
            return _check(worker, options.check, output)
        head = proof.head(worker)
    if options.export is not None:
        _export(options.export, head, output)
    output.answer(
        proof.as_kept(head),
        f"Seal {head.seal} of {head.sealed_at.isoformat()}: {head.postings} postings, {head.moves} moves",
        f"Hash {head.hash}",
        f"Ledger {head.ledger}",
    )
    return 0


def _export(path: Path, head: Head, output: Output) -> None:
    require_new(path)
    write_head(path, head, proof.as_text(head), output.texts)


def _check(worker: Worker, path: Path, output: Output) -> int:
    head = proof.read_head(path)
    worker.run(lambda unit: proof.check_head(unit, head))
    output.answer(
        {"head": "holds", "seal": head.seal},
        f"The chain still holds seal {head.seal} with its {head.postings} postings and {head.moves} moves.",
    )
    return 0
