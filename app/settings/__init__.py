"""Settings of this machine; what all machines share stands in the database instead.

They are read from `settings.toml` of the home, then from the environment (`STOCKHAND_DATABASE_URL` for
`database.url`), then from the command line; later ones win. Whatever is wrong in any of them is reported
whole, in one `SettingsError`, and never replaced by a default.
"""

from app.settings.declared import DECLARED, Declared, Settings, Theme
from app.settings.devices import (
    PDF,
    PROTOCOLS,
    Confirmation,
    DeviceSetting,
    Flow,
    HidTransport,
    Media,
    Role,
    SerialTransport,
    SpoolerTransport,
    Suffix,
    TcpTransport,
    Transport,
    UsbIdentity,
    UsbTransport,
    WedgeTransport,
    device_table,
    read_devices,
)
from app.settings.faults import SettingFault, SettingsError
from app.settings.file import FILE_NAME, home_folder, load, save, template
from app.settings.places import KEYBOARD, Line, line_of, place_of, transport_at

__all__ = [
    "DECLARED",
    "FILE_NAME",
    "KEYBOARD",
    "PDF",
    "PROTOCOLS",
    "Confirmation",
    "Declared",
    "DeviceSetting",
    "Flow",
    "HidTransport",
    "Line",
    "Media",
    "Role",
    "SerialTransport",
    "SettingFault",
    "Settings",
    "SettingsError",
    "SpoolerTransport",
    "Suffix",
    "TcpTransport",
    "Theme",
    "Transport",
    "UsbIdentity",
    "UsbTransport",
    "WedgeTransport",
    "device_table",
    "home_folder",
    "line_of",
    "load",
    "place_of",
    "read_devices",
    "save",
    "template",
    "transport_at",
]
