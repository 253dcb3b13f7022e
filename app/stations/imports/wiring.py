"""What the screen of imports is given by composition: how files are looked at, read and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.domain.exchange import Layout
from app.domain.values.long_work import Tell
from app.services.importing import Contents, Export

Columns = Mapping[str, str]
"""What headings mean: our field, or '' for a column that is left out."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """`look` gives the headings of a file in certain letters ('' for those that are found out), `read` its contents.

    `read` takes the letters and the mark before decimals. `letters` are the encodings that somebody may choose, with
    what people call them.
    """

    look: Callable[[Path, str], Layout]
    read: Callable[[Path, Columns, str, str, Tell], Contents]
    write: Callable[[Path, Export], object]
    letters: Mapping[str, str]
