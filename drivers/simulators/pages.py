"""A printer of pages on the network: it takes PDF, prints whatever comes, and never says a word.

    with serve_tcp(PagePrinter(on_paper=keep)) as host:
        ...

Sans-IO. A paper ends where PDF says so (ISO 32000-1, 7.5.5: the last line of a file is `%%EOF`), whether the connection
stays open or not; what is no PDF comes out as nothing, as of a printer that cannot read it.
"""

from collections.abc import Callable

_BEGIN, _END = b"%PDF-", b"%%EOF"


class PagePrinter:
    """What has come out of it are `papers`, the oldest first; `on_paper` hears of each, on the thread of its port."""

    def __init__(self, *, on_paper: Callable[[bytes], object] = lambda _pdf: None) -> None:
        self.papers: list[bytes] = []
        self._on_paper = on_paper
        self._heard = b""

    def receive(self, data: bytes, _now: float) -> None:
        """Take what comes; a paper that is whole is printed."""
        self._heard += data
        while self._heard.rstrip().endswith(_END) or self._heard.count(_BEGIN) > 1:
            paper, _, self._heard = self._heard.partition(_END)
            self._print(paper.lstrip() + _END + b"\n")
            self._heard = self._heard.lstrip()

    def say(self, _now: float) -> bytes:
        """Nothing."""
        return b""

    def _print(self, paper: bytes) -> None:
        if paper.startswith(_BEGIN):
            self.papers.append(paper)
            self._on_paper(paper)
