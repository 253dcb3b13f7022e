"""What a simulated scale says in MT-SICS. Written from the same texts as `drivers/scales/sics.py`."""

from dataclasses import dataclass

from drivers.framing import LineFramer
from drivers.simulators.platform import Platform

_REST_WITHIN_S = 3.0  # after this long without rest, commands that wait for it are given up: `S I`, `Z I`


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A command that waits for rest."""

    word: str
    give_up_at: float


class SicsLanguage:
    """Commands and answers; `repeat_every_s` is the pace of `SIR`, and `knows_repeat` whether it is known at all."""

    def __init__(
        self, platform: Platform, *, repeat_every_s: float = 0.1, knows_repeat: bool = True, serial: str = "SIM0001"
    ) -> None:
        self._platform = platform
        self._repeat_every_s = repeat_every_s
        self._knows_repeat = knows_repeat
        self._serial = serial
        self._framer = LineFramer(max_length=128)
        self._repeating = False
        self._repeat_at = 0.0
        self._waiting: list[_Waiting] = []
        self._out = bytearray()

    def hear(self, data: bytes, now: float) -> None:
        """Hear commands."""
        for line in self._framer.feed(data):
            self._obey(line.decode("latin-1"), now)

    def speak(self, now: float) -> bytes:
        """Return answers, and readings that are due."""
        self._serve_waiting(now)
        if self._repeating and now >= self._repeat_at:
            due = int((now - self._repeat_at) / self._repeat_every_s) + 1
            self._repeat_at += due * self._repeat_every_s
            for _ in range(due):
                self._answer(self._weight_line(now))
        said, self._out = bytes(self._out), bytearray()
        return said

    def weight(self, now: float) -> bytes:
        """One reading, unasked."""
        return f"{self._weight_line(now)}\r\n".encode("ascii")

    def forget(self) -> None:
        """Be switched off and on."""
        self._repeating = False
        self._waiting.clear()
        self._out.clear()

    def _obey(self, command: str, now: float) -> None:
        if command in {"S", "SI", "SIR", "@"}:
            self._repeating = False
        match command:
            case "S" | "Z" | "T":
                self._waiting.append(_Waiting(command, now + _REST_WITHIN_S))
            case "SI":
                self._answer(self._weight_line(now))
            case "SIR" if self._knows_repeat:
                self._repeating, self._repeat_at = True, now
            case "TAC":
                self._platform.clear_tare()
                self._answer("TAC A")
            case "@":
                self._platform.clear_tare()
                self._waiting.clear()
                self._answer(f'I4 A "{self._serial}"')
            case "I2":
                self._answer(f'I2 A "Simulator {self._platform.capacity_kg} kg"')
            case "I4":
                self._answer(f'I4 A "{self._serial}"')
            case _:
                self._answer("ES")

    def _serve_waiting(self, now: float) -> None:
        still = []
        for waiting in self._waiting:
            if self._platform.at_rest(now):
                self._answer(self._at_rest_answer(waiting.word, now))
            elif now >= waiting.give_up_at:
                self._answer(f"{waiting.word} I")
            else:
                still.append(waiting)
        self._waiting = still

    def _at_rest_answer(self, word: str, now: float) -> str:
        match word:
            case "Z":
                return f"Z {self._platform.zero()}"
            case "T":
                self._platform.tare()
                return f"T S {self._platform.number(self._platform.tare_kg):>10} {self._platform.unit}"
        return self._weight_line(now)

    def _weight_line(self, now: float) -> str:
        shown = self._platform.shown(now)
        if shown.over:
            return "S +"
        if shown.under:
            return "S -"
        return f"S {'S' if shown.at_rest else 'D'} {shown.number:>10} {shown.unit}"

    def _answer(self, line: str) -> None:
        self._out += f"{line}\r\n".encode("ascii")
