"""The tables of sampling plans, as the database has them: written once, from those of `domain/quality`."""

from typing import Any

import psycopg

from app.domain.quality import AQLS, LETTERS, LOTS_UP_TO, Level, Severity, code_letter, one_step_tighter, plan_of

_ANY_SIZE = 2**62


def write_plans(connection: psycopg.Connection[Any]) -> None:
    """Write every code letter and every plan into the empty tables of `63_sampling.sql`."""
    with connection.cursor() as cursor:
        with cursor.copy("COPY stockhand.sampling_letter FROM STDIN") as letters:
            for level in Level:
                for most in LOTS_UP_TO:
                    letters.write_row((level.value, most, code_letter(most, level)))
                letters.write_row((level.value, _ANY_SIZE, code_letter(_ANY_SIZE, level)))
        with cursor.copy("COPY stockhand.sampling_plan FROM STDIN") as plans:
            for letter in LETTERS:
                for severity in Severity:
                    for aql in AQLS:
                        plan = plan_of(letter, aql, severity)
                        tighter = plan_of(letter, one_step_tighter(aql), severity)
                        plans.write_row(
                            (
                                letter,
                                severity.value,
                                aql,
                                plan.letter,
                                plan.size,
                                plan.accept,
                                plan.reject,
                                tighter.accept,
                            )
                        )
