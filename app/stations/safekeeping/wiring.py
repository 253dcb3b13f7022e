"""What the screen of backups and the chain is wired to: the machine's own doings, beside the work of the person."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.database.ledger import Head
from app.services.backup import Kept, LastTime, Plan, Restored
from app.services.proof import Proof

Say = Callable[[str], None]
Tell = Callable[[float], None]
Wanted = Callable[[], None]
"""Ends long work by raising, also in the middle of a statement."""


@dataclass(frozen=True, slots=True)
class Safekeeping:
    """`ours` says whether the server is this machine's own, else `server` is its address, without passwords.

    `make` makes a backup of the plan now, `trial` restores one on trial, `bring_back` puts one in the place of all data
    of the `company` that is named; they are told steps, and may be ended by what that raises. `keep_plan` lets another
    plan hold from now on. `prove` is deep or not, and tells how far it is; `head` is the head of the chain now,
    `write_head` writes one into a file, `check_head` reads one and refuses what the chain does not hold any more.
    """

    ours: bool
    server: str
    plan: Callable[[], Plan]
    keep_plan: Callable[[Plan], object]
    last: Callable[[], LastTime]
    kept: Callable[[], tuple[Kept, ...]]
    make: Callable[[Say], Path]
    trial: Callable[[Path, Say], object]
    company: Callable[[], str]
    bring_back: Callable[[Path, str, Say], Restored]
    prove: Callable[[bool, Tell, Wanted], Proof]
    head: Callable[[], Head]
    write_head: Callable[[Path, Head], object]
    check_head: Callable[[Path, Wanted], Head]
