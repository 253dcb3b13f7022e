"""Where the files of `resources/` stand: in a checkout, in an installed package and in a frozen build alike."""

from pathlib import Path

# The three have in common that `resources` stands beside the package `app`.
ROOT = Path(__file__).parent.parent / "resources"


def resource(*parts: str) -> Path:
    """Return the file or folder `resources/<parts…>`. Raises `FileNotFoundError` where the build forgot it."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"the installation is not complete: {path} is missing")
    return path
