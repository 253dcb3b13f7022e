"""A backup is proved before it counts, and a restore never costs what is there."""

import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from app.database import backup, people
from app.database.backup import Archive, Tools, tools
from app.database.logins import Logins
from app.domain.errors import Fault, Refusal
from app.services.backup import Ground, Plan, back_up, last_time, prove_file, restore, run_plan
from tests.support import Site, pin_key, post

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def ground(site: Site, folder: Path) -> Ground:
    return Ground(site.url, Logins(folder), embedded=False, tools=Tools.of_the_wheel())


def quiet(_: str) -> None:
    """For work whose steps nobody watches."""


def backed_up(site: Site, folder: Path, name: str = "one.stockhand", *, verify: bool = False) -> Path:
    path = folder / name
    back_up(ground(site, folder), path, now=NOW, verify=verify, say=quiet)
    return path


def databases(site: Site) -> set[str]:
    with site.superuser() as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, current_database())"
        ).fetchall()
    return {str(name) for (name,) in rows}


def code_of(stopped: pytest.ExceptionInfo[Refusal] | pytest.ExceptionInfo[Fault]) -> str:
    return stopped.value.code


@pytest.fixture
def busy_site(warehouse: Site) -> Site:
    """A warehouse with stock, a sealed past, and one posting that no seal covers yet."""
    warehouse.put("WIDGET", "R01", 100)
    warehouse.seal()
    warehouse.put("WIDGET", "R02", 5)
    return warehouse


def test_what_was_there_is_there_again_and_what_came_later_is_kept_aside(busy_site: Site, tmp_path: Path) -> None:
    path = backed_up(busy_site, tmp_path)
    busy_site.put("GADGET", "R01", 7)
    done = restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    assert busy_site.stock("WIDGET", "R01") == (100, 0)
    assert busy_site.stock("WIDGET", "R02") == (5, 0)
    assert busy_site.stock("GADGET", "R01") == (0, 0), "that came after the backup"
    assert busy_site.prove() == []
    assert done.kept_as is not None
    assert done.without_password == ()
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(backup.with_database(busy_site.url, done.kept_as))
    assert backup.drop_kept(busy_site.url) == [done.kept_as]
    assert databases(busy_site) == {Path(busy_site.url).name}


def test_a_restored_database_takes_postings_and_guards_as_before(busy_site: Site, tmp_path: Path) -> None:
    path = backed_up(busy_site, tmp_path)
    restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    station = busy_site.station("bench1", "MANAGER1")
    with station.transaction() as session:
        post(session, busy_site, "move", "WIDGET", "R01", "R02", 3)
    assert busy_site.stock("WIDGET", "R02") == (8, 0)
    assert busy_site.prove() == []
    with pytest.raises(Fault) as refused, station.transaction() as session:
        session.change("CREATE TEMPORARY TABLE mine (number int)")
    assert code_of(refused) == "database.not_allowed"
    with pytest.raises(Fault) as refused, station.transaction() as session:
        session.rows("SELECT lo_create(0)")
    assert code_of(refused) == "database.not_allowed"
    with psycopg.connect(busy_site.template.login("st_bench1", busy_site.url)) as plain:
        assert plain.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("10s",)
    backup.drop_kept(busy_site.url)


def test_a_screen_that_was_open_is_told_to_sign_on_again_and_then_works(busy_site: Site, tmp_path: Path) -> None:
    path = backed_up(busy_site, tmp_path)
    station = busy_site.station("bench1", "MANAGER1")
    restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    with pytest.raises(Refusal) as refused, station.transaction() as session:
        post(session, busy_site, "move", "WIDGET", "R01", "R02", 1)
    assert code_of(refused) == "sign_on.required"
    station.token = ""
    with station.transaction() as session:
        signed_on = people.sign_on(session, badge="MANAGER1", pin_key=pin_key(), take_over=False)
    station.token = signed_on.token
    with station.transaction() as session:
        post(session, busy_site, "move", "WIDGET", "R01", "R02", 1)
    backup.drop_kept(busy_site.url)


def test_failed_pins_are_still_counted_after_a_restore(busy_site: Site, tmp_path: Path) -> None:
    station = busy_site.station("bench1", None)
    for _ in range(5):
        with pytest.raises(Refusal), station.transaction() as session:
            people.sign_on(session, badge="OPERATOR1", pin_key=b"wrong", take_over=False)
    path = backed_up(busy_site, tmp_path)
    restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    with pytest.raises(Refusal) as locked, station.transaction() as session:
        people.sign_on(session, badge="OPERATOR1", pin_key=pin_key(), take_over=False)
    assert code_of(locked) == "sign_on.locked"
    backup.drop_kept(busy_site.url)


