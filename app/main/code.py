"""`code`: what a code means, with or without a database."""

import argparse

from app.database.dialogs import read_candidate
from app.database.logins import Logins
from app.domain.codes import CodeMeaning, read_code
from app.domain.errors import Fault
from app.domain.scanning import Candidate
from app.main.output import Output, answers, opened
from app.settings import home_folder


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `code`."""
    parser = commands.add_parser("code", help="what a code means: symbology, GS1 elements, records")
    parser.add_argument("string", help="the code, as scanned; \\x1d or <GS> for the group separator")
    parser.add_argument("--symbology", default="", help="what the scanner said it read, such as gs1-128 or ]C1")
    parser.add_argument("--no-database", action="store_true", help="read the characters only")
    answers(parser, run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Print the meaning; 1 where the code is faulty."""
    text = options.string.replace("\\x1d", "\x1d").replace("<GS>", "\x1d")
    meaning = read_code(text, options.symbology)
    found, why_not = _look_up(options, output, meaning)
    output.answer(_as_values(meaning, found), *_as_lines(meaning, found, output), *([why_not] if why_not else []))
    return 1 if meaning.faults else 0


def _look_up(
    options: argparse.Namespace, output: Output, meaning: CodeMeaning
) -> tuple[tuple[Candidate, ...] | None, str]:
    """The records behind the code; None, and why, where there is no database to ask."""
    if options.no_database:
        return None, ""
    if not Logins(home_folder(options.home)).names() and not options.database_url:
        return None, "No database has been set up here yet; only the characters were read."
    schemes = [scheme for scheme, _ in meaning.lookups]
    values = [value for _, value in meaning.lookups]
    try:
        with opened(options, output) as home, home.desk("code") as worker:
            found = worker.run(lambda unit: unit.session.call("resolve_codes", schemes=schemes, values=values))
    except Fault as fault:
        return None, f"The database was not asked: {fault.code}."
    return tuple(read_candidate(one) for one in found), ""


def _as_values(meaning: CodeMeaning, found: tuple[Candidate, ...] | None) -> dict[str, object]:
    return {
        "text": meaning.text,
        "symbology": meaning.symbology,
        "gs1": meaning.is_gs1,
        "elements": [
            {"ai": one.ai, "title": one.title, "value": one.value, "day": one.day} for one in meaning.elements
        ],
        "lookups": [list(pair) for pair in meaning.lookups],
        "faults": [{"code": one.code, "text": one.text} for one in meaning.faults],
        "records": None
        if found is None
        else [{"kind": one.kind, "label": one.label, "name": one.name, "uom": one.uom} for one in found],
    }


def _as_lines(meaning: CodeMeaning, found: tuple[Candidate, ...] | None, output: Output) -> list[str]:
    lines = [f"Code       {meaning.text!r}"]
    if meaning.symbology:
        lines.append(f"Symbology  {meaning.symbology}")
    lines += [
        f"({one.ai})".ljust(11) + f"{one.title}: {one.value}" + (f"  = {one.day.isoformat()}" if one.day else "")
        for one in meaning.elements
    ]
    for fault in meaning.faults:
        text, remedy = output.texts.error(fault.code, {"text": fault.text, "scan": meaning.text, **fault.facts})
        lines.append(f"Fault      {text} {remedy}")
    if not meaning.elements and meaning.lookups:
        lines.append("May be     " + ", ".join(scheme for scheme, _ in meaning.lookups))
    lines += [f"Record     {one.kind}: {one.label} {one.name} {one.uom}".rstrip() for one in found or ()]
    if found == ():
        lines.append("Record     none in this database")
    return lines
