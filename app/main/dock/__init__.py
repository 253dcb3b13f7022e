"""`dock`: appointments of trucks, the gate, doors and who is there. One file a matter."""

import argparse

from app.main.dock import doors, gate, planning


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `dock` and its own commands."""
    parser = commands.add_parser("dock", help="appointments of trucks, check-in and check-out, doors, who is there")
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    for matter in (planning, gate, doors):
        matter.add(verbs)
