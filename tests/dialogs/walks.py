"""Several orders on one walk: what the tests of walks share."""

import json
import uuid
from collections.abc import Sequence
from uuid import UUID

from tests.support import Site


def walk(site: Site, *numbers: str, mode: str = "cluster", zone: UUID | None = None, lane: UUID | None = None) -> str:
    """Release one walk with these orders, in the order of its slots; returns its number."""
    return release(site, [{"mode": mode, "orders": ids(site, numbers), "zone": zone, "lane": lane}])[0]


def release(site: Site, walks: Sequence[dict[str, object]]) -> list[str]:
    """Release walks as they are described; returns their numbers."""
    with site.desk.transaction() as session:
        answer = session.call(
            "release_walks",
            request=uuid.uuid4(),
            warehouse=site.warehouse,
            walks=json.dumps(walks, default=str),
        )
    return list(answer["walks"])


def ids(site: Site, numbers: Sequence[str]) -> list[UUID]:
    """The ids of documents, in the order of their numbers given."""
    with site.desk.transaction() as session:
        rows = session.rows("SELECT id, number FROM document WHERE number = ANY (%(numbers)s)", numbers=list(numbers))
    known = {row["number"]: row["id"] for row in rows}
    return [known[number] for number in numbers]


def decision(site: Site, number: str) -> str:
    """What was decided about a document."""
    with site.desk.transaction() as session:
        row = session.row("SELECT decision FROM document WHERE number = %(number)s", number=number)
    assert row is not None
    return str(row["decision"])
