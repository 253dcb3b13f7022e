"""Background work: sealing, sweeping, schedules."""
