"""What happened to a device goes on under other settings."""

from datetime import UTC, datetime

from app.devices.history import continued
from app.domain.equipment import DeviceHistory, Health, HealthChange

_AT = datetime(2026, 11, 23, tzinfo=UTC)


def test_counters_and_changes_go_on_where_they_were() -> None:
    first, second = HealthChange(_AT, Health.ONLINE, ""), HealthChange(_AT, Health.OFFLINE, "unplugged")
    before = DeviceHistory("scale", opened=2, lost=1, messages=40, errors=3, last_bytes=b"old", changes=(first,))
    now = DeviceHistory("scale", opened=1, messages=2, changes=(second,))
    together = continued(before, now)
    assert (together.opened, together.lost, together.messages, together.errors) == (3, 1, 42, 3)
    assert together.last_bytes == b"old"
    assert together.changes == (first, second)


def test_a_device_that_is_new_begins_its_history() -> None:
    now = DeviceHistory("scale", opened=1)
    assert continued(None, now) is now


def test_no_more_changes_are_kept_than_are_shown() -> None:
    many = tuple(HealthChange(_AT, Health.ONLINE, str(number)) for number in range(50))
    kept = continued(DeviceHistory("scale", changes=many), DeviceHistory("scale", changes=many[:1])).changes
    assert (len(kept), kept[0].reason, kept[-1].reason) == (50, "1", "0")
