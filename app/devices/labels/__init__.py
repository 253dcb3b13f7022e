"""From what stands on a label to printer language and pictures: templates, filled with content.

Content is the domain's (`LabelContent`), layout is data in `resources/labels`, dots are the drivers'.
"""

import io
from pathlib import Path

from app.devices.labels.filling import fill
from app.devices.labels.fitting import fitting
from app.devices.labels.template import (
    BadTemplate,
    Field,
    FieldKind,
    Template,
    load_template,
    read_template,
    template_names,
    template_text,
)
from app.devices.labels.versions import TemplateVersion, all_versions, text_of
from app.domain.errors import Refusal
from app.domain.labels import LabelContent
from drivers.printers.label import Label, LabelError, Text
from drivers.printers.picture import draw
from drivers.printers.typefaces import missing_characters
from drivers.printers.zpl.writer import render_zpl

__all__ = [
    "Field",
    "FieldKind",
    "Template",
    "TemplateVersion",
    "all_versions",
    "brought",
    "checked_template",
    "example_of",
    "fitting",
    "label_of",
    "load_template",
    "picture",
    "render",
    "template_names",
    "template_text",
    "text_of",
    "undrawable",
]


def label_of(content: LabelContent) -> Label:
    """Lay a label out in millimetres.

    Refuses, with what and why, content that its template cannot carry: a missing field, a number with a wrong check
    digit, an identifier that would have to be cut. Names and addresses are shrunk and in the end shortened.
    """
    return fill(_template(content), content.fields)


def _template(content: LabelContent) -> Template:
    if not content.layout:
        return load_template(content.template)
    return checked_template(content.layout, content.template)


def checked_template(text: str, name: str = "") -> Template:
    """A template from its YAML; its own name where none is given. Refuses `printing.bad_template`, saying why."""
    try:
        return read_template(text, name)
    except BadTemplate as error:
        raise Refusal("printing.bad_template", template=name or error.template or "?", why=error.why) from error


def example_of(template: Template, layout: str = "") -> LabelContent:
    """A label as the template's own examples fill it: for previews and test prints."""
    fields = {field.name: field.example for field in template.fields.values() if field.example}
    return LabelContent(template.name, f"TEST-{template.name}", fields, layout=layout)


def brought(file: Path) -> LabelContent:
    """A template that somebody wants to import, with its own examples. Refuses what cannot work, saying where and why.

    It was drawn once for a printer of 203 dots an inch: what gets through here can be printed.
    """
    text = text_of(file)
    try:
        template = read_template(text)
    except BadTemplate as error:
        if error.template:
            raise Refusal("printing.bad_template", template=error.template, why=error.why) from error
        raise Refusal("printing.template_unreadable", file=file.name, why=error.why) from error
    example = example_of(template, text)
    render(example, 203)
    return example


def render(content: LabelContent, dpi: int) -> bytes:
    """Write a label in printer language for a head of `dpi` dots an inch, all its copies in one format."""
    try:
        return render_zpl(label_of(content), dpi, content.copies)
    except LabelError as error:
        raise _refusal(content, error) from error


def picture(content: LabelContent, dpi: int) -> bytes:
    """Draw a label as the printer will print it: a PNG, black on white, one pixel a dot."""
    try:
        drawn = draw(label_of(content), dpi)
    except LabelError as error:
        raise _refusal(content, error) from error
    file = io.BytesIO()
    drawn.save(file, "PNG")
    return file.getvalue()


def undrawable(content: LabelContent) -> str:
    """The characters of a label that cannot be drawn here, once each: question marks are printed in their place."""
    texts = (element.text for element in label_of(content).elements if isinstance(element, Text))
    return missing_characters("".join(texts))


def _refusal(content: LabelContent, error: LabelError) -> Refusal:
    return Refusal("printing.cannot_encode", template=content.template, label=content.uid, why=str(error))
