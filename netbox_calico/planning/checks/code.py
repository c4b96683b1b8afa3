"""What a check may find: each kind of finding under its code, with what it means, what to do, and the traps it meets.

A check declares its codes with ``finds`` and makes its findings of them, so that `docs/checks.md` is written from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from netbox_calico.planning.model.plan import Finding, Severity

from .case import Case


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding. ``traps`` are the numbers, as in `docs/traps.md`, of those that it meets."""

    name: str
    severity: Severity
    meaning: str
    mend: str
    traps: tuple[int, ...] = ()

    def at(self, subject: str, message: str) -> Finding:
        """A finding of this kind; the message names the thing and says what to do."""
        return Finding(self.severity, self.name, subject, message)


@dataclass(frozen=True, slots=True)
class Check:
    """A function that looks at one thing, and all that it may find."""

    look: Callable[[Case], Iterable[Finding]]
    codes: tuple[Code, ...]

    def __call__(self, case: Case) -> Iterable[Finding]:
        return self.look(case)


def finds(*codes: Code) -> Callable[[Callable[[Case], Iterable[Finding]]], Check]:
    """Makes a function a check that may find these."""
    return lambda look: Check(look, codes)


def error(name: str, meaning: str, mend: str, *traps: int) -> Code:
    """What stops the plan."""
    return Code(name, Severity.ERROR, meaning, mend, traps)


def warning(name: str, meaning: str, mend: str, *traps: int) -> Code:
    """What is shown before somebody approves."""
    return Code(name, Severity.WARNING, meaning, mend, traps)


def note(name: str, meaning: str, mend: str, *traps: int) -> Code:
    """What explains."""
    return Code(name, Severity.NOTE, meaning, mend, traps)
