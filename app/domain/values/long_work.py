"""Work on long lists: saying how far it is, ending it when nobody wants it any more, and not tripping over garbage."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Tell = Callable[[float], object]
"""Told what part of the work is done, from 0 to 1. Where it raises, the work ends there."""
_STEPS = 200


def silent(_part: float) -> None:
    """Tells nobody."""


def within(tell: Tell, start: float, end: float) -> Tell:
    """For a part of the work that reaches from `start` to `end` of the whole."""
    return lambda part: tell(start + (end - start) * part)


def told(things: Iterable[T], count: int, tell: Tell) -> Iterator[T]:
    """The things one by one; told now and then how many of `count` are done."""
    every = max(1, count // _STEPS)
    for n, thing in enumerate(things):
        if n % every == 0:
            tell(n / max(1, count))
        yield thing


@contextmanager
def keeping_everything() -> Iterator[None]:
    """Within, nothing is searched for garbage: all values of a long list stay, and looking took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
