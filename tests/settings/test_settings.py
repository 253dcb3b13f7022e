"""A machine is set by a file, the environment and the command line; what is wrong is named, all of it."""

import stat
import sys
from pathlib import Path

import pytest

from app import settings
from app.settings import (
    Confirmation,
    DeviceSetting,
    Media,
    Role,
    SerialTransport,
    Settings,
    SettingsError,
    TcpTransport,
    Theme,
    UsbIdentity,
    WedgeTransport,
)

DEVICES = """
# the packing bench
[screen]
theme = "dark"  # the hall is dim

[[device]]
id = "pack1-scale"
role = "scale"
protocol = "sics"
unit_default = "kg"
required = true
transport = { kind = "serial", match = { vid = 0x0403, pid = 0x6001, serial = "A10K" }, baud = 9600, format = "8N1" }

[[device]]
id = "pack1-zpl"
role = "label_printer"
protocol = "zpl"
dpi = 300
media = { width_mm = 100, length_mm = 150.5 }
transport = { kind = "tcp", host = "printer.local", port = 9100 }
confirm = "scan_back"
"""


def write(home: Path, text: str) -> None:
    (home / settings.FILE_NAME).write_text(text, "utf-8")


def faults_of(home: Path, **given: dict[str, str]) -> list[tuple[int, str, str]]:
    with pytest.raises(SettingsError) as refused:
        settings.load(home, environment=given.get("environment", {}), options=given.get("options"))
    return [(fault.line, fault.key, fault.reason) for fault in refused.value.faults]


def test_without_a_file_everything_has_its_default(home: Path) -> None:
    assert settings.load(home, environment={}) == Settings(home=home)
    assert Settings(home=home).database_url == ""


def test_the_command_line_beats_the_environment_and_that_beats_the_file(home: Path) -> None:
    write(home, '[station]\nname = "file"\n[screen]\nlanguage = "de"\ntheme = "dark"\n')
    found = settings.load(
        home,
        environment={"STOCKHAND_STATION_NAME": "environment", "STOCKHAND_SCREEN_THEME": "light"},
        options={"station.name": "option"},
    )
    assert (found.station_name, found.theme, found.language) == ("option", Theme.LIGHT, "de")


def test_devices_are_read_as_what_they_are(home: Path) -> None:
    write(home, DEVICES)
    scale, printer = settings.load(home, environment={}).devices
    assert scale == DeviceSetting(
        id="pack1-scale",
        role=Role.SCALE,
        protocol="sics",
        transport=SerialTransport(match=UsbIdentity(0x0403, 0x6001, "A10K")),
        required=True,
        unit_default="kg",
    )
    assert printer.transport == TcpTransport("printer.local", 9100)
    assert (printer.dpi, printer.media, printer.confirm) == (300, Media(100, 150.5), Confirmation.SCAN_BACK)


