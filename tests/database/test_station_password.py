"""PostgreSQL lets a login change its own password: the station is locked out and says so, and IT lets it in again."""

import contextlib
from urllib.parse import urlsplit

import pytest

from app.database import installation
from app.domain.errors import Fault
from tests.support import TEMPLATE, Site


def test_a_station_whose_password_was_changed_says_so_and_is_let_in_again(warehouse: Site) -> None:
    known = urlsplit(warehouse.template.login("st_bench1", warehouse.url))
    assert known.username is not None
    own = Site(warehouse.template, warehouse.url)  # a password is asked for by new connections
    with warehouse.superuser() as superuser, contextlib.closing(own):
        try:
            with own.login("st_bench1").transaction() as session:
                session.change(f"ALTER ROLE {known.username} PASSWORD 'mine-now'")
            station = own.login("st_bench1")
            with pytest.raises(Fault) as caught, station.transaction():
                pass
        finally:
            installation.employ(superuser, known.username, prefix=TEMPLATE, group="station", password=known.password)
        assert (caught.value.code, caught.value.retry) == ("database.login_refused", False)
        with station.transaction() as session:
            assert session.row("SELECT this_station() IS NOT NULL AS known") == {"known": True}
