"""Code that is loaded when it is needed first, so that the first window does not wait for it.

Loading a screen takes up to a tenth of a second; `load_the_rest` does it beforehand, once the first window stands, so
that no click waits for it either.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from app import dialogs, stations
from app.composition import desks
from app.dialogs.definition import AnyDialog


def loaded(module: str, name: str) -> Callable[..., Any]:
    """What a module calls by that name."""
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def dialog_of(capability: str) -> AnyDialog:
    """The dialog of a capability: `PACKING` of `app.dialogs.packing`."""
    found: AnyDialog = getattr(importlib.import_module(f"{dialogs.__name__}.{capability}"), capability.upper())
    return found


def load_the_rest(between: Callable[[], object]) -> None:
    """Load every dialog and every screen that is not loaded yet, and what reads the first scan.

    `between` two of them is where it may be stopped.
    """
    importlib.import_module("biip.gs1_element_strings")
    for room in (dialogs, stations, desks):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            between()
            importlib.import_module(module.name)
