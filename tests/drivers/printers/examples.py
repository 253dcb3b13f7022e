"""Labels a warehouse would pay for, built from the label model alone: proof that it is enough."""

import io

from PIL import Image, ImageDraw

from drivers.printers.label import (
    Align,
    Box,
    Code128,
    Content,
    DataMatrix,
    Element,
    Gs1,
    Label,
    Line,
    Picture,
    QrCode,
    Text,
)

SSCC = Gs1((("00", "340123450000000017"),))
CONTENT = Gs1((("02", "09501101530003"), ("37", "24")))
LOT = Gs1((("15", "270331"), ("10", "L4711A")))
PIECE = Gs1((("01", "09501101530003"), ("17", "270331"), ("10", "L4711A"), ("21", "S-00042")))
TRACKING = "1Z999AA10123456784"


def logo() -> bytes:
    """A small picture file: a house with a door."""
    picture = Image.new("RGBA", (120, 100), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(60, 0), (120, 40), (0, 40)], fill="black")
    pen.rectangle((10, 40, 110, 99), fill="black")
    pen.rectangle((30, 60, 90, 99), fill="white")
    for y in (66, 78, 90):
        pen.rectangle((34, y, 86, y + 5), fill="black")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def titled(x_mm: float, y_mm: float, title: str, text: str, *, width_mm: float, height_mm: float = 5.0) -> list[Text]:
    """A data title of the GS1 logistic label with its value."""
    return [
        Text(x_mm=x_mm, y_mm=y_mm, text=title, height_mm=2.8, width_mm=width_mm),
        Text(x_mm=x_mm, y_mm=y_mm + 3.4, text=text, height_mm=height_mm, bold=True, width_mm=width_mm),
    ]


def bar_code(y_mm: float, content: Gs1, *, height_mm: float, width_mm: float) -> list[Code128 | Text]:
    """A GS1-128 over the whole width with the line for people below."""
    return [
        Code128(x_mm=2, y_mm=y_mm, content=content, height_mm=height_mm, module_mm=0.5, width_mm=width_mm - 4),
        Text(
            x_mm=2,
            y_mm=y_mm + height_mm + 1,
            text=content.readable,
            height_mm=4.2,
            width_mm=width_mm - 4,
            align=Align.CENTRE,
        ),
    ]


def sscc_label() -> Label:
    """A GS1 logistic label, 105 × 148 mm: who, what, and the codes, the SSCC at the bottom."""
    width = 105.0
    elements: list[Element] = [
        Picture(x_mm=4, y_mm=4, width_mm=12, height_mm=11, data=logo()),
        Text(x_mm=19, y_mm=4, text="Nordlager GmbH", height_mm=5.5, bold=True, width_mm=80),
        Text(x_mm=19, y_mm=10.5, text="Hafenstraße 12 · 20457 Hamburg · DE", height_mm=3.4, width_mm=80),
        Line(x_mm=2, y_mm=18, length_mm=width - 4, thickness_mm=0.5),
        *titled(4, 20.5, "SSCC", "3 4012345 000000001 7", width_mm=97, height_mm=6.5),
        *titled(4, 32, "CONTENT (GTIN)", "09501101530003", width_mm=60),
        *titled(70, 32, "COUNT", "24", width_mm=31),
        *titled(4, 42.5, "BEST BEFORE (dd.mm.yyyy)", "31.03.2027", width_mm=60),
        *titled(70, 42.5, "BATCH/LOT", "L4711A", width_mm=31),
        Text(x_mm=4, y_mm=53, text="Oliven grün, mariniert, Glas 340 g", height_mm=3.8, width_mm=97),
        Line(x_mm=2, y_mm=59, length_mm=width - 4, thickness_mm=0.5),
        *bar_code(62, CONTENT, height_mm=19, width_mm=width),
        *bar_code(89, LOT, height_mm=19, width_mm=width),
        *bar_code(116, SSCC, height_mm=25, width_mm=width),
    ]
    return Label(width, 148, tuple(elements))


