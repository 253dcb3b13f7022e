"""The simulated printer queue: `python -m drivers simulate queue FOLDER`.

The folder gets two programs, `lp` and `lpstat`; whoever has it in front of the path prints into this queue. POSIX only.
"""

import argparse
import itertools
from pathlib import Path

from drivers.files import FileError, in_words, script_of
from drivers.simulators.cups import CupsPrinter
from drivers.simulators.faults import fault_script
from drivers.simulators.obeying import add_scripts, obey
from drivers.simulators.printer_command import announce, came_out, refused, saying
from drivers.simulators.script import ScriptError, parse_script


def main(arguments: list[str]) -> int:
    """Run a queue until its input ends; what is typed, line by line, happens to it."""
    parser = argparse.ArgumentParser(prog="python -m drivers simulate queue", description="A simulated queue of CUPS.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder; put it in front of the path")
    parser.add_argument("--queue", default="labels", help="the name of the queue")
    parser.add_argument("--out", type=Path, help="a folder that takes the ZPL of each label")
    add_scripts(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    options = parser.parse_args(arguments)
    say, numbers = saying(options), itertools.count(1)
    try:
        if options.script:
            parse_script(script_of(options.script))
        if options.fault:
            fault_script("queue", options.fault)
        printer = CupsPrinter(
            options.folder.resolve(), options.queue, on_label=lambda zpl: came_out(zpl, next(numbers), options.out, say)
        )
    except FileExistsError:
        return refused(FileError(f"{options.folder} holds a queue {options.queue} already: name a new folder"))
    except (FileError, ScriptError) as error:
        return refused(error)
    except OSError as error:
        return refused(FileError(in_words(error, options.folder)))
    printer.start()
    try:
        announce(options, {"device": "queue", "port": f"queue:{printer.queue}", "path": printer.path})
        obey(options, "queue", printer.actions())
    except KeyboardInterrupt:
        return 0
    finally:
        printer.stop()
    return 0
