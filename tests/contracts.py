"""Import contracts that import-linter does not bring: what a package may import at all, and who owns a library.

They stand in `.importlinter`, which `make lint` checks.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class ImportsOnly(Contract):
    """`package` imports the standard library, itself, and the packages `allowed`: nothing else, no third party."""

    package = fields.StringField()
    allowed = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        package = cast(str, self.package)
        allowed = (package, *cast(Sequence[str], self.allowed))
        wrong = [
            f'{importer} imports {imported}'
            for importer, imported in _imports_of(graph, package)
            if imported.partition('.')[0] not in sys.stdlib_module_names and not _is_in(imported, allowed)
        ]
        return ContractCheck(kept=not wrong, metadata={'wrong': wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_errors(check)


class OneDoor(Contract):
    """Each of `libraries` is imported by the packages `doors` alone."""

    libraries = fields.ListField(subfield=fields.StringField())
    doors = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        doors = cast(Sequence[str], self.doors)
        wrong = [
            f'{importer} imports {library}'
            for library in cast(Sequence[str], self.libraries)
            if library in graph.modules
            for importer in sorted(graph.find_modules_that_directly_import(library))
            if not _is_in(importer, doors)
        ]
        return ContractCheck(kept=not wrong, metadata={'wrong': wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        _print_errors(check)


def _imports_of(graph: ImportGraph, package: str) -> Iterator[tuple[str, str]]:
    for importer in sorted({package, *graph.find_descendants(package)}):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            yield importer, imported


def _is_in(module: str, packages: Sequence[str]) -> bool:
    return any(module == package or module.startswith(f'{package}.') for package in packages)


def _print_errors(check: ContractCheck) -> None:
    for line in check.metadata['wrong']:
        output.print_error(line)
