"""The form that every desk asks with."""

from itertools import pairwise

from pytestqt.qtbot import QtBot

from app.stations.kit.desk import Booking, Field, Question
from app.stations.kit.desk.question import QuestionForm
from app.stations.kit.kit import Kit

SMALLEST_SCREEN_PX = 1366


def no_booking(*_asked: object) -> Booking:
    raise AssertionError("nothing is booked here")


def form_of(kit: Kit, qtbot: QtBot, *fields: Field) -> QuestionForm:
    form = QuestionForm(kit, Question("Many things", fields, lambda _answers: "", no_booking))
    qtbot.addWidget(form)
    return form


def test_a_form_of_many_fields_stays_inside_the_smallest_screen(kit: Kit, qtbot: QtBot) -> None:
    fields = [Field(f"f{n}", f"A caption of a certain length {n}") for n in range(11)]
    choice = Field("choice", "Choice", choices=(("", "Words that go on and on and on " * 4),))
    form = form_of(kit, qtbot, *fields, choice)
    assert form.minimumSizeHint().width() <= SMALLEST_SCREEN_PX - 20
    assert set(form.answers()) == {*(field.name for field in fields), "choice"}


def test_the_words_of_a_choice_can_be_read_whole(kit: Kit, qtbot: QtBot) -> None:
    form = form_of(kit, qtbot, Field("choice", "Why", choices=(("a", "Rework: look at it first"), ("b", "No"))))
    box = form.widgets["choice"]
    assert box.minimumWidth() > box.fontMetrics().horizontalAdvance("Rework: look at it first")


def test_where_there_is_little_room_rows_of_fields_are_scrolled_and_never_lie_over_each_other(
    kit: Kit, qtbot: QtBot
) -> None:
    form = form_of(kit, qtbot, *(Field(f"f{n}", "A caption of a certain length", wide=True) for n in range(16)))
    form.resize(SMALLEST_SCREEN_PX - 20, form.sizeHint().height() // 2)
    form.show()
    form.activateWindow()
    first, last = form.widgets["f0"], form.widgets["f15"]
    rows = sorted({widget.mapTo(form, widget.rect().topLeft()).y() for widget in form.widgets.values()})
    assert min(after - before for before, after in pairwise(rows)) > first.height()
    last.setFocus()
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())
    tall = form_of(kit, qtbot, Field("one", "One"))
    tall.show()
    assert tall.widgets["one"].visibleRegion().boundingRect().height() == tall.widgets["one"].height()