def test_a_backup_is_of_one_moment_while_others_post(busy_site: Site, tmp_path: Path) -> None:
    posted: list[int] = []

    def post_meanwhile(step: str) -> None:
        if step.startswith("writing"):
            busy_site.put("WIDGET", "R03", 1)
            posted.append(1)

    path = tmp_path / "one.stockhand"
    manifest = back_up(ground(busy_site, tmp_path), path, now=NOW, verify=True, say=post_meanwhile)
    assert posted, "somebody posted while it was written"
    assert manifest.moves == 2, "what was posted afterwards is not in it"
    assert databases(busy_site) == {Path(busy_site.url).name}, "the scratch database is gone"


def test_a_backup_of_a_broken_ledger_does_not_count(busy_site: Site, tmp_path: Path) -> None:
    with busy_site.superuser() as connection:
        connection.execute("UPDATE stock_balance SET on_hand = on_hand + 1 WHERE on_hand = 100")
    with pytest.raises(Fault) as stopped:
        backed_up(busy_site, tmp_path, verify=True)
    assert code_of(stopped) == "backup.not_clean"
    assert "balance_is_sum_of_moves" in str(stopped.value.facts["rules"])
    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_a_backup_and_no_password_stands_in_it(busy_site: Site, tmp_path: Path) -> None:
    path = backed_up(busy_site, tmp_path)
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as parts:
        assert b"for-tests-only" not in b"".join(parts.read(name) for name in parts.namelist())
    with Archive.opened(path) as archive:
        known = {login.name: login for login in archive.logins}
    assert known["desk"].groups == ("admin",)
    assert known["st_bench1"].groups == ("station",)
    assert str(known["desk_operator"].password_hash).startswith("SCRAM-SHA-256$")


def test_a_backup_never_replaces_a_file(busy_site: Site, tmp_path: Path) -> None:
    (tmp_path / "one.stockhand").write_text("the only good one")
    with pytest.raises(Refusal) as refused:
        backed_up(busy_site, tmp_path)
    assert code_of(refused) == "backup.file_exists"
    assert (tmp_path / "one.stockhand").read_text() == "the only good one"


def test_data_are_replaced_only_when_whose_they_are_was_said(busy_site: Site, tmp_path: Path) -> None:
    path = backed_up(busy_site, tmp_path)
    for named, code in ((None, "backup.would_overwrite"), ("Somebody else", "backup.wrong_name")):
        with pytest.raises(Refusal) as refused:
            restore(ground(busy_site, tmp_path), path, overwrite=named, now=NOW, say=quiet)
        assert code_of(refused) == code
    assert databases(busy_site) == {Path(busy_site.url).name}


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def turn_into_text(path: Path) -> None:
    path.write_text("-- a dump of something else")


def turn_into_another_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("letter.txt", "Dear Sirs")


def remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (cut, "backup.damaged"),
        (flip, "backup.damaged"),
        (turn_into_text, "backup.not_a_backup"),
        (turn_into_another_zip, "backup.not_a_backup"),
        (remove, "backup.not_found"),
    ],
)
def test_a_file_that_is_no_whole_backup_is_refused_before_anything_happens(
    spoil: object, code: str, busy_site: Site, tmp_path: Path
) -> None:
    path = backed_up(busy_site, tmp_path)
    spoil(path)  # type: ignore[operator]
    with pytest.raises(Refusal) as refused:
        restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    assert code_of(refused) == code
    assert busy_site.stock("WIDGET", "R01") == (100, 0)
    assert databases(busy_site) == {Path(busy_site.url).name}


def test_a_backup_of_a_schema_that_this_program_does_not_know_is_refused(busy_site: Site, tmp_path: Path) -> None:
    with busy_site.superuser() as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    path = backed_up(busy_site, tmp_path)
    with pytest.raises(Refusal) as refused:
        restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    assert (code_of(refused), refused.value.facts["found"]) == ("backup.other_schema", 99)


def test_a_restore_that_fails_halfway_leaves_what_was_there(busy_site: Site, tmp_path: Path) -> None:
    with busy_site.superuser() as connection:
        connection.execute("UPDATE stock_balance SET on_hand = on_hand + 1 WHERE on_hand = 100")
    path = backed_up(busy_site, tmp_path)
    with pytest.raises(Fault) as stopped:
        restore(ground(busy_site, tmp_path), path, overwrite=Path(busy_site.url).name, now=NOW, say=quiet)
    assert code_of(stopped) == "backup.not_clean"
    assert busy_site.stock("WIDGET", "R01") == (101, 0)
    assert databases(busy_site) == {Path(busy_site.url).name}


