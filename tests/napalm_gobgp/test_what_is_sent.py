"""What is sent to the reflector runs on the Python that it has, with nothing but what was sent before."""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path

import pytest

from napalm_gobgp import on_device
from napalm_gobgp.driver import GOBGP


def tree(module: str) -> ast.Module:
    file = importlib.import_module(module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding='utf-8'), feature_version=(3, 11))


@pytest.mark.parametrize('module', GOBGP.modules)
def test_it_imports_the_standard_library_and_what_was_sent_before_it(module: str) -> None:
    sent = GOBGP.modules[: GOBGP.modules.index(module)]
    for node in ast.walk(tree(module)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ''] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert name in sent or name.split('.')[0] in sys.stdlib_module_names, name


def test_every_module_is_sent() -> None:
    files = {file.stem for file in Path(on_device.__path__[0]).glob('*.py')}
    assert files == {*on_device.MODULES, '__init__'}
