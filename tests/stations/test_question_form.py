"""The form that every desk asks with."""

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
