"""The managers' screens: one list of them all.

A screen that is content with a `DeskWork` is a line in `manager_entries`; one that needs more has a module in `desks`
that wires it, and a line. What a screen may reach is in `Desk`.
"""

from app import stations
from app.composition import desks
from app.composition.desk import Desk, desk_work
from app.composition.loading import loaded
from app.stations.shell.entries import ScreenFactory, StationEntry


def manager_entries(desk: Desk) -> tuple[StationEntry, ...]:
    """Every screen of managers, in the order of the home screen; its code is loaded when it is opened first."""

    def opened(room: str, screen: str) -> ScreenFactory:
        return lambda kit: loaded(f"{stations.__name__}.{room}", screen)(kit, desk_work(desk))

    def wired(module: str) -> ScreenFactory:
        return lambda kit: loaded(f"{desks.__name__}.{module}", "screen")(desk, kit)

    return (
        StationEntry("stock", wired("stock"), permission="see_stock"),
        StationEntry("orders", opened("orders", "OrdersScreen"), permission="see_stock"),
        StationEntry("orders_wall", opened("orders", "WallScreen"), permission="see_stock", icon="orders"),
        StationEntry("waves", opened("waves", "WavesScreen"), permission="see_stock", icon="picking"),
        StationEntry("claims", opened("claims", "ClaimsScreen"), permission="see_stock"),
        StationEntry("documents", opened("documents", "DocumentsScreen"), permission="see_stock", icon="document"),
        StationEntry("units", opened("units", "UnitsScreen"), permission="see_stock", icon="handling"),
        StationEntry(
            "lots", opened("lots", "LotsScreen"), permission="see_stock", icon="lookup", help_page="traceability"
        ),
        StationEntry("transfers", opened("transfers", "TransfersScreen"), permission="see_stock"),
        StationEntry("kitting", opened("kitting", "KittingScreen"), permission="see_stock"),
        StationEntry("returns", opened("returns", "ReturnsScreen"), permission="see_stock"),
        StationEntry("consignment", opened("consignment", "ConsignmentScreen"), permission="see_stock"),
        StationEntry("inbound", opened("inbound", "InboundScreen"), permission="see_stock"),
        StationEntry("dock_board", opened("dock_board", "DockBoardScreen"), permission="see_stock"),
        StationEntry("docks", opened("docks", "DocksScreen"), permission="see_stock"),
        StationEntry("discrepancies", opened("discrepancies", "DiscrepanciesScreen"), permission="see_stock"),
        StationEntry("quality", opened("quality", "QualityScreen"), permission="see_stock", icon="inspection"),
        StationEntry("shipments", opened("shipments", "ShipmentsScreen"), permission="ship", icon="truck"),
        StationEntry("carriers", opened("carriers", "CarriersScreen"), permission="set_up", icon="truck"),
        StationEntry("packaging", opened("packaging", "PackagingScreen"), permission="set_up", icon="packing"),
        StationEntry("imports", wired("imports"), permission="edit_products", icon="document"),
        StationEntry("books", opened("books", "BooksScreen"), permission="close_period"),
        StationEntry("safekeeping", wired("safekeeping"), permission="audit", icon="lock"),
        StationEntry("plan", opened("plan", "PlanScreen"), permission="see_stock"),
        StationEntry("sites", opened("sites", "SitesScreen"), permission="set_up"),
        StationEntry("policies", opened("policies", "PoliciesScreen"), permission="set_up", icon="document"),
        StationEntry("products", opened("products", "ProductsScreen"), permission="edit_products"),
        StationEntry("partners", opened("partners", "PartnersScreen"), permission="set_up"),
        StationEntry("printing", wired("printing"), permission="print", icon="printer"),
        StationEntry("labels", wired("labels"), permission="set_up", icon="label"),
        StationEntry("people", wired("people"), permission="see_people"),
        StationEntry("devices", wired("devices"), icon="scanner"),
    )
