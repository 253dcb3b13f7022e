"""Files that a person names on the command line: their content, or in a sentence why it cannot be had."""

from pathlib import Path

_SCRIPT_BYTES = 1_000_000


class FileError(ValueError):
    """The file cannot be taken; the message is a sentence for whoever named it."""


def content_of(path: Path, *, most: int) -> bytes:
    """Read a file of at most `most` bytes; raises `FileError`."""
    try:
        if path.is_dir():
            raise FileError(f"{path} is a folder, not a file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise FileError(in_words(error, path)) from error
    if len(data) > most:
        raise FileError(f"{path} is larger than {most // 1_000_000} MB")
    return data


def script_of(path: Path) -> str:
    """Read a fault script; raises `FileError`."""
    try:
        return content_of(path, most=_SCRIPT_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is no text") from error


def in_words(error: OSError, what: object) -> str:
    """What the system says of a file, a folder or a port, without its error number."""
    match error:
        case FileNotFoundError():
            return f"there is no file {what}"
        case FileExistsError():
            return f"{what} is there already"
        case PermissionError():
            return f"this account may not use {what}"
    return f"{what}: {(error.strerror or str(error)).lower()}"
