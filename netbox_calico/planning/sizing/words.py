"""How sizing words what it has to say of a design."""

from __future__ import annotations

from netbox_calico.planning.model.plan import Finding, Severity


def error(code: str, label: str, message: str) -> Finding:
    return Finding(Severity.ERROR, f'size-{code}', label, message)


def warning(code: str, label: str, message: str) -> Finding:
    return Finding(Severity.WARNING, f'size-{code}', label, message)


def note(code: str, label: str, message: str) -> Finding:
    return Finding(Severity.NOTE, f'size-{code}', label, message)
