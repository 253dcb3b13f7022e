"""What happened to the devices of this machine since the program started, in the warehouse's words."""

import threading
from collections import deque
from dataclasses import replace

from app.devices.faults import OnState
from app.domain.equipment import DeviceHistory, DeviceState, HealthChange
from app.services import clock
from drivers import history as driver

_KEPT_CHANGES = 50


def continued(before: DeviceHistory | None, now: DeviceHistory) -> DeviceHistory:
    """The history of a device that goes on after its settings, or those of another device, were changed."""
    if before is None:
        return now
    return replace(
        now,
        opened=before.opened + now.opened,
        lost=before.lost + now.lost,
        messages=before.messages + now.messages,
        errors=before.errors + now.errors,
        silent_s=before.silent_s if now.silent_s is None else now.silent_s,
        last_bytes=now.last_bytes or before.last_bytes,
        changes=(*before.changes, *now.changes)[-_KEPT_CHANGES:],
    )


class DeviceBook:
    """Remembers the last changes of each device, and hands every one of them on. Callable from any thread."""

    def __init__(self, on_state: OnState) -> None:
        self._on_state = on_state
        self._lock = threading.Lock()
        self._changes: dict[str, deque[HealthChange]] = {}

    def tell(self, state: DeviceState) -> None:
        """Be the callback of a device."""
        with self._lock:
            changes = self._changes.setdefault(state.device, deque(maxlen=_KEPT_CHANGES))
            changes.append(HealthChange(clock.now(), state.health, state.reason))
        self._on_state(state)

    def of(self, device: str, counted: driver.DeviceHistory) -> DeviceHistory:
        """The history of one device; `counted` is what its driver says."""
        with self._lock:
            changes = tuple(self._changes.get(device, ()))
        return DeviceHistory(
            device=device,
            opened=counted.opened,
            lost=counted.lost,
            messages=counted.frames,
            errors=counted.errors,
            silent_s=None if counted.heard_at is None else clock.monotonic_s() - counted.heard_at,
            last_bytes=counted.last_bytes,
            changes=changes,
        )
