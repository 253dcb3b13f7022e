"""`demo`: a furnished warehouse with simulated devices, for a person or played by itself."""

import argparse
import os
import sys
from pathlib import Path

from app.composition.demo import Wanted, play_demo, show_demo
from app.devices.simulation import PRINTERS, SCALES, SCANNERS, Kinds, fault_names, is_fault
from app.main.output import Output, open_options
from app.settings import Role


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `demo`."""
    parser = commands.add_parser("demo", help="see it work: a demo warehouse with simulated devices")
    parser.add_argument(
        "--headless", action="store_true", help="play the business day offscreen (as without a display)"
    )
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="what was played goes into this folder")
    parser.add_argument("--scanner", choices=SCANNERS, default="plain", help="what the simulated scanner speaks")
    parser.add_argument("--scale", choices=SCALES, default="sics", help="what the simulated scale speaks")
    parser.add_argument("--printer", choices=PRINTERS, default="tcp", help="where the simulated printer is")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        type=_fault,
        metavar="DEVICE:FAULT",
        help="begin with a fault, such as scale:in_motion or printer:paper_out (a name, or a script file)",
    )
    parser.set_defaults(run=run)


def _fault(text: str) -> tuple[Role, str]:
    device, _, fault = text.partition(":")
    roles = {"scanner": Role.SCANNER, "scale": Role.SCALE, "printer": Role.LABEL_PRINTER}
    if device not in roles or not is_fault(roles[device], fault):
        raise argparse.ArgumentTypeError(f"{text!r} is no DEVICE:FAULT; there are {', '.join(fault_names())}")
    return roles[device], fault


def run(options: argparse.Namespace, output: Output) -> int:
    """Show the demo, or play it where there is no display."""
    known = open_options(options)
    wanted = Wanted(Kinds(options.scanner, options.scale, options.printer), dict(options.fault))
    if options.headless or not _has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return play_demo(options.home, options=known, wanted=wanted, out=options.out, say=output.say)
    return show_demo(options.home, options=known, wanted=wanted, say=output.say)


def _has_display() -> bool:
    """Whether windows can be shown here."""
    shown_by = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform in {"win32", "darwin"} or any(os.environ.get(name) for name in shown_by)
