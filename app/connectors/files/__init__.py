"""Files that people bring: warehouses, products and orders as YAML, JSON, CSV or XLSX.

`read_file` reads one and says everything that is wrong with it; it never fails and stores nothing. `write_file` writes
what `read_file` reads. Comparing with
what exists, and applying the difference, is the services' job.
"""

from app.connectors.files.encodings import NAMES as LETTERS
from app.connectors.files.reading import MOST_BYTES, FileContents, headings, layout, read_file
from app.connectors.files.writing import ENDINGS, write_file, write_tree

__all__ = [
    "ENDINGS",
    "LETTERS",
    "MOST_BYTES",
    "FileContents",
    "headings",
    "layout",
    "read_file",
    "write_file",
    "write_tree",
]
