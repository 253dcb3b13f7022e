"""A conversation without a screen: one runner, driven event by event, against the real database."""

import uuid
from uuid import UUID

from app.database.session import Database
from app.dialogs.definition import AnyDialog
from app.dialogs.dialog import Event, Key, Level, Prompt, Started
from app.dialogs.runner import Runner, ScanInput
from app.domain.scanning import Scan
from app.services.changes import Changes
from app.services.work import Worker
from tests.support import Site


class Conversation:
    """What a person does at a station, and what they are shown."""

    def __init__(self, database: Database, dialog: AnyDialog, site: Site) -> None:
        self.worker = Worker(database, Changes())
        self.runner = Runner(self.worker, dialog, warehouse=site.warehouse, station="bench1")
        self.runner.open()
        self.prompt = self.handle(Started(uuid.uuid4()))

    def handle(self, event: Event | ScanInput) -> Prompt:
        """Hand one event over."""
        self.prompt = self.runner.handle(event)
        return self.prompt

    def scan(self, raw: str, symbology: str = "", *, event: UUID | None = None) -> Prompt:
        """Scan a code."""
        return self.handle(ScanInput(Scan(event or uuid.uuid4(), raw, symbology)))

    def key(self, command: str, text: str = "") -> Prompt:
        """Press a key, choose, or type."""
        return self.handle(Key(uuid.uuid4(), command, text))

    @property
    def said(self) -> str:
        """The code in the feedback band."""
        return self.prompt.feedback.code if self.prompt.feedback else ""

    @property
    def level(self) -> Level | None:
        """How loud it is."""
        return self.prompt.feedback.level if self.prompt.feedback else None
