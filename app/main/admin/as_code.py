"""`admin setup`: the warehouse as code. One YAML file for version control: export, diff, apply."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from app.composition import files
from app.connectors.files import write_tree
from app.domain.setup_kinds import SETUP_KINDS
from app.main.imports import REFUSED, result_lines, result_values
from app.main.output import Output, answers, opened, require_ending, require_new
from app.services import importing
from app.services.importing import ImportResult, import_files, preview

_EARLY = tuple(name for name, kind in SETUP_KINDS.items() if kind.early)
_LATE = tuple(name for name, kind in SETUP_KINDS.items() if not kind.early and not kind.within)
_PARTS = (*_EARLY, "warehouses", "products", *_LATE)
_ENDINGS = (".yaml", ".yml", ".json")


def add(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `setup`."""
    parser = verbs.add_parser("setup", help="the whole set-up as one file: export, diff, apply")
    acts = parser.add_subparsers(metavar="ACT", required=True)
    export = acts.add_parser("export", help="write the whole set-up to a new file, always in the same order")
    diff = acts.add_parser("diff", help="what applying a file would change; 1 where it would change something")
    apply = acts.add_parser("apply", help="show what would change, ask, and do it in one transaction")
    apply.add_argument("--yes", action="store_true", help="do not ask")
    for act, run in ((export, _export), (diff, _diff), (apply, _apply)):
        act.add_argument("file", type=Path, metavar="FILE", help="YAML or JSON")
        answers(act, run)


def _export(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.file, *_ENDINGS)
    require_new(options.file)
    with opened(options, output) as home, home.desk("setup") as worker:
        parts = worker.run(lambda unit: {kind: importing.export(unit, kind).records for kind in _PARTS})
    write_tree(options.file, {kind: list(records) for kind, records in parts.items() if records})
    counts: Mapping[str, object] = {kind: len(records) for kind, records in parts.items()}
    output.answer(
        {"file": options.file, **counts},
        f"{options.file}: " + ", ".join(f"{n} {k.replace('_', ' ')}" for k, n in counts.items() if n),
    )
    return 0


def _diff(options: argparse.Namespace, output: Output) -> int:
    contents = files.read(options.file)
    with opened(options, output) as home, home.desk("setup") as worker:
        plan = worker.run(lambda unit: preview(unit, [contents]))
    result = ImportResult(plan, applied=False)
    output.answer(result_values(result), *result_lines(result, output, dry_run=True))
    return 0 if plan.empty and not plan.refused else REFUSED


def _apply(options: argparse.Namespace, output: Output) -> int:
    contents = files.read(options.file)
    with opened(options, output) as home, home.desk("setup") as worker:
        plan = worker.run(lambda unit: preview(unit, [contents]))
        result = ImportResult(plan, applied=False)
        if not (plan.refused or plan.empty) and (options.yes or _agreed(result, output)):
            result = worker.run(lambda unit: import_files(unit, [contents]))
    output.answer(result_values(result), *result_lines(result, output, dry_run=not result.applied))
    return REFUSED if result.plan.refused else 0


def _agreed(result: ImportResult, output: Output) -> bool:
    """Whether the person at the terminal wants it; nobody there is no."""
    for line in result_lines(result, output, dry_run=True):
        output.progress(line)
    output.progress("Apply this? [y/N]")
    try:
        return input().strip().casefold() in {"y", "yes"}
    except EOFError:
        return False