def shipping_label() -> Label:
    """A 4 × 6 inch shipping label with an address no printer font has."""
    width, height = 101.6, 152.4
    elements: list[Element] = [
        Box(x_mm=1.5, y_mm=1.5, width_mm=width - 3, height_mm=height - 3, thickness_mm=0.5),
        Text(x_mm=4, y_mm=4, text="FROM", height_mm=2.6),
        Text(
            x_mm=4,
            y_mm=7.4,
            text="Nordlager GmbH\nHafenstraße 12\n20457 Hamburg\nGermany",
            height_mm=3.2,
            width_mm=56,
            lines=4,
        ),
        Box(x_mm=64, y_mm=4, width_mm=33.6, height_mm=18, filled=True),
        Text(x_mm=64, y_mm=6.4, text="EXPRESS", height_mm=8, width_mm=33.6, align=Align.CENTRE, inverse=True),
        Text(x_mm=64, y_mm=15.6, text="by 12:00", height_mm=4.4, width_mm=33.6, align=Align.CENTRE, inverse=True),
        Line(x_mm=1.5, y_mm=24.5, length_mm=width - 3, thickness_mm=0.5),
        Text(x_mm=4, y_mm=27, text="SHIP TO", height_mm=2.6),
        Text(
            x_mm=8,
            y_mm=31,
            text="Zażółć Sp. z o.o.\nMagdalena Wiśniewska-Żółkiewska\nul. Świętokrzyska 14/7\nPL-00-050 WARSZAWA",
            height_mm=5.2,
            bold=True,
            width_mm=88,
            lines=5,
        ),
        Line(x_mm=1.5, y_mm=57, length_mm=width - 3, thickness_mm=0.5),
        DataMatrix(x_mm=5, y_mm=60.5, content=PIECE, module_mm=0.75),
        Text(x_mm=30, y_mm=61, text="PL 005 9-02", height_mm=13, bold=True, width_mm=67, align=Align.CENTRE),
        Text(x_mm=30, y_mm=75.5, text="Hub Poznań · Tour 014", height_mm=3.8, width_mm=67, align=Align.CENTRE),
        Line(x_mm=1.5, y_mm=82, length_mm=width - 3, thickness_mm=1.5),
        Text(x_mm=4, y_mm=85.5, text="TRACKING # " + TRACKING, height_mm=4.6, bold=True, width_mm=93),
        Code128(x_mm=2.5, y_mm=91.5, content=TRACKING, height_mm=26, width_mm=width - 5),
        Line(x_mm=1.5, y_mm=120, length_mm=width - 3, thickness_mm=1.5),
        QrCode(x_mm=5, y_mm=124, content="https://track.example/" + TRACKING, module_mm=0.625),
        *titled(30, 124, "ORDER", "SO-2026-004711", width_mm=36, height_mm=4.4),
        *titled(68, 124, "WEIGHT", "12.480 kg", width_mm=29, height_mm=4.4),
        *titled(30, 133, "REFERENCE", "PO 4500012345", width_mm=36, height_mm=4.4),
        *titled(68, 133, "CARTON", "1 / 2", width_mm=29, height_mm=4.4),
        Text(x_mm=30, y_mm=143.5, text="Label 0190f3c2-7a1e · not a receipt", height_mm=2.6, width_mm=66),
    ]
    return Label(width, height, tuple(elements))


def code_label() -> Label:
    """Every kind of code with awkward content, and texts that look like commands."""
    elements: list[Element] = [
        Text(x_mm=3, y_mm=3, text="^XZ~JA \\& _5E ^FDÄé€ 箱 Київ", height_mm=5, width_mm=94),
        Code128(x_mm=3, y_mm=12, content="AB>c^~_\\x", height_mm=10),
        Code128(x_mm=3, y_mm=25, content="00123456", height_mm=10),
        Code128(
            x_mm=3,
            y_mm=38,
            content=Gs1((("01", "09501101530003"), ("10", "A>(B"), ("21", "7"))),
            height_mm=10,
            width_mm=95,
        ),
        DataMatrix(x_mm=5, y_mm=52, content="a_b^c~d\\e_1", module_mm=0.5),
        DataMatrix(
            x_mm=25, y_mm=52, content=Gs1((("01", "09501101530003"), ("10", "A_B"), ("21", "9"))), module_mm=0.5
        ),
        DataMatrix(x_mm=45, y_mm=52, content=PIECE, module_mm=0.5),
        DataMatrix(x_mm=70, y_mm=52, content="Grüße", module_mm=0.75),
        QrCode(x_mm=5, y_mm=74, content="^XA^FD~JA_5E", module_mm=0.5),
        QrCode(x_mm=35, y_mm=74, content=PIECE, module_mm=0.5),
        QrCode(x_mm=65, y_mm=74, content="https://id.example/箱", module_mm=0.5),
    ]
    return Label(101.6, 101.6, tuple(elements))


def scanned(content: Content) -> bytes:
    """What a scanner reads from this content."""
    return (content.stream if isinstance(content, Gs1) else content).encode()


def turned_label() -> Label:
    """Texts, rules, boxes, codes and pictures, each turned by a quarter, a half and three quarters."""
    elements: list[Element] = []
    for place, rotation in enumerate((90, 180, 270)):
        x = 4.0 + 32 * place
        elements += [
            Text(x_mm=x, y_mm=4, text=f"TURNED {rotation}", height_mm=4, rotation=rotation),
            Box(x_mm=x, y_mm=44, width_mm=20, height_mm=8, thickness_mm=0.5, rotation=rotation),
            Line(x_mm=x + 24, y_mm=44, length_mm=5, thickness_mm=0.5, rotation=rotation),
            Code128(
                x_mm=x,
                y_mm=70,
                content=f"T{rotation}",
                height_mm=10,
                module_mm=0.25,
                readable_mm=3,
                rotation=rotation,
            ),
            DataMatrix(x_mm=x, y_mm=110, content=f"DM-{rotation}", module_mm=0.625, rotation=rotation),
            QrCode(x_mm=x, y_mm=130, content=f"QR-{rotation}", module_mm=0.625, rotation=rotation),
        ]
    return Label(101.6, 152.4, tuple(elements))
