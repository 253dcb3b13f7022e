"""People and stations: who works here, what they may and why, and who changed what."""

from app.stations.people.screen import PeopleScreen
from app.stations.people.work import PeopleWork

__all__ = ["PeopleScreen", "PeopleWork"]
