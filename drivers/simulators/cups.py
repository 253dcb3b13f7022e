"""CUPS as its programs show it: `lp` and `lpstat` in a folder that is put on the path, queues as folders of files.

    cups = FakeCups(folder)
    cups.add("zebra")
    monkeypatch.setenv("PATH", cups.path, prepend=os.pathsep)

The two programs are real processes and know only what lies in the folder, so any program that prints by `lp` can be
pointed at it. Jobs are kept as files; a queue that is stopped keeps taking jobs, as the real one does. POSIX only.
The words are those of CUPS 2 [K].
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_TURN_S = 0.1
_SINCE = "since Mon Jan  5 08:00:00 2026"
_PROGRAM = """#!{python}
import sys
sys.path.insert(0, {root!r})
from drivers.simulators.cups import {name}
sys.exit({name}({folder!r}, sys.argv[1:]))
"""


class FakeCups:
    """The folder with the two programs and the queues."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        (folder / "queues").mkdir(parents=True, exist_ok=True)
        for name in ("lp", "lpstat"):
            root = os.fspath(Path(__file__).parents[2])
            text = _PROGRAM.format(python=sys.executable, root=root, name=name, folder=os.fspath(folder))
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)

    @property
    def path(self) -> str:
        """The folder that belongs on the path, in front."""
        return os.fspath(self._folder)

    def add(self, queue: str) -> None:
        """Set a queue up."""
        _jobs(self._folder, queue).mkdir(parents=True)
        self.restore(queue)

    def remove(self, queue: str) -> None:
        """Take a queue away; its jobs stay where they are."""
        _state_file(self._folder, queue).unlink()

    def restore(self, queue: str) -> None:
        """Set it up again, with its jobs."""
        self._write(queue, {"stopped": "", "holds": "", "refuses": "", "says": ""})

    def stop(self, queue: str, why: str = "Paused") -> None:
        """Stop printing; jobs are still taken. CUPS does this itself after an error."""
        self._change(queue, "stopped", why)

    def hold(self, queue: str) -> None:
        """Keep what comes without a word, as a queue does whose printer is slow or sleeps."""
        self._change(queue, "holds", "yes")

    def cancel(self, queue: str) -> None:
        """Cancel what waits."""
        for job in sorted(_jobs(self._folder, queue).glob("*.waiting")):
            job.rename(job.with_suffix(".cancelled"))

    def resume(self, queue: str) -> None:
        """Print again, what waits first."""
        self._change(queue, "stopped", "")
        self._change(queue, "holds", "")
        for job in sorted(_jobs(self._folder, queue).glob("*.waiting")):
            job.rename(job.with_suffix(".printed"))

    def refuse(self, queue: str, why: str = "Rejecting Jobs") -> None:
        """Take no jobs; with an empty reason, take them again."""
        self._change(queue, "refuses", why)

    def complain(self, queue: str, reason: str) -> None:
        """Let the printer's driver say something, such as `media-empty-error`."""
        self._change(queue, "says", reason)

    def waiting(self, queue: str) -> list[bytes]:
        """The jobs that were taken and not printed, in order."""
        return [job.read_bytes() for job in sorted(_jobs(self._folder, queue).glob("*.waiting"))]

    def printed(self, queue: str) -> list[bytes]:
        """The jobs that were given to the printer, in order."""
        return [job.read_bytes() for job in sorted(_jobs(self._folder, queue).glob("*.printed"))]

    def _change(self, queue: str, what: str, value: str) -> None:
        with self._lock:
            self._write(queue, {**_state(self._folder, queue), what: value})

    def _write(self, queue: str, state: dict[str, str]) -> None:
        """In one step, so that no program reads half of it."""
        path = _state_file(self._folder, queue)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(state), encoding="utf-8")
        part.replace(path)


class CupsPrinter:
    """A queue with a printer behind it: what is printed is heard by `on_label`, on a thread of this printer.

    From `start` to `stop`; the folder with the queue stays.
    """

    def __init__(
        self, folder: Path, queue: str = "labels", *, on_label: Callable[[bytes], None] = lambda _zpl: None
    ) -> None:
        self.queue = queue
        self.labels: list[bytes] = []
        self._cups = FakeCups(folder)
        self._cups.add(queue)
        self._on_label = on_label
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"simulated queue {queue}", daemon=True)

    @property
    def path(self) -> str:
        """The folder that belongs on the path of a program that is to print here."""
        return self._cups.path

    def start(self) -> None:
        """Print what comes."""
        self._thread.start()

    def stop(self) -> None:
        """Take it away."""
        self._stopping.set()
        self._thread.join()

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        queue, cups = self.queue, self._cups
        return {
            "stop": lambda: cups.stop(queue),
            "resume": lambda: cups.resume(queue),
            "refuse": lambda: cups.refuse(queue),
            "accept": lambda: cups.refuse(queue, ""),
            "says": lambda reason="": cups.complain(queue, reason),
            "unplug": lambda: cups.remove(queue),
            "replug": lambda: cups.restore(queue),
        }

    def _run(self) -> None:
        while not self._stopping.wait(_TURN_S):
            for zpl in self._cups.printed(self.queue)[len(self.labels) :]:
                self.labels.append(zpl)
                self._on_label(zpl)


