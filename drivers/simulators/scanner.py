"""A simulated serial scanner: whatever is held before it comes out at the port as a real one would send it."""

import threading
from collections.abc import Callable, Mapping


class ScannerSimulator:
    """The scanner itself, sans-IO. Codes may be shown to it from any thread.

    Args:
        prefix: sent before each code (for example STX).
        suffix: sent after each code; empty for none.
        send_aim: whether it is programmed to send AIM identifiers.
    """

    def __init__(self, *, prefix: bytes = b"", suffix: bytes = b"\r", send_aim: bool = True) -> None:
        self.prefix = prefix
        self.suffix = suffix
        self.send_aim = send_aim
        self._lock = threading.Lock()
        self._out = bytearray()

    def scan(self, code: str, aim_id: str = "]C0") -> None:
        """Read one code; `aim_id` says of which symbology the label is. GS stands in the code as 0x1D."""
        identifier = aim_id if self.send_aim else ""
        self.garbage(self.prefix + (identifier + code).encode() + self.suffix)

    def scan_part(self, code: str, aim_id: str = "]C0") -> None:
        """Begin to send a code and never end it: what is in the cable when it is pulled."""
        self.garbage(self.prefix + (aim_id + code).encode())

    def garbage(self, data: bytes) -> None:
        """Send bytes as they are."""
        with self._lock:
            self._out += data

    def actions(self) -> Mapping[str, Callable[..., None]]:
        """What a script or a person can do to it, by name."""
        return {
            "scan": self.scan,
            "part": self.scan_part,
            "garbage": lambda text: self.garbage(bytes.fromhex(text)),
        }

    def receive(self, data: bytes, now: float) -> None:
        """A plain scanner does not listen."""

    def say(self, now: float) -> bytes:  # the contract's clock is not needed
        """Return what was read and not sent yet."""
        with self._lock:
            said, self._out = bytes(self._out), bytearray()
            return said
