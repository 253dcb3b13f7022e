"""The print journal with labels in every state, on a journal that lies in memory: what is photographed, no logic."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from app.devices import labels
from app.dialogs.dialog import Feedback, Level
from app.domain.labels import LabelContent
from app.domain.printing import PrintState, needs_a_person
from app.services.printing import JournalEntry
from app.stations.kit.kit import Kit
from app.stations.printing import PrintJournalScreen
from app.stations.printing.screen import Acts
from build_scripts.screenshot_samples import LABEL, LABEL_FIELDS, settle
from build_scripts.screenshot_stock import MOMENT

_DETAILS = {
    PrintState.CONFIRMED: "",
    PrintState.PARTIAL: "fewer_printed",
    PrintState.UNKNOWN: "printer_silent",
    PrintState.UNVERIFIED: "not_counted",
    PrintState.VOIDED: "DAMAGED",
    PrintState.CANCELLED: "said_by_person",
}


def _entry(n: int) -> JournalEntry:
    state = (*PrintState, PrintState.CONFIRMED, PrintState.CONFIRMED)[n % (len(PrintState) + 2)]
    shipping = n % 3 == 0
    uid = f"{LABEL[:-3]}{n:03}" if shipping else f"WH001-STO-A{n:02}"
    content = (
        LabelContent("shipping", uid, LABEL_FIELDS)
        if shipping
        else LabelContent("bin", uid, {"address": uid, "name": f"A{n:02}"}, copies=2 if n % 5 == 1 else 1)
    )
    return JournalEntry(
        id=UUID(int=n + 1),
        printer="zebra-dock-2" if n % 4 else "zebra-1",
        content=content,
        state=state,
        detail=_DETAILS.get(state, ""),
        reprint_no=1 if n % 6 == 3 else 0,
        created_at=MOMENT - timedelta(minutes=3 * n),
        document="SO-10482" if shipping else "",
        person="Bartholomew Featherstonehaugh" if n % 7 == 2 else "Ana Sørensen",
    )


def printing_screen(kit: Kit, *, count: int = 60) -> PrintJournalScreen:
    """The screen on a journal that lies in memory."""
    entries = [_entry(n) for n in range(count)]

    def read(behind: UUID | None, most: int, text: str, doubtful: bool) -> Sequence[JournalEntry]:
        first = behind.int if behind else 0
        return [
            one
            for one in entries[first : first + most]
            if text in one.content.uid and (needs_a_person(one.state) or not doubtful)
        ]

    return PrintJournalScreen(
        kit,
        read=read,
        subscribe=lambda _hear: lambda: None,
        picture=lambda content: labels.picture(content, 203),
        acts=Acts(
            confirm=lambda _job: None,
            cancel=lambda _job: None,
            void=lambda _job, _reason: None,
            redirect=lambda _job, _printer: None,
            reprint=lambda _job, _reason: None,
            reasons=lambda: ("DAMAGED", "LOST", "UNREADABLE"),
            printers=lambda: ((UUID(int=1), "zebra-1"), (UUID(int=2), "zebra-dock-2")),
        ),
    )


def _selected(row: int) -> Callable[[PrintJournalScreen], None]:
    def pose(screen: PrintJournalScreen) -> None:
        settle(screen)
        screen.table.view.selectRow(row)
        settle(screen)

    return pose


def _doubtful(screen: PrintJournalScreen) -> None:
    screen.command("DOUBTFUL")
    _selected(1)(screen)


def _reason(screen: PrintJournalScreen) -> None:
    _selected(3)(screen)
    screen.command("REPRINT")
    settle(screen)


def _refused(screen: PrintJournalScreen) -> None:
    _selected(0)(screen)
    screen.say(Feedback(Level.ERROR, "printing.wrong_state", {"label": LABEL, "state": "SENDING"}))


def _no_match(screen: PrintJournalScreen) -> None:
    screen.on_scan("nothing like it")
    screen.table._filter()  # noqa: SLF001  (without the pause)
    settle(screen)


POSES: Mapping[str, tuple[Callable[[PrintJournalScreen], None], int]] = {
    "printing-states": (_selected(5), 60),
    "printing-shipping": (_selected(3), 60),
    "printing-doubtful": (_doubtful, 60),
    "printing-reason": (_reason, 60),
    "printing-refused": (_refused, 60),
    "printing-no_match": (_no_match, 60),
    "printing-empty": (lambda _screen: None, 0),
}
