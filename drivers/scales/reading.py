"""What a scale says at one moment, and whether a parcel's weight may be taken from it. Pure values and rules."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum

# Exact by definition: the international avoirdupois pound of 1959 is 0.45359237 kg, an ounce a sixteenth of it.
KG_PER_UNIT = {
    "kg": Decimal(1),
    "g": Decimal("0.001"),
    "lb": Decimal("0.45359237"),
    "oz": Decimal("0.45359237") / 16,
}


class WeightKind(Enum):
    """What the number counts."""

    GROSS = "gross"
    NET = "net"
    TARE = "tare"


@dataclass(frozen=True, slots=True)
class WeightReading:
    """One message of a scale. An error, an overload or "not ready" has no value at all: it is never shown as 0.

    Attributes:
        value: the number on the display in `unit`; `None` where the scale gave none.
        unit: `kg`, `g`, `lb` or `oz`; `None` where the scale named none or another one.
        stable: the scale vouches that the load is at rest.
        kind: gross, net or tare.
        zero: the display stands at zero.
        over: more than the scale can weigh.
        under: less than its zero range: usually the platform was lifted.
        motion: the load moves.
        not_ready: the scale is busy, or found no rest in time.
        fault: the scale reports an error of its own.
        raw: the message as it came.
        monotonic: arrival, in seconds of this machine's monotonic clock.
        seq: rises by one with each message of this scale.
    """

    value: Decimal | None
    unit: str | None
    stable: bool
    kind: WeightKind
    raw: bytes
    monotonic: float
    seq: int
    zero: bool = False
    over: bool = False
    under: bool = False
    motion: bool = False
    not_ready: bool = False
    fault: bool = False

    @property
    def kg(self) -> Decimal | None:
        """The value in kilograms, converted exactly; `None` without a value or a known unit."""
        if self.value is None or self.unit not in KG_PER_UNIT:
            return None
        return self.value * KG_PER_UNIT[self.unit]


@dataclass(frozen=True, slots=True)
class ScaleAnswer:
    """An answer of a scale that is no weight.

    `command` is what it answers to, `status` the scale's own word for how it went, `text` what it says besides, such as
    its serial number. A line that only says that something was wrong has an `error` and no command.
    """

    command: str
    status: str
    text: str = ""
    error: str = ""


ScaleMessage = WeightReading | ScaleAnswer


class Capture(StrEnum):
    """Whether a reading may be taken as a parcel's weight, and if not, why."""

    READY = "ready"
    NOT_STABLE = "not_stable"
    TOO_OLD = "too_old"  # it was there before the weight was asked for
    UNIT_UNKNOWN = "unit_unknown"
    NO_WEIGHT = "no_weight"  # overload, under zero, fault, not ready, or what was said is a tare
    NOTHING_THERE = "nothing_there"  # zero or less
    SAME_WEIGHT = "same_weight"  # the platform was not empty since the last weight was taken


@dataclass(slots=True)
class CaptureRule:
    """Decides which reading is the weight of the parcel that is on the scale now.

    A weight is taken only when it is stable, newer than the request, in a known unit, and the scale stood at zero
    since the last one was taken (UPOS: SAME_WEIGHT). So the parcel before is never weighed again by mistake. A parcel
    that is weighed again need not be lifted off: what is put into it on the platform changes its weight.

    `zero_band_kg` is how far from zero an empty platform may read (dust, wind); it must be less than the lightest
    parcel.
    """

    zero_band_kg: Decimal = Decimal(0)
    _requested_at: float = field(default=float("-inf"), init=False)
    _zero_seen: bool = field(default=True, init=False)
    _about: str = field(default="", init=False)
    _ready_kg: Decimal = field(default=Decimal(0), init=False)
    _taken: tuple[str, Decimal] = field(default=("", Decimal(0)), init=False)

    def request(self, *, at: float, about: str = "") -> None:
        """Ask for a weight: only readings that arrive after `at` (monotonic seconds) count.

        `about` names the parcel that lies there; nothing where it has no name.
        """
        self._requested_at = at
        self._about = about

    def judge(self, reading: WeightReading) -> Capture:
        """Judge the next reading. To be given every reading in order: it also watches for the empty platform."""
        kg = reading.kg
        wrong = reading.over or reading.under or reading.fault or reading.not_ready or reading.kind is WeightKind.TARE
        empty = kg is not None and reading.stable and not wrong and abs(kg) <= self.zero_band_kg
        self._zero_seen = self._zero_seen or empty
        if reading.value is None or wrong:
            return Capture.NO_WEIGHT
        if kg is None:
            return Capture.UNIT_UNKNOWN
        if not reading.stable or reading.motion:
            return Capture.NOT_STABLE
        if kg <= self.zero_band_kg:
            return Capture.NOTHING_THERE
        if reading.monotonic <= self._requested_at:
            return Capture.TOO_OLD
        fresh = self._zero_seen or self._was_changed(kg)
        self._ready_kg = kg if fresh else self._ready_kg
        return Capture.READY if fresh else Capture.SAME_WEIGHT

    def taken(self) -> None:
        """Say that the weight was used: before the next parcel the platform must be empty."""
        self._zero_seen = False
        self._taken = (self._about, self._ready_kg)

    def _was_changed(self, kg: Decimal) -> bool:
        """Whether the parcel that was weighed last lies there still, and something was put in or taken out."""
        about, before = self._taken
        return about != "" and about == self._about and abs(kg - before) > self.zero_band_kg
