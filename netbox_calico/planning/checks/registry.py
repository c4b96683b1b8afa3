"""Every code that a finding may have, by what is asked."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from . import EVERY_PLAN, TO_EXTERNAL, TO_MESH, TO_REFLECTORS, TO_ROUTERS, beyond
from .code import Code
from .elsewhere import FINDINGS


def themes() -> Mapping[str, tuple[Code, ...]]:
    """The codes by question: that of the module of a check is the first sentence of its docstring."""
    found: dict[str, dict[str, Code]] = {}
    for check in (*EVERY_PLAN, *TO_ROUTERS, *TO_REFLECTORS, *TO_EXTERNAL, *TO_MESH):
        question = (sys.modules[check.look.__module__].__doc__ or '').split('\n\n')[0].replace('\n', ' ')
        found.setdefault(question, {}).update({code.name: code for code in check.codes})
    return {**{question: tuple(codes.values()) for question, codes in found.items()}, **FINDINGS}


def every() -> Mapping[str, tuple[Code, ...]]:
    """The same with what is found beyond the checks."""
    return {**themes(), **beyond.FINDINGS}


def codes() -> Mapping[str, Code]:
    """The codes of the checks and of what comes before them, by name."""
    found = {code.name: code for group in themes().values() for code in group}
    return dict(sorted(found.items()))
