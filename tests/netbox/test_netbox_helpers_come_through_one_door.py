"""What NetBox does not promise to plugins stands in one file, all of it is there, and nobody goes past it."""

from __future__ import annotations

import ast
from pathlib import Path

from django.test import SimpleTestCase

import netbox_calico
from netbox_calico import compat

PACKAGE = Path(netbox_calico.__file__).parent


class OneDoor(SimpleTestCase):
    def test_every_name_is_there(self) -> None:
        for name in compat._SOURCE_OF:
            assert getattr(compat, name) is not None

    def test_nobody_goes_past_it(self) -> None:
        past = {
            f'{file.relative_to(PACKAGE)}: {node.module}.{name.name}'
            for file in PACKAGE.rglob('*.py')
            if file.name != 'compat.py' and file.parent.name != 'migrations'
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.ImportFrom)
            for name in node.names
            if name.name in compat._SOURCES.get(node.module, ())
        }
        assert past == set()
