"""`selftest`: whether this installation can work: words, labels, database, ledger; one line a check."""

import argparse
from collections.abc import Callable

from app import resources
from app.composition.home import OpenHome
from app.database import ledger
from app.devices import labels
from app.domain.errors import Fault, Refusal
from app.main.output import Listing, Output, answers, opened
from app.services import clock
from app.texts import Texts

FAILED = 3


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `selftest`."""
    parser = commands.add_parser("selftest", help="check this installation: words, labels, database, ledger")
    answers(parser, run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Make every check, even after one failed; 3 when any did."""
    results = [_checked("words", _words), _checked("manual", _manual), _checked("labels", _labels)]
    try:
        with opened(options, output) as home:
            results.append(_checked("database", lambda: _database(home)))
            results.append(_checked("ledger", lambda: _ledger(home)))
    except (Fault, Refusal) as stopped:
        results.append(("database", False, str(stopped), 0.0))
    rows = (
        (
            {"check": name, "ok": good, "said": said, "seconds": round(seconds, 3)},
            f"{name:<10}{'ok' if good else 'FAILED':<8}{said} ({seconds:.2f} s)",
        )
        for name, good, said, seconds in results
    )
    output.answer_list(Listing("checks", rows, ""))
    return 0 if all(good for _, good, _, _ in results) else FAILED


def _checked(name: str, check: Callable[[], str]) -> tuple[str, bool, str, float]:
    began = clock.monotonic_s()
    try:
        said, good = check(), True
    except (Fault, Refusal, OSError, ValueError) as error:
        said, good = str(error), False
    return name, good, said, clock.monotonic_s() - began


def _words() -> str:
    texts = Texts.load("en")
    return f"{sum(len(texts.codes(section)) for section in ('errors', 'prompts', 'feedback'))} texts"


def _manual() -> str:
    return f"{len(list(resources.resource('manual', 'en').rglob('*.md')))} pages"


def _labels() -> str:
    names = labels.template_names()
    for name in names:
        labels.load_template(name)
    return f"{len(names)} templates: {', '.join(names)}"


def _database(home: OpenHome) -> str:
    with home.desk("selftest") as desk:
        row = desk.run(lambda unit: unit.session.row("SHOW server_version"))
    return f"PostgreSQL {row['server_version'] if row else '?'}"


def _ledger(home: OpenHome) -> str:
    with home.desk("selftest") as desk:
        desk.run(lambda unit: ledger.seal(unit.session))
        broken = desk.run(lambda unit: ledger.prove(unit.session))
        head = desk.run(lambda unit: ledger.head(unit.session))
    if broken:
        raise Fault("ledger.broken", retry=False, rows=len(broken))
    return f"clean, {head['moves']} moves, seal {head['seal_no']}"
