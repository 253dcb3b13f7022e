"""All that the screen of labels may do, as callables that composition hands over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from app.devices.labels import TemplateVersion
from app.domain.labels import LabelContent


@dataclass(frozen=True, slots=True)
class LabelsWork:
    """Each is called in worker threads and may refuse.

    `undrawable` names the characters that `picture` cannot draw; `brought` reads and checks a file and answers with its
    example; `save` takes name, text and note and answers with the number of the version; `use` takes name and version;
    `print_example` an example and a printer's id.
    """

    versions: Callable[[], Sequence[TemplateVersion]]
    example: Callable[[TemplateVersion], LabelContent]
    picture: Callable[[LabelContent, int], bytes]
    undrawable: Callable[[LabelContent], str]
    brought: Callable[[Path], LabelContent]
    save: Callable[[str, str, str], int]
    use: Callable[[str, int], object]
    print_example: Callable[[LabelContent, UUID], object]
    printers: Callable[[], Sequence[tuple[UUID, str]]]
