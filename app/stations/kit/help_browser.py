"""The manual in a window of its own: the page of the station, or the entry of the error in sight, and a search."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeyEvent, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QTextBrowser, QVBoxLayout, QWidget

from app import resources
from app.stations.kit.kit import Kit

FIRST_PAGE = "index"
_ERROR = "error:"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the manual; `name` is its path below the language without the ending."""

    name: str
    title: str
    markdown: str

    def rank(self, words: list[str]) -> int:
        """How well the page answers a search: 0 where a word is missing, more for titles and headings."""
        text, title = self.markdown.casefold(), self.title.casefold()
        if not all(word in text for word in words):
            return 0
        headings = " ".join(line.casefold() for line in self.markdown.splitlines() if line.startswith("#"))
        return sum(100 * (word in title) + 10 * (word in headings) + min(9, text.count(word)) for word in words)


@cache
def pages(language: str) -> tuple[Page, ...]:
    """Every page of the manual in `language`, in English where it is not translated."""
    manual = resources.resource("manual")
    root = manual / language
    if not root.exists():
        root = manual / "en"
    return tuple(_page(path, root) for path in sorted(root.rglob("*.md")))


def _page(path: Path, root: Path) -> Page:
    markdown = path.read_text(encoding="utf-8")
    heading = re.search(r"^# (.+)$", markdown, re.MULTILINE)
    return Page(
        path.relative_to(root).with_suffix("").as_posix(), heading[1].strip() if heading else path.stem, markdown
    )


def _space(document: QTextDocument) -> None:
    """Give headings, paragraphs and lines the air that Markdown leaves to the reader's program."""
    block = document.begin()
    while block.isValid():
        form = block.blockFormat()
        heading = form.headingLevel()
        form.setTopMargin(16.0 if heading > 1 else 4.0)
        form.setBottomMargin(8.0 if heading else 4.0)
        form.setLineHeight(125.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        QTextCursor(block).setBlockFormat(form)
        block = block.next()


class HelpBrowser(QWidget):
    """Pages on the leading side, the text beside them."""

    def __init__(self, kit: Kit) -> None:
        super().__init__()
        self._pages = pages(kit.texts.language)
        self.current = ""
        self.setWindowTitle(kit.texts.text("titles", "help"))
        self.resize(kit.theme.px(1000), kit.theme.px(680))
        self.query = QLineEdit(placeholderText=kit.texts.text("hints", "search_manual"))
        self.query.setProperty("role", "search")
        self.query.setAccessibleName(kit.texts.text("hints", "search_manual"))
        self.found = QListWidget()
        self.found.setWordWrap(True)
        self.found.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.found.setAccessibleName(kit.texts.text("titles", "help"))
        self.text = QTextBrowser(openLinks=False)
        self.text.anchorClicked.connect(self._follow)
        self._arrange(kit.theme.px(320))
        self.query.textChanged.connect(self._search)
        self.found.currentItemChanged.connect(self._choose)
        self._search("")

    def open(self, topic: str) -> None:
        """Open the page named `topic`, or the entry of an error (`error:` and its code)."""
        self.query.clear()
        if topic.startswith(_ERROR):
            code = topic.removeprefix(_ERROR)
            page = next(
                (page for page in self._pages if re.search(rf"^## {re.escape(code)}\s*$", page.markdown, re.M)), None
            )
            self._show(page.name if page else FIRST_PAGE)
            self._find_heading(code)
        else:
            self._show(topic)
        self.show()
        self.raise_()
        self.activateWindow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the manual."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _arrange(self, list_px: int) -> None:
        side = QVBoxLayout()
        side.addWidget(self.query)
        side.addWidget(self.found, 1)
        self.query.setFixedWidth(list_px)
        self.found.setFixedWidth(list_px)
        row = QHBoxLayout(self)
        row.addLayout(side)
        row.addWidget(self.text, 1)

    def _search(self, query: str) -> None:
        words = query.casefold().split()
        ranked = [(page.rank(words), page) for page in self._pages] if words else [(1, page) for page in self._pages]
        self.found.blockSignals(True)  # noqa: FBT003, RUF100  (Qt's signature)
        self.found.clear()
        for rank, page in sorted(ranked, key=lambda pair: (-pair[0], pair[1].name.count("/"), pair[1].title)):
            if rank and (words or "/" not in page.name):
                item = QListWidgetItem(page.title)
                item.setData(Qt.ItemDataRole.UserRole, page.name)
                self.found.addItem(item)
        self.found.blockSignals(False)  # noqa: FBT003, RUF100  (Qt's signature)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._show(str(item.data(Qt.ItemDataRole.UserRole)))

    def _show(self, name: str) -> None:
        page = next((page for page in self._pages if page.name == name), None) or self._pages[0]
        self.current = page.name
        self.text.document().setMarkdown(page.markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)
        _space(self.text.document())
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _find_heading(self, code: str) -> None:
        if self.text.find(code):
            self.text.ensureCursorVisible()

    def _follow(self, link: QUrl) -> None:
        """Links lead to pages of the manual only; nothing is fetched from outside."""
        name = link.path().removesuffix(".md").removeprefix("./")
        if any(page.name == name for page in self._pages):
            self._show(name)
