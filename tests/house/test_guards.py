"""The guards around every test (tests/conftest.py) do guard."""

import socket
import threading

import pytest

from tests.conftest import NetworkUsedError, leaked_threads


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("printer.example", 9100)])
def test_another_machine_cannot_be_reached(address: tuple[str, int]) -> None:
    with socket.socket() as client:
        with pytest.raises(NetworkUsedError, match=address[0]):
            client.connect(address)
        with pytest.raises(NetworkUsedError, match=address[0]):
            client.connect_ex(address)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(("daemon", "name"), [(False, None), (False, "spooler"), (True, "device scale")])
def test_a_thread_that_goes_on_is_seen_and_one_that_ends_is_not(daemon: bool, name: str | None) -> None:
    before = set(threading.enumerate())
    end = threading.Event()
    thread = threading.Thread(target=end.wait, daemon=daemon, name=name)
    thread.start()
    assert leaked_threads(before, grace_s=0.05) == [thread.name]
    end.set()
    assert leaked_threads(before, grace_s=5) == []
