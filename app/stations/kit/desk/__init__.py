"""A desk: sheets of rows that lie over each other, what can be done with a row, and one form for every question."""

from app.stations.kit.desk.deciding import deciding
from app.stations.kit.desk.drafting import Drafting
from app.stations.kit.desk.label_batch import LabelBatch
from app.stations.kit.desk.lines import DraftLine, DraftLines
from app.stations.kit.desk.question import Answers, Booking, Field, Question, QuestionForm
from app.stations.kit.desk.screen import DeskScreen
from app.stations.kit.desk.sheet import Command, Sheet, page_of
from app.stations.kit.desk.timeline import timeline_of
from app.stations.kit.desk.typed import day_of, money_of, weights_of
from app.stations.kit.desk.work import DeskWork, LabelWork

__all__ = [
    "Answers",
    "Booking",
    "Command",
    "DeskScreen",
    "DeskWork",
    "DraftLine",
    "DraftLines",
    "Drafting",
    "Field",
    "LabelBatch",
    "LabelWork",
    "Question",
    "QuestionForm",
    "Sheet",
    "day_of",
    "deciding",
    "money_of",
    "page_of",
    "timeline_of",
    "weights_of",
]
