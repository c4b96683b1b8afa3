"""What is sent to the router runs on the Python that routers have, and needs nothing but it."""

from __future__ import annotations

import ast
import importlib.resources
import sys

import pytest

from napalm_frr import on_device


def source(name: str) -> str:
    return importlib.resources.files(on_device).joinpath(f'{name}.py').read_text('utf-8')


@pytest.mark.parametrize('name', on_device.MODULES)
def test_its_grammar_is_that_of_python_3_7(name: str) -> None:
    ast.parse(source(name), feature_version=(3, 7))


@pytest.mark.parametrize('name', on_device.MODULES)
def test_it_imports_the_standard_library_and_what_was_sent_before_it(name: str) -> None:
    sent = {f'napalm_frr.on_device.{other}' for other in on_device.MODULES[: on_device.MODULES.index(name)]}
    for node in ast.walk(ast.parse(source(name))):
        modules = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or '']
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for module in modules:
            assert module in sent or module.split('.')[0] in sys.stdlib_module_names, module


def test_every_module_is_sent() -> None:
    folder = importlib.resources.files(on_device)
    assert {f'{name}.py' for name in on_device.MODULES} | {'__init__.py'} == {
        file.name for file in folder.iterdir() if file.name.endswith('.py')
    }