def test_every_fault_is_named_with_its_line_and_nothing_is_replaced_by_a_default(home: Path) -> None:
    write(
        home,
        DEVICES.replace('theme = "dark"', 'theme = "pink"\nlanguag = "en"')
        .replace("baud = 9600", 'baud = "fast"')
        .replace("port = 9100", "prot = 9100")
        .replace('protocol = "zpl"\n', ""),
    )
    assert sorted(faults_of(home)) == [
        (4, "screen.theme", "must be one of light, dark, system"),
        (5, "screen.languag", "unknown setting; did you mean screen.language?"),
        (13, "device[0].transport.baud", "must be a whole number"),
        (15, "device[1].protocol", "is missing"),
        (20, "device[1].transport.port", "is missing"),
        (20, "device[1].transport.prot", "unknown; known are host, port"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[screen\ntheme = 1", 1),
        ('a = 1\nb = "open', 2),
        ("database = 5", 1),
        ("device = 1", 1),
        ("[sound]\non = 7", 2),
    ],
)
def test_a_file_that_is_not_settings_is_refused_with_the_line(home: Path, text: str, line: int) -> None:
    write(home, text)
    assert [fault[0] for fault in faults_of(home)] == [line]


def test_a_file_that_is_not_text_or_not_a_file_is_refused(home: Path) -> None:
    (home / settings.FILE_NAME).write_bytes(b"ok = 1\n\xff\xfe")
    assert faults_of(home) == [(2, "", "is not UTF-8 text")]
    (home / settings.FILE_NAME).unlink()
    (home / settings.FILE_NAME).mkdir()
    assert len(faults_of(home)) == 1


def test_wrong_values_from_outside_the_file_are_named_with_their_source(home: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load(home, environment={"STOCKHAND_SOUND_ON": "loud"}, options={"no.such": "1"})
    assert [(fault.path, fault.key) for fault in refused.value.faults] == [
        ("environment", "sound.on"),
        ("command line", "no.such"),
    ]


def test_a_wrong_address_does_not_show_its_password(home: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        settings.load(home, environment={}, options={"database.url": "mysql://me:secret@host/db"})
    assert "secret" not in str(refused.value)
    assert "postgresql://" in str(refused.value)


@pytest.mark.parametrize("transport", ["{ kind = 'serial' }", "{ kind = 'smoke' }", "7", "{ host = 'x', port = 1 }"])
def test_a_device_that_cannot_be_reached_as_written_is_refused(home: Path, transport: str) -> None:
    write(home, f'[[device]]\nid = "a"\nrole = "scanner"\nprotocol = "plain"\ntransport = {transport}\n')
    assert [(line, key) for line, key, _ in faults_of(home)] == [(5, "device[0].transport")]


def test_two_devices_of_one_name_are_refused(home: Path) -> None:
    one = '[[device]]\nid = "a"\nrole = "scanner"\nprotocol = "plain"\n[device.transport]\nkind = "wedge"\n'
    write(home, one + one)
    assert faults_of(home) == [(8, "device[1].id", "is used twice")]


def test_saving_keeps_comments_and_what_others_wrote(home: Path) -> None:
    write(home, DEVICES)
    settings.save(home, {"screen.theme": Theme.LIGHT, "station.name": "Dock 1"})
    text = (home / settings.FILE_NAME).read_text("utf-8")
    assert "# the packing bench" in text
    assert "# the hall is dim" in text
    found = settings.load(home, environment={})
    assert (found.theme, found.station_name, len(found.devices)) == (Theme.LIGHT, "Dock 1", 2)
    if sys.platform != "win32":
        assert stat.S_IMODE((home / settings.FILE_NAME).stat().st_mode) == 0o600


def test_a_protocol_that_does_not_exist_is_told_with_those_that_do(home: Path) -> None:
    write(home, DEVICES.replace('protocol = "sics"', 'protocol = "sisc"'))
    ((_, key, reason),) = faults_of(home)
    assert key == "device[0].protocol"
    assert reason.startswith("must be one of sics, toledo_8217, nci")
    write(home, DEVICES.replace('protocol = "sics"', 'protocol = "pattern"'))
    assert [key for _, key, _ in faults_of(home)] == ["device[0].pattern"]


def test_devices_saved_are_the_devices_read(home: Path) -> None:
    devices = (
        DeviceSetting("gun", Role.SCANNER, "plain", SerialTransport(port="/dev/ttyACM0", baud=115200)),
        DeviceSetting("keys", Role.SCANNER, "plain", WedgeTransport(), required=True),
        DeviceSetting("zpl", Role.LABEL_PRINTER, "zpl", TcpTransport("127.0.0.1", 9100), media=Media(50, 25.5)),
        DeviceSetting("scale", Role.SCALE, "sics", SerialTransport(match=UsbIdentity(1, 2)), unit_default="g"),
    )
    settings.save(home, {}, devices=devices)
    assert settings.load(home, environment={}).devices == devices
    settings.save(home, {"sound.on": False}, devices=devices[:1])
    assert settings.load(home, environment={}).devices == devices[:1]


def test_a_wrong_value_is_not_saved(home: Path) -> None:
    with pytest.raises(SettingsError):
        settings.save(home, {"screen.theme": "pink", "station.name": "Dock 1"})
    assert not (home / settings.FILE_NAME).exists()


def test_the_template_names_every_setting_and_changes_nothing(home: Path) -> None:
    write(home, settings.template())
    assert settings.load(home, environment={}) == Settings(home=home)
    for declared in settings.DECLARED.values():
        assert declared.help in settings.template()


def test_the_home_is_the_option_or_the_environment_or_the_platform(tmp_path: Path) -> None:
    assert settings.home_folder(tmp_path, environment={"STOCKHAND_HOME": "/other"}) == tmp_path
    assert settings.home_folder(environment={"STOCKHAND_HOME": str(tmp_path)}) == tmp_path
    assert settings.home_folder(environment={}).name == "stockhand"