def test_a_login_that_does_not_see_every_row_cannot_take_a_backup(busy_site: Site, tmp_path: Path) -> None:
    far = Ground(
        busy_site.template.login("desk", busy_site.url), Logins(tmp_path), embedded=False, tools=Tools.of_the_wheel()
    )
    with pytest.raises(Refusal) as refused:
        back_up(far, tmp_path / "one.stockhand", now=NOW, verify=False, say=quiet)
    assert code_of(refused) == "backup.needs_all_rows"
    assert list(tmp_path.iterdir()) == []


def test_without_tools_new_enough_that_is_said(busy_site: Site, tmp_path: Path) -> None:
    with pytest.raises(Fault) as stopped:
        Tools.for_server(busy_site.url, named=tmp_path)
    assert (code_of(stopped), stopped.value.facts["needed"]) == ("backup.no_tools", 18)


def test_the_plan_makes_a_backup_a_day_and_keeps_as_many_as_it_says(busy_site: Site, tmp_path: Path) -> None:
    plan = Plan(tmp_path / "backups", every_hours=24, keep=2)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "by_hand.stockhand").write_text("not the plan's to remove")
    made = []
    for day in range(3):
        now = NOW + timedelta(days=day)
        assert plan.due(now)
        made.append(run_plan(ground(busy_site, tmp_path), plan, tmp_path, now=now, say=quiet))
        assert not plan.due(now + timedelta(hours=23))
    assert plan.backups() == made[1:]
    assert (tmp_path / "backups" / "by_hand.stockhand").exists()
    assert last_time(tmp_path).at == NOW + timedelta(days=2)
    assert last_time(tmp_path).code == ""
    assert prove_file(ground(busy_site, tmp_path), made[2], say=quiet).moves == 2


def test_a_backup_of_a_time_when_the_clock_was_wrong_stands_in_for_no_other(busy_site: Site, tmp_path: Path) -> None:
    plan = Plan(tmp_path / "backups", every_hours=24, keep=1)
    (tmp_path / "backups").mkdir()
    plan.next_file(NOW + timedelta(days=365)).write_text("made when the clock was a year ahead")
    assert plan.due(NOW)
    assert plan.overdue(NOW)
    made = run_plan(ground(busy_site, tmp_path), plan, tmp_path, now=NOW, say=quiet)
    assert plan.backups() == [made]
    assert not plan.due(NOW + timedelta(hours=23))


def test_a_planned_backup_that_fails_is_remembered_and_costs_no_older_one(busy_site: Site, tmp_path: Path) -> None:
    plan = Plan(tmp_path / "backups", every_hours=24, keep=1)
    first = run_plan(ground(busy_site, tmp_path), plan, tmp_path, now=NOW, say=quiet)
    with busy_site.superuser() as connection:
        connection.execute("UPDATE stock_balance SET on_hand = on_hand + 1 WHERE on_hand = 100")
    later = NOW + timedelta(days=1)
    with pytest.raises(Fault):
        run_plan(ground(busy_site, tmp_path), plan, tmp_path, now=later, say=quiet)
    assert plan.backups() == [first]
    assert plan.due(later)
    last = last_time(tmp_path)
    assert (last.at, last.file) == (NOW, first.name)
    assert (last.failed_at, last.code) == (later, "backup.not_clean")


def test_a_folder_that_cannot_be_had_is_named(busy_site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    plan = Plan(tmp_path / "file" / "backups", every_hours=24, keep=7)
    with pytest.raises(Fault) as stopped:
        run_plan(ground(busy_site, tmp_path), plan, tmp_path, now=NOW, say=quiet)
    assert code_of(stopped) == "backup.cannot_write"
    assert last_time(tmp_path).code == "backup.cannot_write"


# What pg_restore 18 says to a server of version 16.
UNKNOWN_SETTING = """pg_restore: error: could not execute query: \
ERROR:  unrecognized configuration parameter "transaction_timeout"
Command was: SET transaction_timeout = 0;
pg_restore: warning: errors ignored on restore: 1
"""
ANOTHER_ERROR = """pg_restore: error: could not execute query: ERROR:  relation "item" already exists
Command was: CREATE TABLE stockhand.item (id uuid NOT NULL);
"""


@pytest.mark.parametrize(
    ("words", "forgiven"),
    [(UNKNOWN_SETTING, True), (UNKNOWN_SETTING + ANOTHER_ERROR, False), (ANOTHER_ERROR, False), ("", False)],
)
def test_a_server_too_old_for_a_setting_of_the_tools_is_forgiven_nothing_else(
    tmp_path: Path, words: str, forgiven: bool
) -> None:
    said = tmp_path / "said.log"
    said.write_text(words)
    assert tools._only_the_setting_failed(said) is forgiven
