"""`admin close-books` and `admin reopen-books`: until when what happened in a warehouse is final."""

import argparse
from datetime import datetime
from typing import Any
from uuid import UUID

from app.main.history import site_of
from app.main.output import Output, answers, opened
from app.services import history, periods


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the commands."""
    close = verbs.add_parser("close-books", help="nothing more is posted that happened until then")
    close.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    close.add_argument("--until", required=True, metavar="TIME", help="a date (its end) or a time, at the warehouse")
    close.add_argument("--note", default="", help="what the trail says, such as: January reported")
    answers(close, _close)
    reopen = verbs.add_parser("reopen-books", help="open what was closed last")
    reopen.add_argument("--warehouse", default="", help="its code; the first one otherwise")
    reopen.add_argument("--note", required=True, help="why; it stays in the trail")
    answers(reopen, _reopen)


def _close(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("close-books") as desk:
        place, _code, zone = site_of(desk, options.warehouse)
        until = history.moment_of(options.until, zone)
        closed = desk.run(
            lambda unit: periods.close_books(unit, warehouse=place, until=until, note=options.note)
        )  # fmt: skip
    output.answer(
        {"until": closed.until.isoformat(), "seal": closed.seal},
        f"The books are closed until {_read(closed.until)}, at seal {closed.seal}.",
    )
    return 0


def _reopen(options: argparse.Namespace, output: Output) -> int:
    def work(place: UUID) -> datetime | None:
        return desk.run(lambda unit: periods.reopen_books(unit, warehouse=place, note=options.note))

    with opened(options, output) as home, home.desk("reopen-books") as desk:
        until = work(site_of(desk, options.warehouse)[0])
    output.answer(
        {"until": until.isoformat() if until else None},
        f"The books are open again; they stay closed until {_read(until)}." if until else "All books are open again.",
    )
    return 0


def _read(until: datetime) -> str:
    """A moment on the clock of this machine, to the minute."""
    return f"{until.astimezone():%Y-%m-%d %H:%M}"
