"""Simulated devices at ports."""

import os
import socket
import stat
from pathlib import Path

import pytest

from drivers.simulators.hosting import Hosting, serve, serve_pty, serve_tcp
from drivers.simulators.lines import Rfc2217Line
from drivers.simulators.scanner import ScannerSimulator
from drivers.simulators.script import perform
from drivers.transports.serial_port import SerialTransport
from drivers.transports.tcp import TcpTransport
from drivers.transports.transport import TransportLost
from tests.drivers.events import PATIENCE_S


@pytest.mark.skipif(os.name != "posix", reason="ptys are POSIX")
def test_a_pty_keeps_its_name_and_leaves_nothing_behind() -> None:
    with serve_pty(ScannerSimulator()) as host:
        path = Path(host.url)
        first = path.resolve()
        assert stat.S_ISCHR(first.stat().st_mode)
        host.unplug()
        assert not path.is_symlink()
        host.unplug()
        host.replug()
        assert path.is_symlink()
        host.replug()
    assert not path.parent.exists()


def test_a_tcp_port_keeps_its_number() -> None:
    with serve_tcp(ScannerSimulator()) as host:
        url = host.url
        host.unplug()
        with pytest.raises(TransportLost):
            SerialTransport(url).open()
        host.replug()
        assert host.url == url
        transport = SerialTransport(url)
        transport.open()
        transport.close()


def test_a_second_program_is_turned_away() -> None:
    simulator = ScannerSimulator()
    with serve_tcp(simulator) as host:
        port = int(host.url.rsplit(":", 1)[1])
        first, second = TcpTransport("127.0.0.1", port), TcpTransport("127.0.0.1", port)
        first.open()
        simulator.scan("R01")
        assert first.read(timeout_s=PATIENCE_S) == b"]C0R01\r"
        second.open()
        with pytest.raises(TransportLost):
            second.read(timeout_s=PATIENCE_S)
        simulator.scan("R02")
        assert first.read(timeout_s=PATIENCE_S) == b"]C0R02\r"
        first.close()
        second.close()


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial 3.5, on Python 3.10 and later
def test_an_rfc2217_port_is_told_the_format() -> None:
    line = Rfc2217Line()
    with Hosting(ScannerSimulator(), line) as host:
        transport = SerialTransport(host.url, 4800, "7E2", xonxoff=True)
        transport.open()
        transport.close()
    told = line.settings
    assert (told.baudrate, told.bytesize, told.parity, told.stopbits, told.xonxoff) == (4800, 7, "E", 2, True)


def test_a_client_that_vanishes_makes_room_for_the_next() -> None:
    simulator = ScannerSimulator()
    with serve_tcp(simulator) as host:
        port = int(host.url.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)):
            pass
        transport = TcpTransport("127.0.0.1", port)
        transport.open()
        simulator.scan("R01")
        assert transport.read(timeout_s=PATIENCE_S) == b"]C0R01\r"
        transport.close()


def test_the_port_of_this_system_is_chosen() -> None:
    with serve(ScannerSimulator()) as host:
        assert host.url.startswith("/" if os.name == "posix" else "rfc2217://")


def test_a_host_can_be_closed_twice() -> None:
    host = serve(ScannerSimulator())
    host.close()
    host.close()


def test_a_scanner_says_what_it_reads() -> None:
    simulator = ScannerSimulator(prefix=b"\x02", suffix=b"\r\n", send_aim=False)
    actions = simulator.actions()
    for line in ("scan R01 ]C0", "part R0", "garbage ff"):
        perform(line, actions)
    assert simulator.say(0.0) == b"\x02R01\r\n\x02]C0R0\xff"
    assert simulator.say(0.0) == b""
