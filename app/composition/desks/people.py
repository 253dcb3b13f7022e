"""The screen of people; badges come from this station's label printer."""

from app.composition.desk import Desk
from app.domain.people import Person
from app.services import people, printing
from app.services.work import UnitOfWork
from app.stations.kit.kit import Kit
from app.stations.people import PeopleScreen, PeopleWork


def screen(desk: Desk, kit: Kit) -> PeopleScreen:
    """Who works here, and with which rights."""

    def print_badge(person: Person, role: str) -> str:
        def queue(unit: UnitOfWork) -> str:
            printer = printing.label_printer(unit, desk.devices)
            people.print_badge(unit, person, printer=printer.id, warehouse=desk.warehouse(), role=role)
            return printer.name

        return desk.worker.run(queue)

    work = PeopleWork(run=desk.worker.run, may="administer" in desk.permissions(), print_badge=print_badge)
    return PeopleScreen(kit, work, subscribe=desk.changes.subscribe)
