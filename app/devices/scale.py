"""A scale as the packing bench needs it: kilograms as they change, and the weight of a parcel taken once.

Whether a reading may be taken is the drivers' `CaptureRule`: stable, newer than the request, in a known unit, and the
platform was empty since the last weight was taken.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from app.devices.faults import HEALTH, OnState, command_fault, reason_word, trouble_of, weighing_fault
from app.domain.equipment import DeviceRole, DeviceState, Health, Weight, compact_curve
from app.domain.errors import Fault
from app.services import clock
from drivers.device import DeviceError, DeviceTimeout, StateChanged
from drivers.history import DeviceHistory
from drivers.scales.reading import Capture, CaptureRule, WeightReading
from drivers.scales.scale import Scale, ScaleProtocol
from drivers.transports.transport import Transport

EMPTY_WITHIN_KG = Decimal("0.005")  # dust and wind on an empty platform; less than the lightest parcel

_CURVE_S, _REMEMBERED = 10.0, 500
"""How long before it was taken a weight's readings are kept with it, and how many a fast scale sends in that time."""

OnWeight = Callable[[Weight], None]


class BenchScale:
    """One scale of a station. Callbacks come on the scale's own thread."""

    def __init__(
        self, device: str, transport: Transport, protocol: ScaleProtocol, *, on_weight: OnWeight, on_state: OnState
    ) -> None:
        self.device = device
        self._on_weight = on_weight
        self._on_state = on_state
        self._rule = CaptureRule(EMPTY_WITHIN_KG)
        self._changed = threading.Condition()
        self._last: WeightReading | None = None
        self._verdict: Capture | None = None
        self._recent: deque[tuple[float, Decimal]] = deque(maxlen=_REMEMBERED)
        self._trouble = ""
        self._stopped = False
        self._scale = Scale(
            device,
            transport,
            on_reading=self._read,
            on_state=self._state_changed,
            protocol=protocol,
        )

    def start(self) -> None:
        """Look for the scale, for ever."""
        self._on_state(DeviceState(self.device, DeviceRole.SCALE, Health.UNKNOWN))
        self._scale.start()

    def stop(self) -> None:
        """Let go of it; whoever waits for a weight gets a Fault."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._scale.stop()

    def wake(self) -> None:
        """Look for it now: something was plugged in."""
        self._scale.wake()

    def capture(self, timeout_s: float, about: str = "") -> Weight:
        """Take the weight of what lies on the scale now, waiting up to `timeout_s` seconds for it to come to rest.

        It counts as taken: the next parcel needs an empty platform in between, the same one (`about` names it) only
        another weight. Raises a Fault that says why there is
        none: `devices.scale_unstable`, `_stale`, `_overload`, `_under_zero`, `_zero_not_seen`, `_empty`, `_unit`,
        `_fault`.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            self._rule.request(at=time.monotonic(), about=about)
            self._last = self._verdict = None
            while self._verdict is not Capture.READY:
                left = deadline - time.monotonic()
                if left <= 0 or self._stopped:
                    raise weighing_fault(self.device, self._verdict, self._last)
                self._changed.wait(left)
            taken = self._last
            self._rule.taken()
            assert taken is not None
            recent = [(at, kg) for at, kg in self._recent if taken.monotonic - _CURVE_S <= at <= taken.monotonic]
        return replace(self._weight(taken, Capture.READY), curve=compact_curve(recent, taken.monotonic))

    def weigh(self, timeout_s: float) -> Weight:
        """Say what lies on the scale now, to try it: nothing counts as taken, and no empty platform is asked for.

        Blocks for up to `timeout_s` seconds. Raises the Fault that says why there is no weight, as `capture` does.
        """
        try:
            reading = self._scale.weigh(stable=True, timeout_s=timeout_s).result()
        except DeviceTimeout:
            raise Fault("devices.scale_unstable", retry=True, device=self.device) from None
        except DeviceError as error:
            raise command_fault(error, self.device) from error
        if reading.kg is None:
            verdict = Capture.NO_WEIGHT if trouble_of(reading) else Capture.UNIT_UNKNOWN
            raise weighing_fault(self.device, verdict, reading)
        return self._weight(reading, Capture.NOT_STABLE)

    def zero(self) -> None:
        """Set the empty platform to zero; blocks for some seconds.

        Raises the Fault `devices.refused` while something lies on it or moves, `devices.away` or `devices.no_answer`.
        """
        try:
            self._scale.zero().result()
        except DeviceError as error:
            raise command_fault(error, self.device) from error

    def export_traffic(self) -> str:
        """The last 64 KB of what was said, as text for support, with the station's time (UTC)."""
        return self._scale.export_traffic(now=clock.now())

    def history(self) -> DeviceHistory:
        """What its driver counted since the start."""
        return self._scale.history()

    def _read(self, reading: WeightReading) -> None:
        with self._changed:
            if reading.kg is not None:
                self._recent.append((reading.monotonic, reading.kg))
            verdict = self._rule.judge(reading)
            if self._verdict is not Capture.READY:  # the first good one is kept for the one who waits
                self._last, self._verdict = reading, verdict
                self._changed.notify_all()
        self._tell_trouble(trouble_of(reading))
        if reading.kg is not None:
            self._on_weight(self._weight(reading, verdict))

    def _weight(self, reading: WeightReading, verdict: Capture) -> Weight:
        assert reading.kg is not None
        return Weight(
            device=self.device,
            kg=reading.kg,
            stable=reading.stable,
            capturable=verdict is Capture.READY,
            age_s=time.monotonic() - reading.monotonic,
        )

    def _tell_trouble(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            health = Health.FAULT if trouble else Health.ONLINE
            self._on_state(DeviceState(self.device, DeviceRole.SCALE, health, trouble))

    def _state_changed(self, change: StateChanged) -> None:
        self._trouble = ""
        self._on_state(DeviceState(self.device, DeviceRole.SCALE, HEALTH[change.state], reason_word(change.reason)))
