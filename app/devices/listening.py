"""Listening to a scale for somebody who waits for a weight: until there is one, or nobody waits any more."""

from collections.abc import Callable
from threading import Event

from app.domain.equipment import Weight
from app.domain.errors import Fault
from app.services import clock

_LOOK_S = 2.0
"""How long the scale is asked at a time; after it, whoever gave up waiting is noticed."""
_PATIENCE_S = 20.0
"""So long nobody is told that the scale is empty: a carton is taped first."""

Capture = Callable[[float], Weight]
"""Takes a weight within so many seconds, or raises the Fault that says why there is none."""


def listen(
    capture: Capture,
    *,
    waits: Callable[[], bool],
    weighed: Callable[[Weight], object],
    in_the_way: Callable[[Fault], object],
    stop: Event,
    patience_s: float = _PATIENCE_S,
    look_s: float = _LOOK_S,
) -> None:
    """Hand the weight over as soon as there is one, while `waits()` says that somebody wants it.

    What is in the way (nothing lies there, the parcel before was not taken off, the scale is dead) is said once, when
    it was so for two looks, and listening goes on: when it is seen to, nobody has to press anything.
    """
    seen = said = ""
    began = clock.monotonic_s()
    while waits() and not stop.is_set():
        asked = clock.monotonic_s()
        try:
            weighed(capture(look_s))
        except Fault as fault:
            patient = fault.code == "devices.scale_empty" and clock.monotonic_s() - began < patience_s
            if said != fault.code == seen and not patient and waits():
                said = fault.code
                in_the_way(fault)
            seen = fault.code
            stop.wait(max(0.0, asked + look_s - clock.monotonic_s()))
        else:
            return
