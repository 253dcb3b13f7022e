"""`bench workload`: the neutral workload that any warehouse system can be measured on, played by this one."""

from app.services.workload.playing import MANY, play_workload

__all__ = ["MANY", "play_workload"]