# - the programs -


def lp(folder: str, arguments: Sequence[str]) -> int:
    """`lp -d QUEUE -o raw -t TITLE`: take one job from standard input; a PDF that is raw would print as its source."""
    said = dict(zip(arguments[::2], arguments[1::2], strict=True))
    name = said["-d"]
    try:
        state = _state(Path(folder), name)
    except FileNotFoundError:
        return _fail("lp: The printer or class does not exist.")
    if state["refuses"]:
        return _fail(f"lp: Destination {name} is not accepting jobs.")
    data = sys.stdin.buffer.read()
    if data.startswith(b"%PDF-") and said.get("-o") == "raw":
        return _fail(f"lp: {name} would print the source of this PDF.")
    number = _next_number(_jobs(Path(folder), name))
    part = _jobs(Path(folder), name) / f"{number:06d}.part"
    part.write_bytes(data)
    part.rename(part.with_suffix(".waiting" if state["stopped"] or state["holds"] else ".printed"))
    sys.stdout.write(f"request id is {name}-{number} (1 file(s))\n")
    return 0


def lpstat(folder: str, arguments: Sequence[str]) -> int:
    """`lpstat -e`, any of `-p QUEUE`, `-a QUEUE`, `-o QUEUE`, or `-W all -l -o QUEUE`."""
    if arguments[0] == "-e":
        sys.stdout.write("".join(f"{path.parent.name}\n" for path in Path(folder).glob("queues/*/queue.json")))
        return 0
    if arguments[0] == "-W":
        sys.stdout.write(_remembered(Path(folder), arguments[-1]))
        return 0
    for question, name in zip(arguments[::2], arguments[1::2], strict=True):
        try:
            state = _state(Path(folder), name)
        except FileNotFoundError:
            return _fail(f'lpstat: Invalid destination name in list "{name}".')
        jobs = sorted(_jobs(Path(folder), name).glob("*.waiting"))
        answers = {"-p": _printer(name, state), "-a": _accepting(name, state), "-o": _waiting(name, jobs)}
        sys.stdout.write(answers[question])
    return 0


def _printer(name: str, state: dict[str, str]) -> str:
    says = f"\t{state['says']}\n" if state["says"] else ""
    if state["stopped"]:
        return f"printer {name} disabled {_SINCE} -\n\t{state['stopped']}\n{says}"
    return f"printer {name} is idle.  enabled {_SINCE}\n{says}"


def _accepting(name: str, state: dict[str, str]) -> str:
    if state["refuses"]:
        return f"{name} not accepting requests {_SINCE} -\n\t{state['refuses']}\n"
    return f"{name} accepting requests {_SINCE}\n"


def _waiting(name: str, jobs: Sequence[Path]) -> str:
    return "".join(f"{name}-{int(job.stem)}  somebody  {job.stat().st_size}  {_SINCE[6:]}\n" for job in jobs)


def _remembered(folder: Path, name: str) -> str:
    """Every job that the queue ever had, with what became of it."""
    alerts = {".waiting": "none", ".printed": "job-completed-successfully", ".cancelled": "job-canceled-by-user"}
    found = (job for job in sorted(_jobs(folder, name).iterdir()) if job.suffix in alerts)
    return "".join(
        f"{_waiting(name, [job])}\tStatus: \n\tAlerts: {alerts[job.suffix]}\n\tqueued for {name}\n" for job in found
    )


def _next_number(jobs: Path) -> int:
    """A number that no other job has, also when two programs print at the same moment."""
    number = 1
    while True:
        try:
            (jobs / f"{number:06d}").touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return number


def _fail(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


def _jobs(folder: Path, queue: str) -> Path:
    return folder / "queues" / queue / "jobs"


def _state_file(folder: Path, queue: str) -> Path:
    return folder / "queues" / queue / "queue.json"


def _state(folder: Path, queue: str) -> dict[str, str]:
    state: dict[str, str] = json.loads(_state_file(folder, queue).read_text(encoding="utf-8"))
    return state
