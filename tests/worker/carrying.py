"""What tests of carriers share: carriers that are set up, cartons to send, and the outbox worked on by hand."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.connectors.carriers import Carrier, carrier_of
from app.database.carriers import StoredCarrier
from app.database.session import Row
from app.dialogs.dialog import Result
from app.domain.carriers import CarrierSetup
from app.domain.shipping import FORM
from app.services import clock, policies
from app.services.carriers import setting_up
from app.services.changes import Changes
from app.services.work import Worker
from app.worker.outbox import Outbox
from tests.dialogs.bench import TARE, Bench, on_the_scale, put_on_scale
from tests.dialogs.conversation import Conversation

SWIFT: Mapping[str, Any] = {
    "services": [{"code": "parcel", "name": "Swift parcel", "days": 1, "hazard": True}],
    "ranges": [
        {"prefix": "RR", "first": 47312482, "last": 47312483, "digits": 8, "check": "s10", "suffix": "DE"},
        {"prefix": "RS", "first": 1, "last": 1, "digits": 8, "check": "s10", "suffix": "DE", "warn_at": 2},
    ],
    "columns": [
        {"heading": "ref", "source": "reference"},
        {"heading": "barcode", "source": "tracking"},
        {"heading": "kg", "source": "weight_kg"},
    ],
    "heading": True,
}


@dataclass
class Depot:
    """A warehouse with a packing bench, and the worker's login that asks carriers."""

    bench: Bench
    worker: Worker
    folder: Path

    def set_up(self, code: str = "swift", **more: object) -> None:
        """A carrier by files that drops into the folder; every carton goes with it."""
        setup = {**SWIFT, "folder": str(self.folder), **more}
        self.desk.run(
            lambda unit: setting_up.save(
                unit, StoredCarrier(code, code.title(), "file", setup, True, self.version(code))
            )
        )
        self.send_with(code)

    def version(self, code: str) -> int:
        """In which version a carrier is; 0 where there is none."""
        known = self.desk.run(setting_up.carriers)
        return next((one.version for one in known if one.code == code), 0)

    def send_with(self, carrier: str) -> None:
        """From now on the rules name this carrier."""
        rules = {"rules": [{"name": "test", "when": [], "then": {"carrier": carrier, "service": "parcel"}}]}
        known = self.desk.run(policies.policies)
        now = max(one.version for one in known if one.capability == FORM.capability)
        self.desk.run(lambda unit: policies.save(unit, rules, capability=FORM.capability, version=now))

    @property
    def desk(self) -> Worker:
        """The manager's desk."""
        return Worker(self.bench.site.desk, Changes())

    def close(self, packer: Conversation) -> str:
        """One widget in a closed carton; returns the order's number."""
        number = on_the_scale(self.bench, packer, ("WIDGET", 1))
        put_on_scale(packer, TARE + Decimal("0.5"))
        return number

    def work(
        self, carriers: Callable[[CarrierSetup], Carrier] = carrier_of, *, answer_s: float = 5.0, lease_s: int = 30
    ) -> None:
        """Do what is due on the outbox."""
        Outbox(self.worker, carriers, now=clock.now, answer_s=answer_s, lease_s=lease_s).work()

    def purchases(self) -> list[Row]:
        """Every label that was wanted, the oldest first."""
        with self.bench.site.desk.transaction() as session:
            return session.rows("SELECT * FROM purchase ORDER BY id")

    def trail(self) -> list[str]:
        """Every state of every label."""
        with self.bench.site.desk.transaction() as session:
            return [row["state"] for row in session.rows("SELECT state FROM purchase_history ORDER BY at, id")]

    def files(self) -> list[str]:
        """What lies in the carrier's folder."""
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())


def news_of_carrier(talk: Conversation) -> None:
    """Somebody says that a carrier has answered; the dialog looks for itself."""
    talk.handle(Result(uuid.uuid4(), "carrier", uuid.uuid4(), "", {}))
