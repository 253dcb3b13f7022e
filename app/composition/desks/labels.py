"""The screen of label templates."""

from app.composition.desk import Desk
from app.composition.desks.printing import label_printers_of
from app.devices import labels
from app.services import labels as templates
from app.services import printing
from app.stations.kit.kit import Kit
from app.stations.labels import LabelsScreen, LabelsWork


def screen(desk: Desk, kit: Kit) -> LabelsScreen:
    """Templates, their versions and an example of each."""
    worker, warehouse = desk.worker, desk.warehouse()

    def save(name: str, text: str, note: str) -> int:
        return worker.run(lambda unit: templates.save_template(unit, name=name, definition=text, note=note))

    work = LabelsWork(
        versions=lambda: labels.all_versions(worker.run(templates.saved_templates)),
        example=lambda version: labels.example_of(labels.checked_template(version.text, version.name), version.text),
        picture=labels.picture,
        undrawable=labels.undrawable,
        brought=labels.brought,
        save=save,
        use=lambda name, version: worker.run(lambda unit: templates.use_version(unit, name=name, version=version)),
        print_example=lambda example, printer: worker.run(
            lambda unit: printing.print_test(unit, example, printer=printer, warehouse=warehouse)
        ),
        printers=lambda: label_printers_of(worker),
    )
    return LabelsScreen(kit, work, subscribe=desk.changes.subscribe)
