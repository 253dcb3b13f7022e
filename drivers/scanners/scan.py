"""What a scanner delivers: one code, the honest word that a code was lost on the way, or a note. Pure values."""

from dataclasses import dataclass
from enum import StrEnum

from drivers.scanners.aim import AimId


@dataclass(frozen=True, slots=True)
class Scan:
    """One code as it was read.

    Attributes:
        raw: the bytes between prefix and suffix, the AIM identifier included.
        text: the code itself; GS1's separator is the character GS (0x1D).
        aim_id: which symbology the scanner says it read; `None` where it does not tell.
        monotonic: arrival, in seconds of this machine's monotonic clock.
    """

    raw: bytes
    text: str
    aim_id: AimId | None
    monotonic: float

    @property
    def symbology(self) -> str:
        """The symbology's name, empty where it is not known."""
        return self.aim_id.symbology if self.aim_id else ""

    @property
    def is_gs1(self) -> bool:
        """Tell whether the scanner says that this is a GS1 element string."""
        return self.aim_id is not None and self.aim_id.is_gs1


class Misread(StrEnum):
    """Why something that came from a scanner is no code: the operator is asked to scan again."""

    GARBLED = "garbled"  # control characters or broken text within the code
    INCOMPLETE = "incomplete"  # the beginning, the end or the identifier is missing
    CUT = "cut"  # a pause within the code: it may be two halves, or a code and something typed


@dataclass(frozen=True, slots=True)
class ScanAgain:
    """A code was read and did not arrive whole; `raw` is for the log only and never used as a code."""

    reason: Misread
    raw: bytes
    monotonic: float


@dataclass(frozen=True, slots=True)
class ScannerNote:
    """What a scanner says that is no code: `word` is what (`acknowledged`, `repeated`, …), `text` what besides."""

    word: str
    text: str = ""


ScannerMessage = Scan | ScannerNote
