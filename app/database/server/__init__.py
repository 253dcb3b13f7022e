"""The embedded PostgreSQL server: one for each home, shared by every program of that home.

A program calls `attach(home)`: the first one creates the cluster and starts the server, later ones find it running, and
the last one to release stops it. `ensure_running` brings it back after a crash. What the database contains (schema,
roles, rows) is not this module's business: it hands out the address of an owner of an empty database.

The parts: `home` (which files stand where), `locks` (who uses a home), `account` (under whom the server runs when
the program is root), `cluster` (creating and configuring), `postmaster` (starting, watching, stopping).
"""

from app.database.server.attachment import Attachment, Status, attach, status, stop

__all__ = ["Attachment", "Status", "attach", "status", "stop"]
