"""Corrections from the stock screen: one form at a time, its booking, a supervisor's word where it is needed, and undo.

The request id is made before the first try: an attempt repeated after an approval, or after the answer was lost, is
the same request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Fault, Refusal
from app.domain.people import ApprovalWish
from app.domain.values import format_quantity
from app.services.stock import Action, Booked, Choices, MoveRow, StockRow, Wish, Withdrawal
from app.stations.kit.desk.approving import Approving
from app.stations.kit.kit import Kit
from app.stations.kit.tasks import Stopped
from app.stations.stock.form import ActionForm
from app.stations.stock.reverse_form import ReverseForm
from app.stations.stock.wiring import StockWiring

NEEDS_APPROVAL = "permission.needs_approval"
Asked = TypeVar("Asked", Wish, Withdrawal)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Something that is being booked: under which request, how, and what to say when it is done.

    `wanted` is what the ledger said of it, once it asked for an approval of that. It is `final` where nothing is to be
    undone: what takes something back, and the hold of a lot, which is lifted by releasing the lot.
    """

    request: UUID
    warehouse: UUID
    reason: str
    call: Callable[[], Booked]
    done: Feedback
    final: bool = False
    wanted: Mapping[str, Any] = field(default_factory=dict)


class Corrections(QWidget):
    """The place of forms below the list; hidden while there is none.

    `said` carries feedback; `moved_on` that another form, none, or an approval is shown.
    """

    said = Signal(object)
    moved_on = Signal()

    def __init__(self, kit: Kit, wiring: StockWiring) -> None:
        super().__init__()
        self.setObjectName("workArea")
        self._kit, self._wiring = kit, wiring
        self.form: ActionForm | ReverseForm | None = None
        self.last: UUID | None = None
        """The posting that this person made last here, which can be undone."""
        self._attempt: _Attempt | None = None
        self._tried: Wish | Withdrawal | None = None
        self._warehouse = wiring.warehouse
        self.busy = False
        self.approval = Approving(kit)
        self.approval.given.connect(self._approve)
        self.approval.refused.connect(self.said)
        self._frame = QVBoxLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)
        self._frame.addWidget(self.approval)
        self.approval.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.hide()

    @property
    def approving(self) -> bool:
        """Whether a supervisor's badge and PIN are waited for."""
        return not self.approval.isHidden()

    @property
    def asking(self) -> bool:
        """Whether something is asked here: by a form, or for an approval."""
        return self.form is not None or self.approving

    def open_action(self, action: Action, row: StockRow, warehouse: UUID) -> None:
        """Ask what an action on a row needs."""
        self._warehouse = warehouse
        self._kit.tasks.start(
            lambda _progress: self._wiring.choices(row.item, action),
            owner=self,
            done=lambda choices: self._show_action(action, row, choices),
            failed=self._say_stopped,
        )

    def open_reverse(self, lines: Sequence[MoveRow], warehouse: UUID) -> None:
        """Ask how much of a posting is to be taken back, and why; the lines in hand are of that posting."""
        self._warehouse = warehouse
        self._kit.tasks.start(
            lambda _progress: self._wiring.reasons(),
            owner=self,
            done=lambda reasons: self._show(ReverseForm(self._kit, lines, warehouse, reasons)),
            failed=self._say_stopped,
        )

    def book(self) -> None:
        """Book what the form says; what it lacks is said."""
        if self.busy or self.form is None or self.approving:
            return
        try:
            attempt = self._reversal(self.form) if isinstance(self.form, ReverseForm) else self._correction(self.form)
        except (Refusal, Fault) as stopped:
            self._say_stopped(stopped)
        else:
            self._try(attempt)

    def follow(self, row: StockRow | None) -> None:
        """The row in hand was read again: a form about it goes on from what is there now."""
        if row is not None and not self.busy and not self.approving and isinstance(self.form, ActionForm):
            self.form.follow(row)

    def undo(self) -> None:
        """Take back what this person booked last here."""
        if self.last is None or self.busy or self.asking:
            return
        wish = self._again(Withdrawal(uuid4(), self._warehouse, self.last, "UNDO"))
        self._try(self._taking_back(wish, Feedback(Level.OK, "stock.undone", {})))

    def cancel(self) -> bool:
        """One step back: from the PIN to the badge, from the approval to the form, from the form to the list."""
        if self.busy or not self.asking:
            return self.busy
        if self.approving and self.approval.start_over():
            return True
        if self.approving:
            self._end_approving()
        else:
            self.close_form()
            self.moved_on.emit()
        return True

    def on_scan(self, raw: str, symbology: str, source: str) -> bool:
        """A badge for the approval, or a place for the form; False where nothing is asked."""
        if not self.asking:
            return False
        if self.approving:
            self.approval.take(raw, symbology, source)
        elif not (isinstance(self.form, ActionForm) and self.form.take_scan(raw)):
            self.said.emit(Feedback(Level.ERROR, "stations.answer_first", {"scanned": raw}))
        return True

    def close_form(self) -> None:
        """Back to the list; nothing was booked."""
        if self.form is not None:
            self.form.stop()
            self.form.hide()
            self._frame.removeWidget(self.form)
            self.form.deleteLater()
            self.form = None
        self._attempt = self._tried = None
        self.approval.hide()
        self.hide()

    # - inside -

    def _show_action(self, action: Action, row: StockRow, choices: Choices) -> None:
        warehouse = self._warehouse
        self._show(
            ActionForm(self._kit, action, row, warehouse, choices, lambda code: self._wiring.place(code, warehouse))
        )

    def _show(self, form: ActionForm | ReverseForm) -> None:
        self.close_form()
        self.form = form
        self._frame.addWidget(form)
        self.show()
        self._turn_to_form(form)
        self.moved_on.emit()

    def _correction(self, form: ActionForm) -> _Attempt:
        wish = self._again(form.wish())
        return _Attempt(
            *(wish.request, wish.warehouse, wish.reason, lambda: self._wiring.book(wish), self._said_of(wish)),
            final=wish.whole_lot,
        )

    def _said_of(self, wish: Wish) -> Feedback:
        """What is said once a wish is booked."""
        row, code = wish.row, f"stock.booked_{wish.action}"
        facts = {"sku": row.sku, "amount": f"{format_quantity(abs(wish.quantity))} {row.unit}"}
        if wish.whole_lot:
            status = self._kit.texts.text("captions", f"reports.status.{wish.status}")
            code, facts = "stock.booked_lot", {"sku": row.sku, "lot": row.lot or row.serial, "status": status}
        elif wish.whole_unit:
            code, facts = "stock.booked_unit", {"unit": row.handling_unit}
        return Feedback(Level.OK, code, facts)

    def _reversal(self, form: ReverseForm) -> _Attempt:
        wish = self._again(form.wish())
        code = "stock.taken_back_lines" if wish.lines else "stock.taken_back"
        return self._taking_back(wish, Feedback(Level.OK, code, {}))

    def _taking_back(self, wish: Withdrawal, done: Feedback) -> _Attempt:
        return _Attempt(
            wish.request, wish.warehouse, wish.reason, lambda: self._wiring.take_back(wish), done, final=True
        )

    def _again(self, wish: Asked) -> Asked:
        """The same asked again is the same request: whether the first try was booked is not known."""
        tried = self._tried
        if isinstance(tried, type(wish)) and replace(wish, request=tried.request) == tried:
            return tried
        self._tried = wish
        return wish

    def _try(self, attempt: _Attempt) -> None:
        self._attempt, self.busy = attempt, True
        self._kit.tasks.start(
            lambda _progress: attempt.call(),
            owner=self,
            done=lambda booked: self._booked(attempt, booked),
            failed=lambda stopped: self._refused(attempt, stopped),
        )

    def _booked(self, attempt: _Attempt, booked: Booked) -> None:
        self.busy = False
        self.last = None if attempt.final else booked.posting
        self.close_form()
        self.said.emit(_told(attempt.done, booked))
        self.moved_on.emit()

    def _refused(self, attempt: _Attempt, stopped: Stopped) -> None:
        self.busy = False
        if stopped.code != NEEDS_APPROVAL:
            if isinstance(stopped, Refusal):
                self._tried = None
            if self.approving:
                self._end_approving()
            self._say_stopped(stopped)
            return
        self._attempt = replace(attempt, wanted=stopped.facts)
        self._ask_supervisor()
        self._say_stopped(stopped, level=Level.WARNING)
        self.moved_on.emit()

    def _ask_supervisor(self) -> None:
        attempt = self._attempt
        assert attempt is not None
        self.approval.ask(
            self._asked_for(attempt), request=str(attempt.request), reason=attempt.reason, wanted=attempt.wanted
        )
        if self.form is not None:
            self.form.hide()
        self.show()
        self.approval.show()

    def _end_approving(self) -> None:
        """Back to the form, where the same can be asked again or otherwise; to the list where there is none."""
        if self.form is not None:
            self._turn_to_form(self.form)
        else:
            self.close_form()
        self.moved_on.emit()

    def _asked_for(self, attempt: _Attempt) -> str:
        """What a supervisor is asked for, in goods and units: what the form says, else what it would come to."""
        if self.form is not None:
            return f"{self.form.title.text()}. {self.form.effect.text()}"
        return self._kit.texts.text("feedback", attempt.done.code, attempt.done.facts)

    def _turn_to_form(self, form: ActionForm | ReverseForm) -> None:
        self.approval.hide()
        form.show()
        form.start()

    def _approve(self, badge: str, pin: str) -> None:
        attempt = self._attempt
        assert attempt is not None
        permission, content = str(attempt.wanted["permission"]), str(attempt.wanted["content"])
        wish = ApprovalWish(attempt.request, permission, attempt.warehouse, content)
        self._kit.tasks.start(
            lambda _progress: self._wiring.approve(badge, pin, wish),
            owner=self,
            done=lambda _name: self._try(attempt),
            failed=self._not_approved,
        )

    def _not_approved(self, stopped: Stopped) -> None:
        self._ask_supervisor()
        self._say_stopped(stopped)

    def _say_stopped(self, stopped: Stopped, level: Level = Level.ERROR) -> None:
        self.said.emit(Feedback(level, stopped.code, {name: str(value) for name, value in stopped.facts.items()}))


def _told(done: Feedback, booked: Booked) -> Feedback:
    """What is said of a booking; of the hold of a lot also what it has not reached."""
    if booked.beyond is None:
        return done
    facts = {name: format_quantity(getattr(booked.beyond, name)) for name in ("moving", "left", "used")}
    return Feedback(Level.WARNING, "stock.booked_lot_beyond", {**done.facts, **facts})
