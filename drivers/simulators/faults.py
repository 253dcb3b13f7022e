"""The faults of a warehouse bench, ready to be played: one fault script a mishap, by the kind of device.

Every one ends well, so that it is seen how the program recovers. A script of one's own is a file of such lines.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from drivers.files import script_of
from drivers.simulators.script import Actions, ScriptError, Step, parse_script, perform, run_steps

_CABLE = "at 0 unplug\nat 6 replug"

FAULTS: Mapping[str, Mapping[str, str]] = {
    "scale": {
        "in_motion": "at 0 restless on\nat 6 restless off",
        "overload": "at 0 place 60\nat 6 place -60",
        "under_zero": "at 0 place -40\nat 6 place 40",
        "silent": "at 0 silence on\nat 6 silence off",
        "cable_pulled": _CABLE,
        "other_unit": "at 0 unit lb\nat 6 unit kg",
        "flood": "at 0 flood on\nat 6 flood off",
        "noise": "at 0 garbage 00ff02a55a0d\nat 0.5 cut\nat 1 corrupt\nat 2 garbage ffffff0d0a",
    },
    "scanner": {
        "cable_pulled": _CABLE,
        "code_cut": "at 0 part SH-CUT-IN-TH\nat 0.1 unplug\nat 4 replug",
        "noise": "at 0 garbage 00ff9c80",
        "flood": "at 0 flood 40 SH-FLOOD",
    },
    "printer": {
        "paper_out": "at 0 paper_out\nat 6 load_paper",
        "paper_out_mid_batch": "at 0 paper_out 1\nat 8 load_paper",
        "head_open": "at 0 open_head\nat 6 close_head",
        "ribbon_out": "at 0 ribbon_out\nat 6 load_ribbon",
        "paused": "at 0 pause\nat 6 resume",
        "cable_pulled": _CABLE,
        "power_cycle": "at 0 power_cycle",
        "power_cycle_mid_batch": "at 0 power_cycle_after 1",
        "silent": "at 0 mute\nat 6 unmute",
        "other_printer": "at 0 swap SIM0000002\nat 8 swap SIM0000001 1000",
    },
    "queue": {
        "stopped": "at 0 stop\nat 6 resume",
        "closed": "at 0 refuse\nat 6 accept",
        "paper_out": "at 0 says media-empty-error\nat 6 says",
        "offline": "at 0 says offline-report\nat 6 says",
    },
}
"""Fault scripts by kind of device and name; `queue` is a printer behind a queue of the operating system."""


def fault_script(kind: str, name: str) -> list[Step]:
    """The steps of a ready-made fault, or of a script file; raises `ScriptError` where there is neither."""
    known = FAULTS[kind]
    if name in known:
        return parse_script(known[name])
    file = Path(name)
    if not file.is_file():
        raise ScriptError(f"no fault and no file is called {name!r}; faults of a {kind}: {', '.join(known)}")
    return parse_script(script_of(file))


class FaultPlayer:
    """Plays faults on one simulated device, in a thread of its own; a new one ends the one before.

    `on_step` hears each line when it has been done, and an empty one at the end, on the player's thread.
    """

    def __init__(self, kind: str, actions: Actions, *, on_step: Callable[[str], object] = lambda _line: None) -> None:
        self.kind = kind
        self._actions = actions
        self._on_step = on_step
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def play(self, name: str) -> None:
        """Begin a fault by its name, or a script file; raises `ScriptError` where there is none."""
        steps = fault_script(self.kind, name)
        self.stop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(steps, self._stopping), name=f"fault {name}")
        self._thread.start()

    def wait(self) -> None:
        """Wait until the fault is over."""
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """Break it off where it stands."""
        self._stopping.set()
        self.wait()

    def _run(self, steps: Sequence[Step], stopping: threading.Event) -> None:
        def done(line: str) -> None:
            perform(line, self._actions)
            self._on_step(line)

        try:
            run_steps(steps, done, stopped=stopping.wait)
        finally:
            self._on_step("")
