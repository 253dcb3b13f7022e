"""A client that is killed at any moment: what it was told is booked is booked, once; the rest can be asked again."""
# ruff: noqa: S311  (dice, not secrets)

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.faults.ledger import post_again, prove_deep, wait_for_sessions
from tests.support import Site

REPOSITORY = Path(__file__).parents[2]


@contextmanager
def poster(site: Site) -> Iterator["subprocess.Popen[str]"]:
    """A posting program at bench1, where the manager is signed on."""
    station = site.station("bench1", "MANAGER1")
    facts = {
        "warehouse": site.warehouse,
        "item": site.items["WIDGET"],
        "source": site.places["R01"],
        "target": site.places["R02"],
    }
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.faults.poster",
            site.template.login("st_bench1", site.url),
            station.token,
            json.dumps(facts, default=str),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def say(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_killed_before_the_commit_nothing_is_booked_and_nothing_stays_locked(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    request = uuid4()
    with poster(warehouse) as process:
        say(process, f"hold {request}")
        assert hear(process) == "held"
        process.kill()
        process.wait()
        wait_for_sessions(warehouse, "poster", 0)
    assert warehouse.stock("WIDGET", "R02") == (0, 0)
    post_again(warehouse, [request])
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    prove_deep(warehouse)


def test_killed_after_the_commit_the_repeat_changes_nothing(warehouse: Site) -> None:
    warehouse.put("WIDGET", "R01", 100)
    request = uuid4()
    with poster(warehouse) as process:
        say(process, str(request))
        assert hear(process) == str(request)
        process.kill()
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    post_again(warehouse, [request])
    assert warehouse.stock("WIDGET", "R02") == (1, 0)
    prove_deep(warehouse)


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_a_random_moment_each_request_is_booked_once_in_the_end(warehouse: Site, seed: int) -> None:
    dice = random.Random(seed)
    warehouse.put("WIDGET", "R01", 1000)
    asked: list[UUID] = []
    confirmed = 0
    for _ in range(4):
        requests = [uuid4() for _ in range(60)]
        asked += requests
        with poster(warehouse) as process:
            say(process, "\n".join(map(str, requests)))
            for request in requests[: dice.randrange(1, 40)]:
                assert hear(process) == str(request)
                confirmed += 1
            process.kill()
            process.wait()
        wait_for_sessions(warehouse, "poster", 0)
    booked = warehouse.stock("WIDGET", "R02")[0]
    assert confirmed <= booked <= len(asked), "what was confirmed is booked"
    post_again(warehouse, asked)
    assert warehouse.stock("WIDGET", "R02") == (len(asked), 0)
    prove_deep(warehouse)
