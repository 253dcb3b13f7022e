"""The scale as the program sees it: readings and states come by callback, commands give a `Future`.

Knows no bytes (the protocol does) and no ports (the transport does).
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from typing import Protocol

from drivers.device import (
    Command,
    DataEvent,
    DeviceProtocol,
    DeviceRefused,
    DeviceState,
    ErrorEvent,
    Reason,
    Result,
    StateChanged,
)
from drivers.history import DeviceHistory
from drivers.scales.reading import ScaleAnswer, ScaleMessage, WeightReading
from drivers.scales.sics import Sics
from drivers.transports.recording import RecordingTransport, Traffic
from drivers.transports.transport import Transport
from drivers.worker import Event, Worker


class ScaleProtocol(DeviceProtocol[ScaleMessage], Protocol):
    """What the language of a scale must be able to say.

    A command that the language does not have raises `DeviceRefused("not_supported")`.
    """

    def weigh(self, *, stable: bool, timeout_s: float) -> Command[ScaleMessage, WeightReading]:
        """The next reading, or the next stable one."""
        ...

    def zero(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Set the empty platform to zero."""
        ...

    def tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Take what lies on the platform as tare."""
        ...

    def clear_tare(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Forget the tare."""
        ...

    def identify(self) -> Command[ScaleMessage, ScaleAnswer]:
        """Ask something that changes nothing, best of all the serial number."""
        ...


class Scale:
    """One scale.

    The callbacks are called in the scale's own thread, with values that may be handed to any other; after `stop()`
    has returned, none is called any more.

    Args:
        name: what log lines call it.
        transport: how it is attached.
        on_reading: called with the newest reading of each read; of what a fast scale sent in between, only the last
            empty platform is passed on, so that `CaptureRule` sees it.
        on_state: called when the scale's health changes.
        protocol: what it speaks; MT-SICS when nothing is said.
    """

    def __init__(
        self,
        name: str,
        transport: Transport,
        *,
        on_reading: Callable[[WeightReading], None],
        on_state: Callable[[StateChanged], None],
        protocol: ScaleProtocol | None = None,
    ) -> None:
        self.name = name
        self._on_reading = on_reading
        self._on_state = on_state
        self._protocol: ScaleProtocol = protocol or Sics()
        self._recording = RecordingTransport(transport)
        self._worker: Worker[ScaleMessage] = Worker(
            name, self._recording, self._protocol, self._receive, condense=newest_readings
        )

    @property
    def state(self) -> DeviceState:
        """The health as it was last reported."""
        return self._worker.state

    @property
    def reason(self) -> Reason:
        """Why it is so."""
        return self._worker.reason

    def start(self) -> None:
        """Look for the scale and keep talking with it."""
        self._worker.start()

    def stop(self) -> bool:
        """Let go of the scale; returns whether its thread ended within two seconds."""
        return self._worker.stop()

    def wake(self) -> None:
        """Look for the scale now: something was plugged in."""
        self._worker.wake()

    def weigh(self, *, stable: bool = True, timeout_s: float = 5.0) -> "Future[WeightReading]":
        """Ask for the next (stable) reading; the result may be one without a value, such as an overload."""
        return self._submit(lambda: self._protocol.weigh(stable=stable, timeout_s=timeout_s))

    def zero(self) -> "Future[ScaleAnswer]":
        """Set the empty platform to zero; `DeviceRefused` when it is not empty or not at rest."""
        return self._submit(self._protocol.zero)

    def tare(self) -> "Future[ScaleAnswer]":
        """Take what lies on the platform as tare."""
        return self._submit(self._protocol.tare)

    def clear_tare(self) -> "Future[ScaleAnswer]":
        """Forget the tare."""
        return self._submit(self._protocol.clear_tare)

    def check_health(self) -> "Future[ScaleAnswer]":
        """Ask what changes nothing, where there is one the serial number: shows that it answers (UPOS CH_INTERNAL)."""
        return self._submit(self._protocol.identify)

    def history(self) -> DeviceHistory:
        """Counters since the start, and the last changes of its state."""
        return self._worker.history()

    def recorded(self) -> tuple[Traffic, ...]:
        """Return the last 64 KB of traffic."""
        return self._recording.recorded()

    def export_traffic(self, *, now: datetime | None = None) -> str:
        """Return the last 64 KB of traffic as text for support; with `now`, the aware present, by its clock."""
        return self._recording.export(now=now)

    def _submit(self, command: Callable[[], Command[ScaleMessage, Result]]) -> "Future[Result]":
        """Hand a command over; one that this protocol does not have fails at once with its `DeviceRefused`."""
        try:
            return self._worker.submit(command())
        except DeviceRefused as refused:
            future: Future[Result] = Future()
            future.set_exception(refused)
            return future

    def _receive(self, event: Event[ScaleMessage]) -> None:
        match event:
            case DataEvent(value=WeightReading() as reading):
                self._on_reading(reading)
            case StateChanged():
                self._on_state(event)
            case DataEvent() | ErrorEvent():
                pass  # answers end in their Future; noise is counted by the staleness of the readings


def newest_readings(messages: list[ScaleMessage]) -> list[ScaleMessage]:
    """Keep the last reading, and before it the last stable zero: what stood in between is of no use to anybody."""
    readings = [message for message in messages if isinstance(message, WeightReading)]
    zeros = [reading for reading in readings[:-1] if reading.zero and reading.stable]
    return [*zeros[-1:], *readings[-1:]]
