"""How far a station's clock is off the server's."""

from datetime import UTC, datetime, timedelta

import pytest

from app.services import clock
from app.services.changes import Changes
from app.services.station_clock import ahead_of_server
from app.services.work import Worker
from tests.support import Site


@pytest.mark.parametrize("wrong", [timedelta(0), timedelta(days=1, minutes=5), timedelta(days=-400)])
def test_a_clock_is_off_by_what_it_is_off_whoever_is_signed_on(
    warehouse: Site, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + wrong)
    assert abs(ahead_of_server(Worker(warehouse.desk, Changes())) - wrong) < timedelta(minutes=1)
