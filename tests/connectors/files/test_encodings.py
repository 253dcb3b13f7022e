"""Files of programs that say nothing of their letters: what people see is what was typed."""

from pathlib import Path

import pytest

from app.connectors.files import headings, layout, read_file
from app.connectors.files.encodings import guessed_encoding


def _read(folder: Path, data: bytes, encoding: str = "") -> tuple[list[str], list[str]]:
    """The names in a file of these bytes, and the codes of what was said."""
    path = folder / "items.csv"
    path.write_bytes(data)
    found = read_file(path, encoding=encoding)
    return [item.name for item in found.products], [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Kaffeebohnen Größe Ü"),
        ("cp1252", "Crème brûlée"),
        ("cp1252", "Rødgrød med fløde"),
        ("cp1252", "Señal de tráfico 5 €"),
        ("cp1252", "„Rohr“ 5 m³ – ½ Zoll, 20 °C"),
        ("cp1252", "Teflon® Pfanne"),
        ("iso8859_15", "Prix 5€ cœur Œuf"),
        ("mac_roman", "Schlüssel für die Gartentür"),
        ("mac_roman", "Kaffeebohnen Größe Ü, Crème brûlée"),
        ("mac_roman", "Luminária São João"),
        ("mac_roman", "Rødgrød med fløde"),
        ("cp850", "Größe Tür, Crème brûlée"),
        ("iso8859_2", "Żółta łódka, gęś i wąż"),
        ("koi8_r", "Лампа настольная"),
        ("cp1253", "Λάμπα γραφείου"),
        ("cp1254", "Işık kaynağı, şişe"),
        ("cp1252", "Íslenskt þorskalýsi, blóm og mjöður"),
        ("cp1250", "Košara, tuš, žaba"),
        ("cp1250", "Żółta łódka, gęś i wąż"),
        ("cp1250", "stół"),
        ("cp1250", "Šroubovák křížový"),
        ("cp1250", "Kávé őszi tűző"),
        ("cp1251", "Лампа настольная"),
        ("cp1251", "Болт М8, шайба, гайка"),
        ("cp1251", "СТУЛ"),
        ("shift_jis", "青いランプ 六角ボルト"),
        ("shift_jis", "木の椅子と机"),
        ("gb18030", "蓝色台灯"),
        ("gb18030", "六角螺栓"),
    ],
)
def test_letters_are_what_somebody_typed_whatever_the_program_wrote(tmp_path: Path, encoding: str, name: str) -> None:
    assert _read(tmp_path, f"sku;name\nA-1;{name}\n".encode(encoding)) == ([name], ["file.encoding"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_needs_no_guess_with_its_mark_or_without(tmp_path: Path, encoding: str) -> None:
    assert _read(tmp_path, "sku;name\nA-1;Größe 灯\n".encode(encoding)) == (["Größe 灯"], [])


def test_names_of_several_languages_in_one_list_are_read_as_the_west_writes_them(tmp_path: Path) -> None:
    text = "sku;name\nA-1;Größe\nA-2;Crème brûlée\nA-3;São João\nA-4;Smørrebrød\n"
    assert _read(tmp_path, text.encode("cp1252"))[0] == ["Größe", "Crème brûlée", "São João", "Smørrebrød"]


def test_what_a_person_says_of_the_letters_goes_before_any_guess(tmp_path: Path) -> None:
    data = "sku;name\nA-1;õ û\n".encode("cp1252")
    assert _read(tmp_path, data, "cp1250") == (["ő ű"], [])
    assert _read(tmp_path, data, "cp1252") == (["õ û"], [])
    assert _read(tmp_path, data, "klingon") == ([], ["file.unknown_encoding"])


def test_bytes_that_are_no_text_are_no_text(tmp_path: Path) -> None:
    noise = bytes(n * 37 % 251 for n in range(4_000))
    assert guessed_encoding(noise) is None
    assert _read(tmp_path, noise) == ([], ["file.binary"])
    assert _read(tmp_path, b"sku\x00\x01\x02\x03name") == ([], ["file.binary"])


def test_the_headings_and_first_values_of_a_table_are_seen_before_it_is_judged(tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_bytes("Artikel;Größe\nA-1;\nA-2;groß\n".encode("cp1252"))
    seen = layout(path)
    assert seen.letters == "Windows-1252"
    assert (seen.headings, seen.samples) == (("Artikel", "Größe"), (("A-1", "A-2"), ("groß",)))
    assert headings(tmp_path / "none.csv") == ()
