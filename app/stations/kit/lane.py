"""What a screen needs of the dialog behind it, and the way a prompt takes from the dialog's thread to the screen."""

from collections.abc import Callable
from typing import Protocol

from app.dialogs.dialog import Prompt


class Lane(Protocol):
    """One dialog under way; every call returns at once, the answer comes as a prompt."""

    def scan(self, raw: str, symbology: str, source: str) -> object:
        """Hand over a code; `symbology` is empty where the source does not tell."""
        ...

    def key(self, command: str, text: str = "") -> object:
        """Hand over a command, a choice's value, or ENTER with a typed answer in `text`."""
        ...

    def approve(self, badge: str, pin: str) -> object:
        """Hand over a supervisor's badge and PIN for what the prompt waits for."""
        ...

    def stop(self) -> object:
        """The screen is left; the work stands as it is and can be taken up again. May wait for the event in hand."""
        ...


OpenLane = Callable[[Callable[[Prompt], None]], Lane]
"""Begins (or takes up again) a dialog and returns its lane, started. It is given what takes prompts, in any thread."""
