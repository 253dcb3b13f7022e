"""Network devices, with real sockets on loopback."""

import socket
import struct
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import TransportLost, TransportTimeout
from tests.drivers.events import PATIENCE_S


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_S)
        yield server


@pytest.fixture
def pair(listener: socket.socket) -> Iterator[tuple[TcpTransport, socket.socket]]:
    transport = TcpTransport("127.0.0.1", listener.getsockname()[1])
    transport.open()
    device, _ = listener.accept()
    device.settimeout(PATIENCE_S)
    with device:
        yield transport, device
    transport.close()


def test_bytes_pass_both_ways(pair: tuple[TcpTransport, socket.socket]) -> None:
    transport, device = pair
    transport.write(b"^XA^XZ", timeout_s=1)
    assert device.recv(100) == b"^XA^XZ"
    device.sendall(b"\x02status\x03")
    assert transport.read(timeout_s=PATIENCE_S) == b"\x02status\x03"
    assert transport.read(timeout_s=0.02) == b""


def test_the_end_of_the_connection_is_lost(pair: tuple[TcpTransport, socket.socket]) -> None:
    transport, device = pair
    device.close()
    with pytest.raises(TransportLost, match="closed the connection"):
        transport.read(timeout_s=PATIENCE_S)


def test_a_reset_in_the_middle_of_a_label_is_lost_and_says_how_much_was_taken(
    pair: tuple[TcpTransport, socket.socket],
) -> None:
    transport, device = pair
    device.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    label = b"x" * 50_000_000
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(transport.write, label, timeout_s=PATIENCE_S)
        assert device.recv(1000)
        device.close()
        with pytest.raises(TransportLost) as lost:
            writing.result(PATIENCE_S)
    assert lost.value.written is not None
    assert 0 < lost.value.written < len(label)


def test_a_printer_that_does_not_read_times_out_and_says_how_much_it_took(
    pair: tuple[TcpTransport, socket.socket],
) -> None:
    transport, _ = pair
    label = b"x" * 50_000_000
    with pytest.raises(TransportTimeout) as late:
        transport.write(label, timeout_s=0.2)
    assert late.value.written is not None
    assert 0 < late.value.written < len(label)


def test_nobody_listening_is_lost(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(TransportLost):
        TcpTransport("127.0.0.1", port).open()


def test_closing_from_another_thread_ends_a_blocked_read(pair: tuple[TcpTransport, socket.socket]) -> None:
    transport, _ = pair
    reading = threading.Event()

    def read() -> bytes:
        reading.set()
        return transport.read(timeout_s=60)

    with ThreadPoolExecutor(1) as pool:
        blocked = pool.submit(read)
        assert reading.wait(PATIENCE_S)
        transport.close()
        with pytest.raises(TransportLost):
            blocked.result(PATIENCE_S)


def test_a_closed_transport_took_nothing(pair: tuple[TcpTransport, socket.socket]) -> None:
    transport, _ = pair
    transport.close()
    transport.close()
    with pytest.raises(TransportLost) as lost:
        transport.write(b"x", timeout_s=1)
    assert lost.value.written == 0


def test_an_impossible_port_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="port"):
        TcpTransport("127.0.0.1", 0)
