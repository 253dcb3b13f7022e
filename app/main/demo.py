"""`demo`: a furnished warehouse with simulated devices, for a person or played by itself."""

import argparse
import os
import sys
from pathlib import Path

from app.composition.demo import play_demo, show_demo
from app.main.output import Output, open_options

NAMES = ("demo",)


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `demo`."""
    parser = commands.add_parser("demo", help="see it work: a demo warehouse with simulated devices")
    parser.add_argument(
        "--headless", action="store_true", help="play the business day offscreen (as without a display)"
    )
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="what was played goes into this folder")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, output: Output) -> int:
    """Show the demo, or play it where there is no display."""
    known = open_options(options)
    if options.headless or not _has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return play_demo(options.home, options=known, out=options.out, say=output.say)
    return show_demo(options.home, options=known, say=output.say)


def _has_display() -> bool:
    """Whether windows can be shown here."""
    shown_by = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform in {"win32", "darwin"} or any(os.environ.get(name) for name in shown_by)
