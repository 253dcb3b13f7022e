"""Make the sounds of the feedback levels: `python build_scripts/make_sounds.py` writes `resources/sounds/*.wav`.

Chosen for a noisy hall: good news rises, bad news is low and comes twice, and no two share a rhythm, so that they can
be told apart by people who hear only part of the range.
"""

import math
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

RATE_HZ = 44_100
FOLDER = Path(__file__).resolve().parents[1] / "resources" / "sounds"
EDGE_S = 0.006

Note = tuple[float, float]
"""Frequency in Hz (0 is a pause) and length in seconds."""

SOUNDS: dict[str, tuple[Note, ...]] = {
    "ok": ((1318.5, 0.09),),
    "warning": ((880.0, 0.11), (0.0, 0.05), (880.0, 0.11), (0.0, 0.05), (659.3, 0.16)),
    "error": ((220.0, 0.22), (0.0, 0.07), (174.6, 0.34)),
    "waiting": ((587.3, 0.05), (0.0, 0.09), (587.3, 0.05)),
    "done": ((784.0, 0.09), (1046.5, 0.09), (1568.0, 0.18)),
}


def samples(notes: tuple[Note, ...]) -> Iterator[int]:
    """The notes as 16-bit samples: a tone with two overtones, soft edges so that it does not click."""
    for frequency_hz, length_s in notes:
        count = int(RATE_HZ * length_s)
        for n in range(count):
            t = n / RATE_HZ
            edge = min(1.0, t / EDGE_S, (length_s - t) / EDGE_S)
            tone = sum(
                level * math.sin(2 * math.pi * frequency_hz * k * t) for k, level in ((1, 0.6), (2, 0.25), (3, 0.15))
            )
            yield int(24_000 * edge * tone) if frequency_hz else 0


def main() -> None:
    """Write every sound."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, notes in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples(notes)))


if __name__ == "__main__":
    main()
