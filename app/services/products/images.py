"""Pictures of goods: whatever somebody brings becomes a JPEG of at most 300 KB and a thumbnail, without its secrets.

Cameras write into pictures where and when they were taken; that is left out.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.database import products as store
from app.domain.catalog.products import Image as KnownImage
from app.domain.errors import Refusal
from app.services.work import UnitOfWork

if TYPE_CHECKING:
    from PIL.Image import Image as Raster

MOST_BYTES = 300 * 1024
MOST_FILE_BYTES = 40 * 1024 * 1024
_MOST_POINTS = 80_000_000
_SIDE, _THUMBNAIL_SIDE = 1600, 256
_THUMBNAIL_BYTES = 32 * 1024
_QUALITIES = (88, 80, 70, 60, 48, 36)
_OF_ANY_JPEG = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density"})
"""What a JPEG says of itself without any words: no place, no time, no camera."""
_SCALABLE = ("L", "RGB", "RGBA", "CMYK")
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture as it is kept: JPEG bytes, a small one beside them, width and height in points."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int

    @property
    def sha256(self) -> bytes:
        """What it is known by."""
        return hashlib.sha256(self.content).digest()


def read_file(path: Path) -> Prepared:
    """The picture in a file; refuses `image.not_an_image` and `image.too_large`."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise Refusal("image.too_large", file=path.name, most=f"{MOST_FILE_BYTES // 1024 // 1024} MB")
        content = path.read_bytes()
    except OSError as error:
        raise Refusal("image.not_an_image", file=path.name) from error
    return prepare(content, name=path.name)


def hash_of(sha256: str) -> bytes:
    """What a kept picture is known by, from its hexadecimal digits; refuses `photo.not_kept`."""
    try:
        return bytes.fromhex(sha256)
    except ValueError as error:
        raise Refusal("photo.not_kept") from error


def prepare(content: bytes, *, name: str = "") -> Prepared:
    """A picture made small, upright and without what cameras write beside it; one that was made so stays as it is."""
    from PIL import Image, ImageOps  # noqa: PLC0415  (0.1 s that only this needs)

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_POINTS:
                raise Refusal("image.too_large", file=name, most=f"{_MOST_POINTS // 1_000_000} megapixels")
            kept = content if _is_as_kept(opened, content) else b""
            raster = _on_white(ImageOps.exif_transpose(_small(opened)))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refusal("image.not_an_image", file=name) from error
    small = raster.copy()
    small.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    return Prepared(kept or _jpeg(raster, MOST_BYTES), _jpeg(small, _THUMBNAIL_BYTES), raster.width, raster.height)


def _is_as_kept(opened: "Raster", content: bytes) -> bool:
    """Whether it is a JPEG that needs nothing done to it: such as one that came out with the set-up."""
    small = len(content) <= MOST_BYTES and max(opened.size) <= _SIDE
    return small and opened.format == "JPEG" and opened.mode == "RGB" and opened.info.keys() <= _OF_ANY_JPEG


def _small(opened: "Raster") -> "Raster":
    """The picture at the size that is kept, before anything else is done to it: a huge one is in memory only once."""
    opened.draft("RGB", (_SIDE, _SIDE))
    raster = opened if opened.mode in _SCALABLE else opened.convert("RGBA")
    raster.thumbnail((_SIDE, _SIDE))
    return raster


def _on_white(raster: "Raster") -> "Raster":
    """The picture in colours, what is transparent as white."""
    from PIL import Image  # noqa: PLC0415

    seen = raster.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    return ground.convert("RGB")


def _jpeg(raster: "Raster", most: int) -> bytes:
    """The best JPEG that is small enough; a picture that resists is halved."""
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            raster.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= most:
                return out.getvalue()
        raster = raster.resize((max(1, raster.width // 2), max(1, raster.height // 2)))


def keep(unit: UnitOfWork, prepared: Prepared, *, caption: str = "") -> KnownImage:
    """Store a picture, once however often it comes; returns what products name it by."""
    store.keep_image(
        unit.session,
        sha256=prepared.sha256,
        media_type="image/jpeg",
        content=prepared.content,
        thumbnail=prepared.thumbnail,
        width=prepared.width,
        height=prepared.height,
    )
    return KnownImage(prepared.sha256.hex(), caption)
