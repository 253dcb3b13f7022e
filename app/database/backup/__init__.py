"""Backups of a database, and databases made from them.

A backup is one file: PostgreSQL's own dump of one consistent moment, the people's logins, and a manifest that says what
must come out of it again. Who asks for it, when, and how many are kept is not decided here.

The parts: `archive` (the file), `tools` (pg_dump and pg_restore), `roles` (logins and their groups), `taking` (a
backup from a running database), `building` (a database from a backup, and whether it is what it was), `replacing`
(the new one takes the place of the old one).
"""

from app.database.backup.archive import Archive, Manifest
from app.database.backup.building import (
    Built,
    alone,
    build,
    data_and_size,
    drop,
    is_replayed,
    prefix_at,
    server_major,
    verify,
    with_database,
)
from app.database.backup.replacing import drop_kept, held_data, kept, put_in_place
from app.database.backup.taking import take
from app.database.backup.tools import Tools

__all__ = [
    "Archive",
    "Built",
    "Manifest",
    "Tools",
    "alone",
    "build",
    "data_and_size",
    "drop",
    "drop_kept",
    "held_data",
    "is_replayed",
    "kept",
    "prefix_at",
    "put_in_place",
    "server_major",
    "take",
    "verify",
    "with_database",
]
