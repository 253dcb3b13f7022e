"""The inbox as a folder: when a file is whole, and that nothing that was brought is ever lost."""

from pathlib import Path

import pytest

from app.connectors.inbox import STABLE_S, Inbox


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox")


def test_a_file_is_read_when_nobody_has_written_to_it_for_half_a_second(inbox: Inbox) -> None:
    path = inbox.folder / "order.json"
    path.write_text("{")
    assert inbox.whole_files(10.0) == []
    assert inbox.whole_files(10.0 + STABLE_S - 0.01) == []
    path.write_text('{"order"')
    assert inbox.whole_files(10.0 + STABLE_S) == []
    assert inbox.whole_files(10.0 + 2 * STABLE_S) == [path]


def test_an_empty_file_is_still_being_written(inbox: Inbox) -> None:
    (inbox.folder / "order.json").touch()
    assert inbox.whole_files(0.0) == inbox.whole_files(60.0) == []


@pytest.mark.parametrize("name", [".order.json", "order.json.part", "order.tmp", "notes.md"])
def test_names_of_files_in_the_making_are_left_alone(inbox: Inbox, name: str) -> None:
    (inbox.folder / name).write_text("x")
    assert inbox.whole_files(0.0) == inbox.whole_files(60.0) == []


def test_two_files_of_one_name_are_both_kept_with_their_words(inbox: Inbox) -> None:
    places = []
    for content in ("first", "second"):
        path = inbox.folder / "order.json"
        path.write_text(content)
        places.append(inbox.refused(path, f"why {content}"))
    assert [place.name for place in places] == ["order.json", "order (2).json"]
    assert [place.read_text() for place in places] == ["first", "second"]
    assert [place.with_name(f"{place.name}.txt").read_text() for place in places] == ["why first", "why second"]


def test_a_file_that_is_dropped_again_under_its_old_name_is_seen_anew(inbox: Inbox) -> None:
    path = inbox.folder / "order.json"
    path.write_text("x")
    inbox.whole_files(0.0)
    assert inbox.whole_files(1.0) == [path]
    inbox.done(path)
    path.write_text("x")
    assert inbox.whole_files(1.1) == []
    assert inbox.whole_files(2.0) == [path]
