"""What entering a list does: the commands of picking, and taking the list itself."""

from dataclasses import dataclass
from uuid import UUID

from app.database.picking import Picked
from app.dialogs.definition import Effect, Where, sub_request
from app.dialogs.dialog import Result
from app.dialogs.picking import commands as picking_commands
from app.dialogs.picking.commands import GiveBack, GiveUp, NewTote, PickGoods, PutTote
from app.services import picking
from app.services.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TakeList:
    """Take a printed list in hand, to enter it."""

    walk: UUID


@dataclass(frozen=True, slots=True)
class PickAll:
    """Lines of an order as they are printed, so many base units of each, are in the tote."""

    document: UUID
    picks: tuple[Picked, ...]
    tote: UUID


Command = TakeList | GiveBack | GiveUp | NewTote | PickAll | PickGoods | PutTote


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command."""
    match command:
        case TakeList(walk):
            picking.take_list(unit, walk)
            taken = Result(sub_request(unit.request_id, "taken"), "taken", walk, "done")
            return Effect(result=taken, document=walk)
        case PickAll(document, picks, tote):
            posting = picking.pick(unit, document=document, picks=picks, tote=tote)
            return Effect(postings=(posting,), document=document)
        case _:
            return picking_commands.execute(unit, where, command)
