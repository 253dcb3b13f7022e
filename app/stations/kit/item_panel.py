"""Goods in hand: picture, item code, description and count, each always in the same place."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.dialogs.dialog import Count, ItemPanel
from app.stations.kit.big_number import BigNumber
from app.stations.kit.fit_text import FitText
from app.stations.kit.kit import Kit
from app.stations.kit.picture import SIDE_PX, Picture
from app.stations.kit.tasks import Progress
from app.stations.kit.theme import BODY_PX, NAME_PX, SKU_PX, Theme

PictureSource = Callable[[str], bytes]
"""From the name in `ItemPanel.picture`, or the SKU, to the bytes of an image; empty where there is none.

Called in a worker thread: the words never wait for the picture.
"""

_DETAIL_ROWS, _DETAIL_COLUMNS = 3, 2
_DETAILS = _DETAIL_ROWS * _DETAIL_COLUMNS


class ItemCard(QFrame):
    """What the person compares with what they hold. The SKU has the whole width: it is never elided or wrapped."""

    def __init__(self, kit: Kit, picture: PictureSource, *, icon: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._kit = kit
        self._source = picture
        self._icon = icon
        self._known: dict[str, bytes] = {}
        self._wanted = ""
        self.picture = Picture(kit.theme)
        self.sku = FitText(kit.theme, size_px=SKU_PX, bold=True, verbatim=True)
        self.name = FitText(kit.theme, size_px=NAME_PX, lines=2, tint="muted")
        self.number = BigNumber(kit.theme, kit.texts)
        self._details = _Details(kit.theme)
        self._arrange()
        kit.theme.changed.connect(self._resize)
        self._resize()

    def show_goods(self, item: ItemPanel | None, count: Count | None) -> None:
        """Show the goods and the number; either may be missing, their places stay."""
        self.sku.set_text(item.sku if item else "")
        self.name.set_text(item.name if item else "")
        texts, details = self._kit.texts, item.details if item else ()
        self._details.say([(texts.text("captions", code), texts.word(code, value)) for code, value in details])
        if item is None:
            self._wanted = ""
            self.picture.show_icon(self._icon)
        else:
            self._show_picture(item.picture or item.sku, item.name)
        self.number.show_count(count)

    def _show_picture(self, wanted: str, name: str) -> None:
        """Show the picture of these goods as soon as it is there, if they are still in hand then."""
        self._wanted = wanted
        self.picture.show_photo(self._known.get(wanted, b""), name=name)
        if wanted in self._known:
            return

        def read(_progress: Progress) -> bytes:
            return self._source(wanted)

        def done(content: bytes) -> None:
            self._known[wanted] = content
            if wanted == self._wanted and content:
                self.picture.show_photo(content, name=name)

        self._kit.tasks.start(read, owner=self, done=done, failed=lambda _stopped: None)

    def details(self) -> list[tuple[str, str]]:
        """Captions and values shown under the description."""
        return self._details.pairs()

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.name)
        words.addWidget(self._details)
        words.addStretch(1)
        lower = QHBoxLayout()
        lower.setSpacing(12)
        lower.addLayout(words, 1)
        lower.addWidget(self.number, 0, Qt.AlignmentFlag.AlignBottom)
        goods = QVBoxLayout()
        goods.setContentsMargins(0, 0, 0, 0)
        goods.setSpacing(0)
        goods.addWidget(self.sku)
        goods.addLayout(lower, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 7, 16, 7)
        row.setSpacing(18)
        row.addWidget(self.picture)
        row.addLayout(goods, 1)

    def _resize(self) -> None:
        self.setFixedHeight(self._kit.theme.px(SIDE_PX) + 14)


class _Details(QWidget):
    """Lot, expiry and the like: caption above value would jump, so captions stand before values.

    The first three stand below each other, the next three beside them; what is more is appended to the last.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._labels = [(QLabel(), FitText(theme, size_px=BODY_PX, verbatim=True, hug=True)) for _ in range(_DETAILS)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for n, (caption, value) in enumerate(self._labels):
            caption.setProperty("role", "caption")
            column, row = divmod(n, _DETAIL_ROWS)
            grid.addWidget(caption, row, 2 * column)
            grid.addWidget(value, row, 2 * column + 1)
        grid.setColumnStretch(2 * _DETAIL_COLUMNS, 1)

    def say(self, pairs: Sequence[tuple[str, str]]) -> None:
        shown = [*pairs, *[("", "")] * _DETAILS]
        if len(pairs) > _DETAILS:
            rest = "   ".join(f"{caption} {value}" for caption, value in pairs[_DETAILS:])
            shown[_DETAILS - 1] = (pairs[_DETAILS - 1][0], f"{pairs[_DETAILS - 1][1]}   {rest}")
        for (caption, value), (caption_text, value_text) in zip(self._labels, shown, strict=False):
            caption.setText(caption_text)
            value.set_text(value_text)
            caption.setVisible(bool(caption_text))
            value.setVisible(bool(value_text))

    def pairs(self) -> list[tuple[str, str]]:
        return [(caption.text(), value.text()) for caption, value in self._labels if value.text()]
