"""What a manager does with profiles: makes them, changes what all places of one make take, archives, removes."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from app.dialogs.dialog import Feedback, Level
from app.domain.errors import Refusal
from app.domain.sites.places import BIN_TYPES, MIXINGS, TEMPERATURES, Profile
from app.domain.values import format_quantity, parse_quantity
from app.services.sites import places
from app.stations.kit.desk import Answers, Booking, Command, DeskScreen, Field, Question
from app.stations.kit.record_table import Record

_AMOUNTS = ("capacity_units", "capacity_kg", "capacity_l")


class ProfileQuestions:
    """The commands of the sheet of profiles."""

    def __init__(self, desk: DeskScreen) -> None:
        self._desk = desk

    def commands(self) -> tuple[Command, ...]:
        """A new one; and, for one in hand, other limits, out of use, gone."""
        return (
            Command("NEW_PROFILE", lambda _rows: self._ask(None), self._may),
            *self._desk.one_of(
                Command("CHANGE_PROFILE", lambda rows: self._ask(_profile(rows[0])), self._may),
                Command("ARCHIVE", lambda rows: self._archive(_profile(rows[0])), self._may),
                Command("REMOVE_PROFILE", lambda rows: self._remove(_profile(rows[0])), self._may),
            ),
        )

    def _may(self, _rows: Sequence[Record]) -> str:
        return self._desk.hindered("set_up")

    def _ask(self, known: Profile | None) -> None:
        words, shown = self._desk.words, known or Profile(None, None, "", "")
        fields = (
            Field("code", words("sites.code"), shown.code),
            Field("name", words("sites.name"), shown.name),
            self._choice("bin_type", shown.bin_type, BIN_TYPES),
            *(Field(name, words(f"sites.{name}"), _amount(getattr(shown, name))) for name in _AMOUNTS),
            Field("height_mm", words("sites.height_mm"), str(shown.height_mm or "")),
            self._choice("mixing", shown.mixing, MIXINGS),
            self._choice("temperature", shown.temperature, TEMPERATURES),
            Field("hazard_classes", words("sites.hazard_classes"), ", ".join(shown.hazard_classes)),
            Field(
                "negative",
                words("sites.negative"),
                "yes" if shown.negative_allowed else "no",
                (("yes", words("people.yes")), ("no", words("people.no"))),
            ),
        )

        def told(answers: Answers) -> str:
            wanted = _wanted(answers, shown)
            if known is None or not known.places:
                return ""
            return words("sites.told_profile", name=wanted.code, count=known.places)

        def book(answers: Answers, request: UUID) -> Booking:
            return self._booking(request, _wanted(answers, shown))

        title = words("sites.ask_new_profile") if known is None else words("sites.ask_profile", name=known.code)
        self._desk.ask(Question(title, fields, told, book))

    def _archive(self, profile: Profile) -> None:
        code = "restore_profile" if profile.archived else "archive_profile"
        self._sure(code, profile, replace(profile, archived=not profile.archived))

    def _sure(self, code: str, profile: Profile, wanted: Profile) -> None:
        told = self._desk.words(f"sites.told_{code}", name=profile.code, count=profile.places)
        title = self._desk.words(f"sites.ask_{code}")
        self._desk.ask(
            Question(title, (), lambda _answers: told, lambda _answers, request: self._booking(request, wanted))
        )

    def _remove(self, profile: Profile) -> None:
        def book(_answers: Answers, request: UUID) -> Booking:
            return Booking(
                request,
                lambda: self._desk.work.run(lambda unit: places.remove_profile(unit, profile), request_id=request),
                lambda _answer: Feedback(Level.OK, "sites.profile_removed", {"name": profile.code}),
            )

        told = self._desk.words("sites.told_remove_profile", name=profile.code)
        self._desk.ask(Question(self._desk.words("sites.ask_remove_profile"), (), lambda _answers: told, book))

    def _booking(self, request: UUID, wanted: Profile) -> Booking:
        return Booking(
            request,
            lambda: self._desk.work.run(lambda unit: places.save_profile(unit, wanted), request_id=request),
            lambda _answer: Feedback(Level.OK, "sites.profile_saved", {"name": wanted.code}),
        )

    def _choice(self, name: str, value: str, values: Sequence[str]) -> Field:
        texts = self._desk.texts
        choices = tuple((one, texts.word(name, one) if one else self._desk.words("sites.none")) for one in values)
        return Field(name, self._desk.words(f"sites.{name}"), value, choices)


def _wanted(answers: Answers, shown: Profile) -> Profile:
    if not answers["code"] or not answers["name"]:
        raise Refusal("sites.code_and_name")
    if answers["height_mm"] and not answers["height_mm"].isdecimal():
        raise Refusal("quantity.unreadable", text=answers["height_mm"])
    capacity: list[Decimal | None] = [parse_quantity(answers[name]) if answers[name] else None for name in _AMOUNTS]
    return replace(
        shown,
        code=answers["code"].upper(),
        name=answers["name"],
        bin_type=answers["bin_type"],
        capacity_units=capacity[0],
        capacity_kg=capacity[1],
        capacity_l=capacity[2],
        height_mm=int(answers["height_mm"]) if answers["height_mm"] else None,
        mixing=answers["mixing"],
        temperature=answers["temperature"],
        hazard_classes=tuple(part.strip() for part in answers["hazard_classes"].split(",") if part.strip()),
        negative_allowed=answers["negative"] == "yes",
    )


def _amount(value: Decimal | None) -> str:
    return "" if value is None else format_quantity(value)


def _profile(record: Record) -> Profile:
    assert isinstance(record.made_of, Profile)
    return record.made_of
