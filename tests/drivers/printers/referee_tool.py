"""The independent renderer (npm's zpl-renderer-js) as a function; installed by the test set-up, see `referee/`."""

import atexit
import functools
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

from PIL import Image

from drivers.printers.label import Label, dots_per_mm

REFEREE = Path(__file__).parent / "referee"
_MOST_S = 120


def render_by_referee(zpl: bytes, label: Label, dpi: int, folder: Path) -> list[Image.Image]:
    """Draw every label of the bytes with a renderer that is not ours; fails when it is not installed."""
    source = folder / "labels.zpl"
    source.write_bytes(zpl)
    answer = _ask(
        zpl=os.fspath(source),
        width_mm=label.width_mm,
        height_mm=label.height_mm,
        dots_per_mm=dots_per_mm(dpi),
        prefix=os.fspath(folder / "referee"),
    )
    assert "labels" in answer, answer
    return [Image.open(folder / f"referee{number}.png").convert("L") for number in range(answer["labels"])]


def _ask(**question: object) -> dict[str, int]:
    """What the renderer answers; it is started by the first question and anew where it ended."""
    if _renderer().poll() is not None:
        _renderer.cache_clear()
    renderer = _renderer()
    assert renderer.stdin is not None
    assert renderer.stdout is not None
    hangs = threading.Timer(_MOST_S, renderer.kill)
    hangs.start()
    try:
        renderer.stdin.write(json.dumps(question) + "\n")
        renderer.stdin.flush()
        answer = renderer.stdout.readline()
    finally:
        hangs.cancel()
        hangs.join()
    assert answer, "the label referee ended (its last words are above)"
    found: dict[str, int] = json.loads(answer)
    return found


@functools.cache
def _renderer() -> "subprocess.Popen[str]":
    """The renderer of this test worker; it ends with the worker."""
    node = shutil.which("node")
    assert node, "the label referee needs Node.js (18 or newer)"
    assert (REFEREE / "node_modules" / "zpl-renderer-js").is_dir(), (
        "the label referee is not installed; run `npm install --no-audit --no-fund --no-package-lock` in "
        + os.fspath(REFEREE.relative_to(Path.cwd()) if REFEREE.is_relative_to(Path.cwd()) else REFEREE)
    )
    renderer = subprocess.Popen(
        [node, "render.mjs"], cwd=REFEREE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    atexit.register(_let_go, renderer)
    return renderer


def _let_go(renderer: "subprocess.Popen[str]") -> None:
    renderer.kill()
    renderer.communicate()
