"""`admin support`: the bundle for whoever helps from afar."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.composition.support import black_box_folder, write_support_bundle
from app.devices.blackbox import kept_papers
from app.main.output import Output, answers, opened


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the command."""
    bundle = verbs.add_parser("support", help="a ZIP with settings, logs and reports, without passwords and names")
    bundle.add_argument("file", type=Path)
    answers(bundle, _support)


def _support(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("support") as desk:
        files = write_support_bundle(home, desk, options.file, kept_papers(black_box_folder(home.folder)))
    output.answer(
        {"file": str(options.file), "files": files},
        f"The support bundle is {options.file}.",
        _of_devices(files),
    )
    return 0


def _of_devices(files: Sequence[str]) -> str:
    if any(file.startswith("devices/") for file in files):
        return "It holds what the devices said when the program ran here last."
    return "It says nothing of devices: none has run in this home."
