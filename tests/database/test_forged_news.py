"""Anybody who may connect can send a notification; what is none of ours is read as nothing."""

import json

import pytest

from app.database import notifications


@pytest.mark.parametrize(
    "payload",
    ["", "5", "{}", "[[]]", '[["stock", 5]]', '[["stock", [1]]]', '[["stock", {"a": 1}]]', "[" * 7900, "\x00"],
)
def test_a_forged_notification_says_nothing_and_stops_nobody(payload: str) -> None:
    assert notifications.read(payload) == []


def test_what_a_station_tells_is_understood() -> None:
    assert notifications.read(json.dumps([["stock", None]])) == [("stock", None)]
