"""The import contracts of our own find what they are there to find."""

from __future__ import annotations

from collections.abc import Sequence

import grimp
from importlinter import Contract

from tests.contracts import ImportsOnly, OneDoor


def graph(*imports: tuple[str, str]) -> grimp.ImportGraph:
    """A graph of the modules `house`, `house.core`, `house.edge` and the imports between them and others."""
    made = grimp.ImportGraph()
    for module in ('house', 'house.core', 'house.core.sums', 'house.edge'):
        made.add_module(module)
    for importer, imported in imports:
        if imported not in made.modules:
            made.add_module(imported, is_squashed=True)
        made.add_import(importer=importer, imported=imported)
    return made


def wrong(kind: type[Contract], of: grimp.ImportGraph, **options: object) -> Sequence[str]:
    check = kind('any', {}, options).check(of, verbose=False)
    found: Sequence[str] = check.metadata['wrong']
    assert check.kept == (not found)
    return found


def test_a_package_may_import_the_standard_library_and_itself() -> None:
    imports = graph(('house.core', 'json'), ('house.core', 'house.core.sums'), ('house.core.sums', 'collections'))
    assert wrong(ImportsOnly, imports, package='house.core') == []


def test_a_third_party_deep_in_a_package_is_found() -> None:
    imports = graph(('house.core.sums', 'numpy'))
    assert wrong(ImportsOnly, imports, package='house.core') == ['house.core.sums imports numpy']


def test_a_neighbour_is_found_unless_it_is_allowed() -> None:
    imports = graph(('house.edge', 'house.core'))
    assert wrong(ImportsOnly, imports, package='house.edge') == ['house.edge imports house.core']
    assert wrong(ImportsOnly, imports, package='house.edge', allowed=['house.core']) == []


def test_a_library_is_imported_through_its_door_alone() -> None:
    imports = graph(('house.edge', 'paramiko'), ('house.core', 'paramiko'))
    options = {'libraries': ['paramiko', 'nornir'], 'doors': ['house.edge']}
    assert wrong(OneDoor, imports, **options) == ['house.core imports paramiko']
