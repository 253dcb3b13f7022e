"""What entering a list does: the commands of picking, and taking the list itself."""

from dataclasses import dataclass
from uuid import UUID

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


Command = TakeList | GiveBack | GiveUp | NewTote | PickGoods | PutTote


def execute(unit: UnitOfWork, where: Where, command: Command) -> Effect:
    """Do one command."""
    if isinstance(command, TakeList):
        picking.take_list(unit, command.walk)
        taken = Result(sub_request(unit.request_id, "taken"), "taken", command.walk, "done")
        return Effect(result=taken, document=command.walk)
    return picking_commands.execute(unit, where, command)
