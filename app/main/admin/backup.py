"""`admin backup` and `admin restore`: the whole database in one file, and back."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.composition import backups
from app.composition.home import OpenHome, open_home
from app.database import backup as databases
from app.main.output import Output, answers, misused, open_options, opened
from app.services import backup, clock

_SAYS = {
    "writing": "Writing: {} MB so far",
    "checking": "Checking the file",
    "building": "Making a database from it",
    "proving": "Proving that everything is in it and true",
    "replacing": "Putting it in place of the present one",
}
_WRITING_STEP_MB = 50


def add(verbs: Any) -> None:  # noqa: ANN401  (argparse's own collection)
    """Declare the commands."""
    taking = verbs.add_parser(
        "backup", help="write the whole database into one file, and prove that it can be restored"
    )
    taking.add_argument("file", type=Path)
    proof = taking.add_mutually_exclusive_group()
    proof.add_argument("--no-verify", action="store_true", help="do not restore and prove it in a scratch database")
    proof.add_argument("--verify-only", action="store_true", help="prove a backup that is there already")
    _add_server_options(taking)
    answers(taking, _backup)
    restoring = verbs.add_parser("restore", help="put a backup in the place of the present database")
    restoring.add_argument("file", type=Path, nargs="?")
    restoring.add_argument("--overwrite", action="store_true", help="replace a database that has data")
    restoring.add_argument("--name", default=None, help="the company whose data are replaced; asked for when not given")
    restoring.add_argument(
        "--drop-kept", action="store_true", help="remove what earlier restores kept, and nothing else"
    )
    _add_server_options(restoring)
    answers(restoring, _restore)


def _add_server_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--superuser-url", default="", help="who sees all rows and may create databases, on a shared server"
    )
    parser.add_argument("--tools", type=Path, default=None, help="the folder of pg_dump and pg_restore to use")


def _ground(home: OpenHome, options: argparse.Namespace) -> backup.Ground:
    return backups.ground(home, superuser_url=options.superuser_url, tools=options.tools)


def _teller(output: Output) -> Callable[[str], None]:
    """Says each step once, and how much is written every so often."""
    said: set[str] = set()

    def tell(step: str) -> None:
        word, _, amount = step.partition(" ")
        key = f"{word} {int(amount) // _WRITING_STEP_MB}" if amount else word
        if key not in said:
            said.add(key)
            output.progress(_SAYS[word].format(amount))

    return tell


def _backup(options: argparse.Namespace, output: Output) -> int:
    with opened(options, output) as home:
        ground = _ground(home, options)
        path = options.file.absolute()
        if options.verify_only:
            manifest = backup.prove_file(ground, path, say=_teller(output))
        else:
            manifest = backup.back_up(ground, path, now=clock.now(), verify=not options.no_verify, say=_teller(output))
    size = path.stat().st_size
    proved = not options.no_verify
    output.answer(
        {
            "file": str(path),
            "bytes": size,
            "verified": proved,
            "replayed": proved and databases.is_replayed(manifest),
            "moves": manifest.moves,
            "seal": manifest.seal_no,
            "hash": manifest.seal_hash,
            "sha256": manifest.dump_sha256,
        },
        f"{path}: {size / 1e6:.1f} MB, {_holds(manifest)}."
        + (f" Restored on trial. {_proof(manifest)}" if proved else " NOT verified: it was not restored on trial."),
    )
    return 0


def _holds(manifest: databases.Manifest) -> str:
    return f"{manifest.moves} moves, " + (f"seal {manifest.seal_no}" if manifest.seal_no else "nothing sealed")


def _proof(manifest: databases.Manifest) -> str:
    """Which proof the trial passed, in words."""
    if databases.is_replayed(manifest):
        return "Proved clean, the ledger replayed from zero."
    return "Proved clean; to replay so long a ledger from zero, run 'admin prove --deep'."


def _require_sense(options: argparse.Namespace) -> None:
    """Refuse what would do nothing, or less than it says."""
    if options.drop_kept and (options.file or options.overwrite or options.name is not None):
        misused(options, "--drop-kept goes alone: it removes what earlier restores kept, and restores nothing")
    if not options.drop_kept and options.file is None:
        misused(options, "which backup? Name its file")
    if options.name is not None and not options.overwrite:
        misused(options, "--name goes with --overwrite")


def _restore(options: argparse.Namespace, output: Output) -> int:
    _require_sense(options)
    with open_home(options.home, options=open_options(options), check_schema=False) as home:
        ground = _ground(home, options)
        if options.drop_kept:
            dropped = databases.drop_kept(ground.url)
            output.answer({"dropped": dropped}, f"Removed: {', '.join(dropped) or 'nothing was kept'}.")
            return 0
        overwrite = _named(ground, options) if options.overwrite else None
        done = backup.restore(
            ground, options.file.absolute(), overwrite=overwrite, now=clock.now(), say=_teller(output)
        )
    lines = [
        f"Restored as it was at {done.manifest.taken_at:%Y-%m-%d %H:%M} UTC: {_holds(done.manifest)}."
        f" {_proof(done.manifest)} Everybody has to sign on again."
    ]
    if done.kept_as:
        lines.append(
            f"The data of before are kept as database {done.kept_as}; 'admin restore --drop-kept' removes them."
        )
    if done.without_password:
        lines.append(f"These logins need a new password: {', '.join(done.without_password)}.")
    output.answer(
        {
            "restored": True,
            "taken_at": done.manifest.taken_at,
            "moves": done.manifest.moves,
            "seal": done.manifest.seal_no,
            "kept_as": done.kept_as,
            "without_password": done.without_password,
        },
        *lines,
    )
    return 0


def _named(ground: backup.Ground, options: argparse.Namespace) -> str | None:
    """The second time of telling: the company's name, as an option or typed."""
    held = databases.held_data(ground.url)
    if held is None or options.name is not None or not sys.stdin.isatty():
        return options.name  # type: ignore[no-any-return]  # argparse keeps no types
    sys.stderr.write(f"All data of {held!r} will be replaced. Type its name to go on: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()
