"""Scanners that type: the drivers' decoder with this machine's settings, and its outcomes as scans.

The screens feed it every key, because only they see keys.
"""

import time
from uuid import uuid4

from app.domain.errors import Refusal
from app.domain.scanning import Scan
from app.settings import Settings
from drivers.scanners import scan as driver
from drivers.scanners.wedge import WedgeDecoder, WedgeSettings

SOURCE = "wedge"


def wedge_decoder(settings: Settings) -> WedgeDecoder:
    """The decoder for the wedge of this machine; refuses `devices.not_supported` where prefix and suffix are alike."""
    try:
        return WedgeDecoder(WedgeSettings(prefix=settings.wedge_prefix, suffix=settings.wedge_suffix))
    except ValueError as error:
        raise Refusal("devices.not_supported", device=SOURCE, why=str(error)) from error


def heard(outcome: object) -> Scan | None:
    """The scan that the decoder has made of keys; None for a code that did not arrive whole: scan again."""
    if not isinstance(outcome, driver.Scan):
        return None
    return Scan(
        event_id=uuid4(),
        raw=outcome.text,
        symbology=outcome.symbology,
        source=SOURCE,
        age_s=max(0.0, time.monotonic() - outcome.monotonic),
    )
