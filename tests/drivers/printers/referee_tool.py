"""The independent renderer (npm's zpl-renderer-js) as a function; installed by the test set-up, see `referee/`."""

import os
import shutil
import subprocess
from pathlib import Path

from PIL import Image

from drivers.printers.label import Label, dots_per_mm

REFEREE = Path(__file__).parent / "referee"


def render_by_referee(zpl: bytes, label: Label, dpi: int, folder: Path) -> list[Image.Image]:
    """Draw every label of the bytes with a renderer that is not ours; fails when it is not installed."""
    node = shutil.which("node")
    assert node, "the label referee needs Node.js (18 or newer)"
    assert (REFEREE / "node_modules" / "zpl-renderer-js").is_dir(), (
        "the label referee is not installed; run `npm install --no-audit --no-fund --no-package-lock` in "
        + os.fspath(REFEREE.relative_to(Path.cwd()) if REFEREE.is_relative_to(Path.cwd()) else REFEREE)
    )
    source = folder / "labels.zpl"
    source.write_bytes(zpl)
    size = (str(label.width_mm), str(label.height_mm), str(dots_per_mm(dpi)))
    finished = subprocess.run(
        [node, "render.mjs", os.fspath(source), *size, os.fspath(folder / "referee")],
        cwd=REFEREE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return [Image.open(folder / f"referee{number}.png").convert("L") for number in range(int(finished.stdout))]
