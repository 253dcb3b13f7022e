"""A program of its own that posts, for tests that kill it: `python -m tests.faults.poster URL TOKEN FACTS`.

It reads request ids from standard input, one a line, posts one move for each under that id, and prints the id when
the commit was confirmed. `hold` as first word of a line: stop before the commit until a second line comes.
"""

import json
import sys
from decimal import Decimal
from uuid import UUID

from app.database.session import Database


def main(url: str, token: str, facts: str) -> None:
    """Post until standard input ends."""
    known = json.loads(facts)
    database = Database(url, application="poster")
    database.token = token
    for line in sys.stdin:
        *hold, request = line.split()
        with database.transaction() as session:
            session.call(
                "post_moves",
                request=UUID(request),
                kind="move",
                warehouse=UUID(known["warehouse"]),
                items=[UUID(known["item"])],
                qtys=[Decimal(1)],
                from_locations=[UUID(known["source"])],
                to_locations=[UUID(known["target"])],
            )
            if hold:
                print("held", flush=True)  # noqa: T201  (what it is for)
                sys.stdin.readline()
        print(request, flush=True)  # noqa: T201  (what it is for)


if __name__ == "__main__":
    main(*sys.argv[1:])
