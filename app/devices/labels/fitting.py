"""Which templates can be filled with what is known, such as those that can go on a bin."""

from collections.abc import Sequence, Set

from app.devices.labels.template import BadTemplate, read_template
from app.devices.labels.versions import all_versions
from app.services.labels import SavedTemplate


def fitting(saved: Sequence[SavedTemplate], fields: Set[str]) -> list[tuple[str, str]]:
    """Name and text of the templates in force that need something of these fields, and nothing else.

    Those of which most fields are known come first: what they are made for.
    """
    found = []
    for version in all_versions(saved):
        if not version.active:
            continue
        try:
            template = read_template(version.text, version.name)
        except BadTemplate:
            continue  # an older program's; the screen of labels tells of it
        needed = {field.name for field in template.fields.values() if field.required}
        if needed and needed <= fields:
            found.append((-len(fields & template.fields.keys()), version.name, version.text))
    return [(name, text) for _known, name, text in sorted(found)]
