"""The plan of a warehouse of 50,000 bins: how long it takes to lay it out, to paint it, and to take a tenth of it."""

import json
from collections.abc import Callable
from time import perf_counter
from uuid import UUID, uuid4

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from app.domain.sites.layout import RackSize, arrange
from app.domain.sites.places import Place, PlaceKind
from app.domain.sites.planning import plan_range
from app.stations.plan.view import PlanView

_BINS = "A-001-1..Y-500-4"


def test_a_plan_of_fifty_thousand_bins(qtbot: QtBot, record_property: Callable[[str, object], None]) -> None:
    names = plan_range(_BINS, ()).names
    size = RackSize()
    spots = arrange(names, size).spots
    places = [
        Place(uuid4(), 1, PlaceKind.BIN, spot.name, spot.name, UUID(int=1), x_mm=spot.x_mm, y_mm=spot.y_mm,
              width_mm=size.bay_mm, depth_mm=size.depth_mm, level=spot.level)
        for spot in spots
    ]  # fmt: skip
    colours = {place.id: ("#7CA6D8", "#8FBF8F", "#E0B470")[n % 3] for n, place in enumerate(places)}
    view = PlanView()
    qtbot.addWidget(view)
    view.resize(1366, 700)

    def measured(work: Callable[[], object]) -> float:
        start = perf_counter()
        work()
        return round((perf_counter() - start) * 1000, 1)

    laid = measured(lambda: view.lay(places, colours, {}, line="#333333", accent="#0a58ca"))
    view.show()
    image = QImage(1366, 700, QImage.Format.Format_RGB32)

    def paint() -> None:
        painter = QPainter(image)
        view.render(painter)
        painter.end()

    whole = sorted(measured(paint) for _ in range(5))[2]
    view.zoom(20)
    near = sorted(measured(paint) for _ in range(5))[2]
    found = view._within(QRectF(0, 0, 50_000, 100_000))
    taken = measured(lambda: view.choose(found))
    assert len(places) == 50_000
    assert found
    record_property(
        "measured",
        json.dumps({"plan of bins": len(places), "lay_ms": laid, "paint_whole_ms": whole, "paint_near_ms": near,
                    "take_ms": taken, "taken": len(found)}),
    )  # fmt: skip
