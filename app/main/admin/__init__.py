"""`admin`: setting up, proving, looking after people, stations and the embedded server. One file a matter."""

import argparse

from app.main.admin import (
    as_code,
    backup,
    books,
    generate,
    owners,
    people,
    permissions,
    proving,
    server,
    shelf_life,
    stations,
    support,
)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `admin` and its own commands."""
    parser = commands.add_parser(
        "admin", help="set up, prove, close the books, back up, people, stations, the embedded server"
    )
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    for matter in (
        server,
        as_code,
        backup,
        proving,
        books,
        generate,
        people,
        owners,
        permissions,
        stations,
        shelf_life,
        support,
    ):
        matter.add(verbs)
