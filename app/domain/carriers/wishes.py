"""The carrier and the service that an order names: whether there are such, and which ones were probably meant."""

import difflib
from collections.abc import Iterable, Sequence

from app.domain.carriers.setup import LEVELS, CarrierSetup
from app.domain.errors import Refusal

_US = "house"
_SHOWN = 8


def wish_of(carrier: str, service: str, carriers: Sequence[CarrierSetup]) -> tuple[str, str]:
    """Carrier and service by their codes, however they were written: by code or by name, in any case.

    A service may be one of the levels, too; of ours, which leaves the choice to the rules, one of any carrier. Nothing,
    or the usual service, is no wish. Refuses `orders.unknown_carrier` and `orders.unknown_service`, naming those that
    are known, the most similar first.
    """
    theirs = next((one for one in carriers if _means(carrier, one.code, one.name)), None)
    if carrier and theirs is None and carrier.casefold() != _US:
        raise Refusal(
            "orders.unknown_carrier", carrier=carrier, known=_nearest(carrier, (one.code for one in carriers))
        )
    code = theirs.code if theirs else carrier
    if not service or service.casefold() in LEVELS:
        return code, service
    asked = [theirs] if theirs and code != _US else carriers
    offered = [each for one in asked for each in one.services]
    known = next((each.code for each in offered if _means(service, each.code, each.name)), "")
    if offered and not known:
        named = _nearest(service, (*(each.code for each in offered), *LEVELS))
        raise Refusal("orders.unknown_service", service=service, known=named)
    return code, known or service


def _means(said: str, code: str, name: str) -> bool:
    return said.strip().casefold() in (code.casefold(), name.casefold())


def _nearest(said: str, known: Iterable[str]) -> str:
    """What is known, the most similar first."""
    names = sorted(set(known), key=lambda one: (-difflib.SequenceMatcher(None, said.casefold(), one).ratio(), one))
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "") if names else "–"
