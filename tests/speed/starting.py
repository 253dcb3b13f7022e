"""A program of its own that starts, tells as JSON what that took, and leaves: `python -m tests.speed.starting WHAT …`.

`bare BEGUN`: an empty window of Qt, the reference. `window BEGUN HOME`: the desk of a home, until it is painted.
`query HOME`: the server of a home that is not running, until it has answered. BEGUN is when the program was started,
in seconds since 1970; CPU is this program's own.
"""

import json
import sys
import time
from pathlib import Path

HEAVY = {"pandas", "matplotlib", "reportlab", "numpy", "scipy", "openpyxl", "PIL"}


def window(begun: float, home: str | None) -> dict[str, object]:
    """Open a window, and close it as soon as it has been painted; without a home an empty one."""
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    told: dict[str, object] = {}

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
            if event.type() == QEvent.Type.Paint and isinstance(watched, QWidget) and not told:
                told["of"] = type(watched.window()).__name__
                QTimer.singleShot(0, lambda: self.painted(watched.window()))
            return False

        def painted(self, shown: QWidget) -> None:
            modules = set(sys.modules)
            told["wall_s"], told["cpu_s"] = round(time.time() - begun, 3), round(time.process_time(), 3)
            told["modules"], told["heavy"] = len(modules), sorted(HEAVY & modules)
            shown.close()

    app = QApplication(sys.argv[:1])
    watching = FirstPaint()
    app.installEventFilter(watching)
    if home is None:
        empty = QWidget()
        empty.resize(1366, 768)
        empty.show()
        app.exec()
    else:
        from app.main import main

        main(["--home", home, "desk", "--window"])
    return told


def query(home: str) -> dict[str, object]:
    """Start the server of a home and ask it something; then once more over a new connection, the reference."""
    import psycopg

    from app.database import server

    def ask(url: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute("SELECT count(*) FROM stockhand.warehouse")

    stopped = not server.status(Path(home)).running
    began = time.perf_counter()
    with server.attach(Path(home)) as attachment:
        ask(attachment.url)
        took, began = time.perf_counter() - began, time.perf_counter()
        ask(attachment.url)
        again = time.perf_counter() - began
    return {"from_stopped": stopped, "wall_s": round(took, 3), "again_s": round(again, 4)}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare", begun]:
            answer = window(float(begun), None)
        case ["window", begun, home]:
            answer = window(float(begun), home)
        case ["query", home]:
            answer = query(home)
    print(json.dumps(answer))  # noqa: T201  (whoever started it reads it)
