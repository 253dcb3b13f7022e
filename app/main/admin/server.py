"""`admin init`, `migrate`, `status`, `stop`: the database as a whole and the embedded server."""

import argparse
from typing import Any

from app.composition import backups
from app.composition.home import OpenHome, open_home
from app.database import installation, server
from app.main.output import Output, answers, open_options, opened
from app.services import clock, setup
from app.services.backup import last_time
from app.settings import home_folder, load


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the commands."""
    init = verbs.add_parser("init", help="create roles and schema in an empty database, and the first admin")
    init.add_argument("--superuser-url", default="", help="who may create roles on a shared server")
    answers(init, _init)
    answers(verbs.add_parser("migrate", help="bring the schema to this program's version"), _migrate)
    answers(verbs.add_parser("status", help="server, schema, ledger"), _status)
    answers(verbs.add_parser("stop", help="stop the embedded server for all programs of this home"), _stop)


def superuser(home: OpenHome, options: argparse.Namespace) -> str:
    """The address of somebody who may create roles: the one that was given, else the embedded server's owner."""
    if options.superuser_url:
        return str(options.superuser_url)
    return home.server_url()


def _init(options: argparse.Namespace, output: Output) -> int:
    with open_home(options.home, options=open_options(options), check_schema=False) as home:
        url = superuser(home, options)
        first = setup.initialise(url, home.logins)
        missing = installation.missing_rights(url) if first else []
    if first is None:
        output.answer({"created": False}, "This database is set up already; nothing was changed.")
    else:
        output.answer(
            {"created": True, "badge": first.badge, "pin": first.pin, "missing_rights": missing},
            f"Set up. First admin: badge {first.badge}, PIN {first.pin}. It is shown only now: write it down.",
            *(
                ["For the guard against sessions that hold all others up, let a superuser run:", *missing]
                if missing
                else []
            ),
        )
    return 0


def _migrate(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home:
        installation.require_known_schema(home.server_url())
    version = installation.SCHEMA_VERSION
    output.answer({"version": version}, f"The schema is at version {version}; there is nothing to do.")
    return 0


def _status(options: argparse.Namespace, output: Output) -> int:
    folder = home_folder(options.home)
    known = load(folder, options=open_options(options))
    if known.database_url:
        installation.require_known_schema(known.database_url)
        output.answer({"server": "shared", "schema": installation.SCHEMA_VERSION}, "Shared server; schema known.")
        return 0
    status = server.status(folder)
    values = {"server": "embedded", "running": status.running, "port": status.port, "programs": len(status.users)}
    wrong = backups.trouble(known, output.texts, clock.now())
    last = {"last_backup": last_time(folder).at, "backup_trouble": wrong}
    lines = [backups.how_they_went(known, output.texts), *([wrong] if wrong else [])]
    running = f"running on port {status.port}, {len(status.users)} programs" if status.running else "not running"
    output.answer(values | last, f"Home {folder}", f"Embedded server: {running}", *lines)
    return 0


def _stop(options: argparse.Namespace, output: Output) -> int:
    stopped = server.stop(home_folder(options.home))
    output.answer({"stopped": stopped}, "The server is stopped." if stopped else "The server was not running.")
    return 0
