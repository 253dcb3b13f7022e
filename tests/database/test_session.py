"""How a station's connections come and go."""

import gc
import threading

from app.database.server import Attachment
from app.database.session import Database


def test_a_connection_that_is_at_work_while_the_program_closes_is_closed_after_it(embedded_server: Attachment) -> None:
    """Left open it would be reported as a resource that nobody closed, which fails this test as a warning."""
    database = Database(embedded_server.url, application="leaving")
    at_work, closed = threading.Event(), threading.Event()
    told: list[bool] = []

    def work() -> None:
        with database.transaction() as session:
            at_work.set()
            closed.wait(5)
            told.append(session.row("SELECT true AS alive") == {"alive": True})

    thread = threading.Thread(target=work)
    thread.start()
    assert at_work.wait(5)
    database.close()
    closed.set()
    thread.join(5)
    gc.collect()
    assert told == [True]
    with database.transaction() as session:  # a moment later still answers, and leaves nothing behind either
        assert session.row("SELECT count(*) AS others FROM pg_stat_activity WHERE application_name = 'leaving'") == {
            "others": 1
        }
    gc.collect()
