"""Carriers: the one interface that all of them have, and those that there are.

A carrier by an interface of its own plugs in here: a class with these methods in a file of its own, and a line in
`carrier_of`. Everything around it (rates compared, labels bought once, manifests, papers) is done elsewhere.
"""

from app.connectors.carriers.carrier import Carrier
from app.connectors.carriers.drop import Drop
from app.connectors.carriers.file_carrier import FileCarrier
from app.connectors.carriers.own_delivery import OwnDelivery
from app.domain.carriers import CarrierSetup

__all__ = ["Carrier", "Drop", "FileCarrier", "OwnDelivery", "carrier_of"]


def carrier_of(setup: CarrierSetup) -> Carrier:
    """The carrier of a set-up, ready to be asked."""
    return OwnDelivery(setup) if setup.kind == "own" else FileCarrier(setup)
