"""Versions of label templates: what is saved, what labels are made by, and who may say so."""

import pytest

from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.services import labels, printing
from app.services.changes import Changes
from app.services.work import UnitOfWork, Worker
from tests.support import Site

TEXT = "name: bin\nversion: 1\n"


def _job(desk: Worker, warehouse: Site) -> printing.PrintJob:
    def work(unit: UnitOfWork) -> printing.PrintJob:
        printer = printing.printers(unit)[0]
        content = LabelContent("bin", "WH001-STO-R01", {"address": "A"})
        job = printing.queue_label(unit, content, printer=printer.id, warehouse=warehouse.warehouse)
        return printing.look_at(unit, job)

    return desk.run(work)


@pytest.fixture
def printer(desk: Worker, warehouse: Site) -> None:
    with warehouse.superuser() as connection:
        connection.execute("INSERT INTO stockhand.printer (name) VALUES ('zebra')")


def test_a_label_keeps_the_version_that_it_was_wanted_with(printer: None, desk: Worker, warehouse: Site) -> None:
    before = _job(desk, warehouse)
    assert desk.run(lambda unit: labels.save_template(unit, name="bin", definition=TEXT, note="larger")) == 1
    after = _job(desk, warehouse)
    assert (before.version, before.content.layout) == (0, "")
    assert (after.version, after.content.layout) == (1, TEXT)
    assert desk.run(lambda unit: printing.look_at(unit, before.id)).content.layout == ""


def test_the_version_before_can_be_used_again_and_so_can_the_programs_own(
    printer: None, desk: Worker, warehouse: Site
) -> None:
    desk.run(lambda unit: labels.save_template(unit, name="bin", definition=TEXT))
    desk.run(lambda unit: labels.save_template(unit, name="bin", definition=TEXT + "# two\n"))
    desk.run(lambda unit: labels.use_version(unit, name="bin", version=1))
    assert _job(desk, warehouse).version == 1
    desk.run(lambda unit: labels.use_version(unit, name="bin", version=0))
    assert _job(desk, warehouse).version == 0
    kept = desk.run(lambda unit: labels.saved_templates(unit, "bin"))
    assert [(each.version, each.active) for each in kept] == [(2, False), (1, False)]


def test_a_version_that_was_never_saved_is_refused(desk: Worker) -> None:
    with pytest.raises(Refusal) as refusal:
        desk.run(lambda unit: labels.use_version(unit, name="bin", version=7))
    assert refusal.value.code == "printing.unknown_version"


def test_an_operator_changes_no_label(warehouse: Site) -> None:
    with pytest.raises(Refusal) as refusal:
        Worker(warehouse.station("bench1", "OPERATOR1"), Changes()).run(
            lambda unit: labels.save_template(unit, name="bin", definition=TEXT)
        )
    assert refusal.value.code == "permission.missing"
