"""`import`, `imports`, `export`: files become warehouses, items and orders, and back; imports taken back."""

import argparse
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from app.composition import files
from app.connectors.files import ENDINGS, FileContents, headings, write_file
from app.domain import exchange, table_kinds
from app.domain.exchange import Writing
from app.domain.values import Difference, Severity
from app.domain.values.long_work import Tell
from app.main.output import Listing, Output, answers, misused, opened, require_new
from app.services import clock, importing
from app.services.importing import Export, FaultGroup, FileFinding, ImportResult, PastImport, import_files, preview
from app.services.work import Worker

REFUSED = 1
_SHOWN = 12
_AT_ONCE_S = 2.0
_MARKS = {"": "", "point": ".", "comma": ","}
_EXPORTS = (*importing.EXPORTED, "warehouses")
_TREES = (".json", ".yaml", ".yml")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `import`, `imports` and `export`."""
    parser = commands.add_parser("import", help="bring warehouses, products and orders from files")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="YAML, JSON, CSV or XLSX")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("--map", action="append", default=[], metavar="HEADING=FIELD",
        help="what a heading means (sku, partners.name …); nothing behind = leaves it out; remembered")  # fmt: skip
    parser.add_argument("--encoding", default="", metavar="NAME",
        help="the letters of the files, such as windows-1250; found out by itself otherwise")  # fmt: skip
    parser.add_argument("--decimals", default="", choices=("point", "comma"),
        help="what stands before decimals in the tables; found out by itself otherwise")  # fmt: skip
    parser.add_argument("--faults", type=Path, metavar="FILE", help="write what is wrong to a new CSV or XLSX file")
    answers(parser, run)
    past = commands.add_parser("imports", help="what was imported; --undo takes one back")
    past.add_argument("--undo", type=UUID, metavar="ID", help="take this import back, whole")
    answers(past, _past)
    parser = commands.add_parser("export", help="write any kind of record to a file that import takes again")
    parser.add_argument("kind", choices=_EXPORTS)
    parser.add_argument("file", type=Path, metavar="FILE", help=f"a new file that ends with {', '.join(ENDINGS)}")
    parser.add_argument("--template", action="store_true", help="only headings and one example, to fill in")
    answers(parser, _export)


def run(options: argparse.Namespace, output: Output) -> int:
    """Import all files, or none; 1 where something in them must be mended first."""
    said = _said_columns(options)
    if options.faults is not None:
        require_new(options.faults)
    with opened(options, output) as home, home.desk("import") as worker:
        contents = [_read(worker, path, said, options) for path in options.files]
        if options.dry_run:
            result = ImportResult(worker.run(lambda unit: preview(unit, contents)), applied=False)
        else:
            tell = told(output)
            result = worker.run(lambda unit: import_files(unit, contents, tell))
            importing.allocate_imported(worker, result.to_allocate)
    if options.faults is not None:
        _write(options.faults, importing.faults_export(result.plan.findings, output.texts))
    output.answer(result_values(result), *result_lines(result, output, dry_run=options.dry_run))
    return REFUSED if result.plan.refused else 0


def _said_columns(options: argparse.Namespace) -> dict[str, str]:
    """What --map says, by heading; a field that nobody knows is misuse."""
    said = {}
    for text in options.map:
        heading, equals, field = text.rpartition("=")
        if not equals or not _is_field(field):
            known = ", ".join(sorted(set(exchange.COLUMN_OF.values())))
            misused(
                options, f"--map {text}: write HEADING=FIELD, with KIND.FIELD such as partners.name, or one of {known}"
            )
        said[heading] = field
    return said


def _is_field(name: str) -> bool:
    """Whether a heading may mean this: nothing, a field of goods and orders, or one of another kind of record."""
    kind, _ = table_kinds.parted(name)
    return not name or (name in table_kinds.columns(kind) if kind else name in exchange.COLUMN_OF.values())


def _read(worker: Worker, path: Path, said: Mapping[str, str], options: argparse.Namespace) -> FileContents:
    """Read a file by what its headings meant before; what is said now is remembered for such files."""
    found = headings(path, options.encoding)
    if not found:
        return files.read(path, letters=options.encoding, mark=_MARKS[options.decimals])
    before = worker.run(lambda unit: importing.written_as(unit, found))
    writing = Writing(options.encoding or before.letters, _MARKS[options.decimals] or before.mark)
    found = headings(path, writing.letters)
    known = worker.run(lambda unit: importing.remembered(unit, found))
    columns = known | {heading: said[heading] for heading in found if heading in said}
    if (columns, writing) != (known, before):
        worker.run(lambda unit: importing.remember(unit, found, columns, writing))
    return files.read(path, columns, writing.letters, writing.mark)


def told(output: Output) -> Tell:
    """Says how far long work is, a line a tenth; nothing of what is done within two seconds. Ctrl+C ends it whole."""
    began, next_part = clock.monotonic_s(), 0.0

    def tell(part: float) -> None:
        nonlocal next_part
        if part >= next_part and clock.monotonic_s() - began > _AT_ONCE_S:
            output.progress(f"{part:.0%}")
            next_part = part + 0.1

    return tell


def _past(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("imports") as worker:
        if options.undo is not None:
            tell = told(output)
            worker.run(lambda unit: importing.undo(unit, options.undo, tell))
            output.answer({"undone": options.undo}, "Taken back, whole, in one transaction.")
            return 0
        found = worker.run(importing.past)
    rows = [({"id": each.id, "at": each.at, "person": each.person, "files": each.files, "counts": each.counts,
              "undone_at": each.undone_at}, _past_line(each)) for each in found]  # fmt: skip
    output.answer_list(Listing("imports", rows, "Nothing was imported yet."))
    return 0


def _past_line(past: PastImport) -> str:
    counts = "; ".join(
        f"{kind.replace('_', ' ')}: {count['new']} new, {count['changed']} changed"
        for kind, count in past.counts.items()
    )
    undone = f"  (taken back by {past.undone_by})" if past.undone_at else ""
    return f"{past.id}  {past.at:%Y-%m-%d %H:%M}  {past.person}  {', '.join(past.files)}  {counts}{undone}"


def _export(options: argparse.Namespace, output: Output) -> int:
    require_new(options.file)
    if options.kind == "locations" and options.file.suffix.lower() in _TREES:
        misused(options, "places as JSON or YAML are written as `export warehouses`")
    if options.template:
        made = importing.template(options.kind)
    else:
        with opened(options, output) as home, home.desk("export") as worker:
            made = worker.run(lambda unit: importing.export(unit, options.kind))
    _write(options.file, made)
    output.answer({"file": options.file, "records": len(made.rows)}, f"{len(made.rows)} rows in {options.file}")
    return 0


def _write(path: Path, made: Export) -> None:
    write_file(path, made.kind, columns=made.columns, rows=made.rows, records=made.records)


def result_values(result: ImportResult) -> dict[str, object]:
    """What an import did or would do, for programs."""
    plan = result.plan
    return {
        "applied": result.applied,
        "refused": plan.refused,
        **{kind: _counts(difference) for kind, difference in plan.differences.items()},
        "documents": [{"kind": made.kind, "number": made.number} for made in result.documents],
        "changed": [{"kind": made.kind, "number": made.number} for made in result.changed],
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


def result_lines(result: ImportResult, output: Output, *, dry_run: bool) -> list[str]:
    """What an import did or would do, for people: everything found, and the difference by kind."""
    plan = result.plan
    lines = [line for group in importing.fault_groups(plan.findings) for line in _group_lines(group, output)]
    brought = [line for kind, part in plan.differences.items() for line in _difference_lines(kind, part)]
    if plan.refused and brought:
        lines.append("Nothing was written. Once the faults are mended, the files would bring:")
    lines += brought
    if plan.refused:
        wrong = sum(said.finding.severity is Severity.ERROR for said in plan.findings)
        return [*lines, f"Refused: {wrong} {'fault' if wrong == 1 else 'faults'}. Nothing was changed."]
    if plan.empty:
        return [*lines, "Nothing to do: everything is as the files say."]
    if plan.final:
        kinds = ", ".join(kind.replace("_", " ") for kind in plan.final)
        lines.append(
            f"An import with {kinds} cannot be taken back: cancel documents, and change people and rights, one by one."
        )
    return [*lines, "This would change; nothing was changed (--dry-run)." if dry_run else "Done, in one transaction."]


def _group_lines(group: FaultGroup, output: Output) -> Iterator[str]:
    """What there is to say of one kind, and below it what to do; of many, the first and where the others stand."""
    first, others = group.found[:_SHOWN], group.lines[_SHOWN:]
    for to_do, said in itertools.groupby(first, lambda one: _words(one, output)[1]):
        yield from (_finding_line(one, output) for one in said)
        yield f"       {to_do}"
    if len(group.found) > len(first):
        lines = ", ".join(map(str, others[:_SHOWN])) + (", …" if len(others) > _SHOWN else "")
        where = f" on lines {lines}" if lines else ""
        yield f"       … and {len(group.found) - len(first)} more like this{where} (all of them: --faults FILE.xlsx)"


def _finding_line(said: FileFinding, output: Output) -> str:
    word = "FAULT " if said.finding.severity is Severity.ERROR else "Notice"
    return f"{word} {said.file}, {said.finding.where}: {_words(said, output)[0]}".replace(", :", ":")


def _words(said: FileFinding, output: Output) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    return output.texts.error(said.finding.code, said.finding.all_facts)


def _difference_lines(kind: str, difference: Difference[Any]) -> list[str]:
    """How many are new, changed and the same, and the first of the new and changed ones by name."""
    counts = _counts(difference)
    if not any(counts.values()):
        return []
    lines = [f"{kind.replace('_', ' ')}: " + ", ".join(f"{number} {word}" for word, number in counts.items())]
    lines += [f"  + {record.key}" for record in difference.new[:_SHOWN]]
    lines += [
        f"  ~ {changed.wanted.key}: {change.field} {old or '–'} → {new or '–'}"
        for changed in difference.changed[:_SHOWN]
        for change in changed.changes[:_SHOWN]
        for old, new in [change.told]
    ]
    more = max(len(difference.new) - _SHOWN, 0) + max(len(difference.changed) - _SHOWN, 0)
    return [*lines, f"  … and {more} more"] if more else lines
