"""Writes the pages that are made from the code: ``python -m docs.pages``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from netbox_calico.planning.checks.code import Code
from netbox_calico.planning.checks.registry import every

from . import traps

FOLDER = Path(__file__).parent


def checks() -> str:
    """Every finding that a plan may have."""
    return '\n'.join(_checks()) + '\n'


def _checks() -> Iterator[str]:
    yield '# What is checked before anything is touched'
    yield ''
    yield '<!-- Written by `python -m docs.pages` from netbox_calico/planning/checks: change it there. -->'
    yield ''
    yield 'Every plan, and every comparison of a cluster with NetBox, tells its findings. An **error** stops the plan,'
    yield 'a **warning** is shown to whoever approves it, a **note** explains. A finding names the thing and says what'
    yield 'to do; here is what each code means. The numbers of the last column are those of [traps](traps.md).'
    for question, codes in every().items():
        yield ''
        yield f'## {question}'
        yield ''
        yield '| code | severity | what it means | what to do | traps |'
        yield '|---|---|---|---|---|'
        for code in codes:
            yield f'| `{code.name}` | {code.severity} | {code.meaning} | {code.mend} | {_numbers(code)} |'


def _numbers(code: Code) -> str:
    return ', '.join(map(str, code.traps))


PAGES: Mapping[str, str] = {'checks.md': checks(), 'traps.md': traps.page()}
"""What each page should say, by its name."""


if __name__ == '__main__':
    for name, text in PAGES.items():
        (FOLDER / name).write_text(text, encoding='utf-8')
