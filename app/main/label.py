"""`label`: the templates of labels, as files and pictures, and test prints."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from app.composition.home import OpenHome
from app.database import people
from app.devices import labels as layouts
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from app.main import label_batch
from app.main.output import Listing, Output, answers, opened, require_ending, require_new
from app.reports.files import replacing
from app.services import labels, printing
from app.services.labels import SavedTemplate
from app.services.work import UnitOfWork, Worker


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare `label` and what can be done with templates."""
    parser = commands.add_parser(
        "label", help="label templates: list, export, import, preview, print; labels of items and places"
    )
    verbs = parser.add_subparsers(metavar="WHAT", required=True)
    answers(verbs.add_parser("list", help="every template with its versions"), _list)
    shown = verbs.add_parser("export", help="the template that labels are made by, as a file to change")
    shown.add_argument("name")
    shown.add_argument("--version", type=int, help="0: as the program brings it; otherwise the one in use")
    shown.add_argument("--out", type=Path, help="the file; NAME.yaml otherwise")
    answers(shown, _export)
    brought = verbs.add_parser("import", help="check a template's file, save it as the next version and use it")
    brought.add_argument("file", type=Path)
    brought.add_argument("--note", default="", help="what was changed, for whoever looks at the versions")
    answers(brought, _import)
    used = verbs.add_parser("use", help="make labels by another version from now on")
    used.add_argument("name")
    used.add_argument("version", type=int, help="0: as the program brings it")
    answers(used, _use)
    drawn = verbs.add_parser("preview", help="draw a label with example content")
    drawn.add_argument("name", help="a template's name, or a template's file")
    drawn.add_argument("--dpi", type=int, default=203, choices=(203, 300, 600))
    drawn.add_argument("--out", type=Path, help="the picture; NAME.png otherwise")
    answers(drawn, _preview)
    printed = verbs.add_parser("print", help="queue a test label with example content")
    printed.add_argument("name")
    printed.add_argument("--printer", required=True, help="its name on the print journal")
    answers(printed, _print)
    label_batch.add(verbs)


def _list(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home, home.desk("label") as desk:
        saved = desk.run(labels.saved_templates)
    names = sorted({*layouts.template_names(), *(each.name for each in saved)})
    rows = (_listed(name, [each for each in saved if each.name == name]) for name in names)
    output.answer_list(Listing("templates", rows, "There are no templates."))
    return 0


def _listed(name: str, versions: Sequence[SavedTemplate]) -> tuple[dict[str, object], str]:
    used = next((each.version for each in versions if each.active), 0)
    return (
        {"template": name, "version": used, "versions": [each.version for each in versions]},
        f"{name:<20}version {used}" + (f" of {len(versions)}" if versions else ""),
    )


def _layout(home: OpenHome, name: str, version: int | None = None) -> str:
    """The text of a template: of a version, or of the one in use."""
    with home.desk("label") as desk:
        saved = desk.run(lambda unit: labels.saved_templates(unit, name))
    if version is None:
        version = next((each.version for each in saved if each.active), 0)
    if version == 0:
        return layouts.template_text(name)
    found = next((each.definition for each in saved if each.version == version), None)
    if found is None:
        raise Refusal("printing.unknown_version", template=name, version=version)
    return found


def _export(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home:
        text = _layout(home, options.name, options.version)
    out = options.out or Path(f"{options.name}.yaml")
    require_new(out)
    with replacing(out) as written:
        written.write(text.encode())
    output.answer({"file": str(out)}, f"The template is in {out}.")
    return 0


def _import(options: argparse.Namespace, output: Output) -> int:
    example = layouts.brought(options.file)
    with opened(options, output) as home, home.desk("label") as desk:
        version = desk.run(
            lambda unit: labels.save_template(unit, name=example.template, definition=example.layout, note=options.note)
        )
    output.answer(
        {"template": example.template, "version": version},
        f"{example.template} is saved as version {version}; labels are made by it from now on.",
    )
    return 0


def _example(layout: str) -> LabelContent:
    return layouts.example_of(layouts.checked_template(layout), layout)


def _use(options: argparse.Namespace, output: Output) -> int:
    if options.version == 0:
        layouts.template_text(options.name)
    with opened(options, output) as home, home.desk("label") as desk:
        desk.run(lambda unit: labels.use_version(unit, name=options.name, version=options.version))
    output.answer(
        {"template": options.name, "version": options.version}, f"Labels are made by version {options.version}."
    )
    return 0


def _preview(options: argparse.Namespace, output: Output) -> int:
    require_ending(options.out, ".png")
    file = Path(options.name)
    if file.suffix:
        example = _example(layouts.text_of(file))
    else:
        with opened(options, output) as home:
            example = _example(_layout(home, options.name))
    out = options.out or Path(f"{example.template}.png")
    picture = layouts.picture(example, options.dpi)
    with replacing(out) as written:
        written.write(picture)
    _answer_drawn(output, example, {"file": str(out)}, f"The picture is in {out}.")
    return 0


def _answer_drawn(output: Output, example: LabelContent, facts: dict[str, object], words: str) -> None:
    """Say what was done, and before the label is trusted, what on it cannot be drawn."""
    missing = layouts.undrawable(example)
    warning = f"\nThese characters cannot be drawn here and are question marks: {missing}" if missing else ""
    output.answer({**facts, "undrawable": missing}, words + warning)


def _print(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home:
        example = _example(_layout(home, options.name))
        with home.desk("label") as desk:
            job = _queue(desk, example, options.printer)
    _answer_drawn(output, example, {"job": str(job)}, f"The test label waits for {options.printer}.")
    return 0


def _queue(desk: Worker, example: LabelContent, printer: str) -> UUID:
    def work(unit: UnitOfWork) -> UUID:
        place = people.first_warehouse(unit.session)
        if place is None:
            raise Refusal("warehouse.none")
        return printing.print_test(unit, example, printer=printing.printer_named(unit, printer).id, warehouse=place)

    return desk.run(work)
