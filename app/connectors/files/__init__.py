"""Files that people bring: warehouses, products and orders as YAML, JSON, CSV or XLSX.

`read_file` reads one and says everything that is wrong with it; it never fails and stores nothing. Comparing with
what exists, and applying the difference, is the services' job.
"""

from app.connectors.files.reading import MOST_BYTES, FileContents, read_file

__all__ = ["MOST_BYTES", "FileContents", "read_file"]
