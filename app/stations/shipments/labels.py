"""What can be done with a carton's label: rates compared, bought, asked for again, voided; its trail."""

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtWidgets import QFileDialog

from app.dialogs.dialog import Feedback, Level
from app.domain.carriers import PurchaseState
from app.services.carriers import buying, setting_up
from app.services.carriers.buying import Carton
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question, Sheet, page_of
from app.stations.kit.evidence import EvidencePaper
from app.stations.kit.record_table import Record
from app.stations.shipments.papers import CartonPapers
from app.stations.shipments.rows import RATES, TRAIL, rate_record, step_record

_REASONS = ("UNREADABLE", "LOST", "DAMAGED")
_BY_RULES = ""


class Labels:
    """The commands of the sheet of cartons."""

    def __init__(self, desk: DeskScreen, choose_file: Callable[[str], QFileDialog]) -> None:
        self._desk = desk
        self.papers = CartonPapers(desk, choose_file)
        self.evidence = EvidencePaper(desk, lambda row: _carton(row).sscc)

    def commands(self) -> tuple[Command, ...]:
        """Rates, buy, ask again, void, trail, papers."""
        return self._desk.one_of(
            Command("RATES", lambda rows: self.show_rates(rows[0])),
            Command("BUY_LABEL", self._ask_buy, lambda rows: self._has_label(_carton(rows[0]))),
            Command("ASK_AGAIN", self._ask_again, self._nothing_open),
            Command("VOID_PURCHASE", self._ask_void, self._no_label),
            Command("LABEL_TRAIL", lambda rows: self._show_trail(_carton(rows[0]))),
            Command("CARTON_PAPERS", lambda rows: self.papers.show(_carton(rows[0]))),
            self.evidence.command(),
        )

    def of_listed(self) -> tuple[Command, ...]:
        """What can be looked at of a carton on a manifest, also when it has left: rates, trail, papers."""
        return self._desk.one_of(
            Command("RATES", lambda rows: self._look(rows[0], self._show_rates)),
            Command("LABEL_TRAIL", lambda rows: self._look(rows[0], self._show_trail)),
            Command("CARTON_PAPERS", lambda rows: self._look(rows[0], self.papers.show)),
        )

    def _look(self, row: Record, show: Callable[[Carton], None]) -> None:
        desk, parcel = self._desk, row.key
        assert isinstance(parcel, UUID)
        desk.start(lambda: desk.work.run(lambda unit: buying.of_parcel(unit, desk.warehouse, parcel)), show)

    def show_rates(self, row: Record) -> None:
        """What every service would cost for a carton now; of one with a label, what was compared when it was bought."""
        self._show_rates(_carton(row))

    def _show_rates(self, carton: Carton) -> None:
        desk = self._desk

        def read() -> Sequence[Record]:
            alive = carton.buying is not None and carton.buying.alive
            kept = carton.selection if alive else {}
            found = kept or desk.work.run(lambda unit: buying.compare(unit, carton.id)).to_json()
            called = desk.work.run(setting_up.names)
            every = [*([found["chosen"]] if found["chosen"] else []), *found["rejected"]]
            return [
                rate_record(n, one, called(one["carrier"], one["service"]), desk.texts, chosen=one is found["chosen"])
                for n, one in enumerate(every)
            ]

        def facts() -> str:
            said = desk.texts.said(carton.fault, carton.facts)
            rule = str(carton.selection.get("rule", ""))
            named = desk.words(rule) if desk.texts.has("captions", rule) else rule
            return "   ·   ".join(
                part for part in (desk.words("shipments.rule", rule=named) if rule else "", said) if part
            )

        title = desk.words("shipments.rates_of", order=carton.number)
        nothing = lambda _query: desk.hint("shipments.no_rates")  # noqa: E731  (a sentence)
        buy = Command("BUY_RATE", lambda rows: self._buy_rate(carton, rows[0]), lambda _rows: self._has_label(carton))
        sheet = Sheet("shipments.rates", title, RATES, page_of(RATES, read), nothing, desk.one_of(buy), facts=facts)
        desk.lay_over(sheet)

    # - what stands in the way -

    def _has_label(self, carton: Carton) -> str:
        if why := self._desk.hindered("pack"):
            return why
        return self._desk.hint("shipments.has_label") if carton.buying and carton.buying.alive else ""

    def _nothing_open(self, rows: Sequence[Record]) -> str:
        open_states = (PurchaseState.WANTED, PurchaseState.UNKNOWN)
        return "" if _carton(rows[0]).buying in open_states else self._desk.hint("shipments.nothing_open")

    def _no_label(self, rows: Sequence[Record]) -> str:
        carton = _carton(rows[0])
        if why := self._desk.hindered("pack"):
            return why
        return "" if carton.buying and carton.buying.alive else self._desk.hint("shipments.no_label")

    # - questions -

    def _ask_buy(self, rows: Sequence[Record]) -> None:
        desk, carton = self._desk, _carton(rows[0])

        def ask(known: tuple[tuple[str, str], ...]) -> None:
            by_rules = ((_BY_RULES, desk.words("shipments.by_rules")),)
            field = Field("service", desk.words("shipments.with_whom"), choices=(*by_rules, *known), wide=True)

            def book(answers: Answers, request: UUID) -> Booking:
                carrier, _, service = answers["service"].partition("/")
                return self._buying(carton, carrier, service, request)

            told = desk.words("shipments.told_buy", order=carton.number)
            desk.ask(Question(desk.words("shipments.ask_buy"), (field,), lambda _answers: told, book))

        desk.start(self._services, ask)

    def _services(self) -> tuple[tuple[str, str], ...]:
        setups = self._desk.work.run(setting_up.in_use)
        return tuple(
            (f"{setup.code}/{service.code}", f"{setup.name} · {service.name}")
            for setup in setups
            for service in setup.services
        )

    def _buy_rate(self, carton: Carton, row: Record) -> None:
        """Buy the rate in hand."""
        desk, rate = self._desk, row.made_of
        assert isinstance(rate, dict)
        told = desk.words("shipments.told_rate", carrier=row.cells[0], service=row.cells[1])
        title = desk.words("shipments.ask_buy")

        def book(_answers: Answers, request: UUID) -> Booking:
            return self._buying(carton, rate["carrier"], rate["service"], request)

        desk.ask(Question(title, (), lambda _answers: told, book))

    def _buying(self, carton: Carton, carrier: str, service: str, request: UUID) -> Booking:
        run = self._desk.work.run

        def call() -> buying.Wish:
            wish = run(lambda unit: buying.plan(unit, carton.id, carrier=carrier, service=service))
            run(lambda unit: buying.buy(unit, wish), request_id=request)
            return wish

        def done(wish: buying.Wish) -> Feedback:
            told = {"carrier": wish.called.carrier, "service": wish.called.service, "order": carton.number}
            return Feedback(Level.OK, "shipments.wanted", told)

        return Booking(request, call, done)

    def _ask_again(self, rows: Sequence[Record]) -> None:
        desk, carton = self._desk, _carton(rows[0])
        purchase = carton.purchase
        assert purchase is not None
        desk.start(
            lambda: desk.work.run(lambda unit: buying.ask_again(unit, purchase, carton.id)),
            lambda _none: desk.say(Feedback(Level.OK, "shipments.asked_again", {"order": carton.number})),
        )

    def _ask_void(self, rows: Sequence[Record]) -> None:
        desk, carton = self._desk, _carton(rows[0])
        purchase, label = carton.purchase, carton.tracking or carton.reference
        assert purchase is not None

        def book(answers: Answers, request: UUID) -> Booking:
            reason = answers["reason"]
            return Booking(
                request,
                lambda: desk.work.run(
                    lambda unit: buying.void(unit, purchase, carton.id, reason=reason), request_id=request
                ),
                lambda _none: Feedback(Level.WARNING, "shipments.voided", {"label": label}),
                reason=reason,
            )

        unknown = carton.buying is PurchaseState.UNKNOWN
        told = desk.words("shipments.told_void_unknown" if unknown else "shipments.told_void")
        title = desk.words("shipments.ask_void", label=label)
        desk.ask(Question(title, (desk.reason_field(_REASONS),), lambda _answers: told, book))

    # - looks -

    def _show_trail(self, carton: Carton) -> None:
        desk = self._desk

        def read() -> Sequence[Record]:
            found = desk.work.run(lambda unit: buying.history(unit, carton.id))
            return [step_record(n, one, desk.texts) for n, one in enumerate(found)]

        title = desk.words("shipments.trail_of", order=carton.number)
        desk.lay_over(Sheet("shipments.trail", title, TRAIL, page_of(TRAIL, read), lambda _query: desk.hint("no_rows")))


def _carton(row: Record) -> Carton:
    assert isinstance(row.made_of, Carton)
    return row.made_of
