"""Files that people bring to be printed: whole labels go through and are counted, all else is named for what it is."""

from pathlib import Path

import pytest

from drivers.files import FileError
from drivers.printers.zpl.files import MOST_BYTES, read_zpl

LABEL = b"^XA^FO10,10^A0N,30^FDcarton^FS^XZ\n"


@pytest.mark.parametrize(
    ("data", "labels"),
    [
        (LABEL, 1),
        (LABEL * 3, 3),
        (LABEL.replace(b"^XZ", b"^PQ4,0,0,N^XZ") + LABEL, 5),
        (b"~JA\r\n" + LABEL, 1),
        (b"\xef\xbb\xbf" + LABEL.lower(), 1),
        (b"^XA^JUS^XZ" + LABEL, 1),  # a setting prints nothing
        (b"^XA^DFR:CARTON.ZPL^FO1,1^FN1^FS^XZ^XA^XFR:CARTON.ZPL^FN1^FDone^FS^XZ", 1),  # a form is kept, then recalled
    ],
    ids=range(7),
)
def test_the_labels_of_a_file_are_counted(data: bytes, labels: int, tmp_path: Path) -> None:
    path = tmp_path / "label.zpl"
    path.write_bytes(data)
    found = read_zpl(path)
    assert (found.labels, found.data) == (labels, data)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b" \r\n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF, not ZPL"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (LABEL.decode().encode("utf-16"), "UTF-16"),
        (b"Dear Sir or Madam", "there is no label in it"),
        (LABEL[:-5], "cut off"),
        (b"\n\n" + LABEL[:-4] + LABEL, "line 3, a label begins within another"),
        (LABEL + b"^XZ", "line 2, a label ends that never began"),
        (b"^XA^CC*XZ" + LABEL, "changes the signs"),
        (LABEL + b"\0" * MOST_BYTES, "larger than 16 MB"),
    ],
    ids=range(10),
)
def test_a_file_that_is_no_whole_zpl_is_refused_by_name(data: bytes, word: str, tmp_path: Path) -> None:
    path = tmp_path / "label.zpl"
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"label\.zpl") as refused:
        read_zpl(path)
    assert word in str(refused.value)


def test_what_cannot_be_read_is_said_in_words(tmp_path: Path) -> None:
    for path, word in ((tmp_path, "is a folder"), (tmp_path / "none.zpl", "there is no file")):
        with pytest.raises(FileError, match=word) as refused:
            read_zpl(path)
        assert "rrno" not in str(refused.value)
