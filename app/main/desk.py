"""`desk`: the workstation itself (the default command)."""

import argparse

from app.composition.workstation import run_desk
from app.main.output import Output, open_options


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `desk`."""
    parser = commands.add_parser("desk", help="open the workstation (what happens without a command)")
    parser.add_argument("--station", default="", help="work as this station, instead of the one in the settings")
    parser.add_argument("--window", action="store_true", help="in a window, not over the whole screen")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Open the window and stay until it is closed."""
    return run_desk(
        options.home,
        options=open_options(options) | ({"station.name": options.station} if options.station else {}),
        full_screen=not options.window,
        say=output.say,
    )
