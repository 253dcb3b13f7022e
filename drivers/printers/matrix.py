"""Data Matrix and QR symbols as modules, encoded by zxing-cpp."""

from functools import lru_cache

import zxingcpp
from PIL import Image

from drivers.printers.label import Content, Correction, Gs1, LabelError


def data_matrix(content: Content) -> Image.Image:
    """Encode a square Data Matrix ECC 200; one pixel a module, ink is white, no quiet zone."""
    return _symbol(content, zxingcpp.BarcodeFormat.DataMatrix, None)


def qr_code(content: Content, correction: Correction) -> Image.Image:
    """Encode a QR code, model 2; one pixel a module, ink is white, no quiet zone."""
    return _symbol(content, zxingcpp.BarcodeFormat.QRCode, correction)


@lru_cache(maxsize=256)
def _symbol(content: Content, symbology: zxingcpp.BarcodeFormat, correction: Correction | None) -> Image.Image:
    options: dict[str, object] = {"force_square": True} if correction is None else {"ec_level": correction.value}
    data: str | bytes = content if isinstance(content, str) else _bracketed(content)
    if isinstance(content, Gs1):
        options["gs1"] = True
    try:
        barcode = zxingcpp.create_barcode(data, symbology, **options)
    except ValueError as refusal:
        raise LabelError(f"no {symbology.name} can hold {data[:40]!r}: {str(refusal)[:120]}") from refusal
    modules = Image.fromarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return modules.convert("L").point(lambda grey: 255 if grey < 128 else 0).convert("1")


def _bracketed(content: Gs1) -> str:
    """The element string with square brackets, which GS1 data never contain."""
    return "".join(f"[{identifier}]{data}" for identifier, data in content.elements)
