"""How long there is until a carrier's cut-off, in words, and how urgent that is."""

from datetime import datetime, timedelta

from app.texts import Texts

SOON = timedelta(minutes=30)
_DAY = timedelta(days=1)


def cut_off_time(at: datetime | None) -> str:
    """When a carrier leaves; `at` is in the zone of the warehouse, whose clock counts.

    Where the clock of this desk shows another time at that moment, the zone is said, too.
    """
    if at is None:
        return ""
    elsewhere = at.utcoffset() != at.astimezone().utcoffset()
    return f"{at:%Y-%m-%d %H:%M %Z}" if elsewhere else f"{at:%Y-%m-%d %H:%M}"


def cut_off_words(cut_off: str, at: datetime | None, now: datetime, texts: Texts) -> tuple[str, str]:
    """The cut-off and the time that is left, and its tint: `ink`, `caution` within half an hour, `bad` once it is over.

    `cut_off`: date and time, and a zone where it matters, as the warehouse's clock shows them; the date is left out on
    the last day. `at`: the same
    moment; without it nothing is counted.
    """
    if at is None or not cut_off:
        return cut_off, "ink"
    left = at - now
    minutes = abs(int(left.total_seconds())) // 60
    hours, rest = divmod(minutes, 60)
    if left < timedelta():
        code, tint = "strip.late" if hours == 0 else "strip.late_hours", "bad"
    elif left >= _DAY:
        code, tint = "strip.days_left", "ink"
    else:
        code, tint = "strip.hours_left" if hours else "strip.minutes_left", "caution" if left <= SOON else "ink"
    time = cut_off if minutes >= _DAY.total_seconds() // 60 else cut_off.partition(" ")[2]
    facts = {"time": time, "days": left.days, "hours": hours, "minutes": rest if hours else minutes}
    return texts.text("captions", code, facts), tint
