"""A loaded candidate: what it would change, and the order that brings it about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

from napalm.base.exceptions import ReplaceConfigException

from napalm_frr import committing, merge, references
from napalm_frr.configuration import Tree, flatten, statements, tree
from napalm_frr.diff import difference
from napalm_frr.on_device.lines import Path, commands
from napalm_frr.secrets import has_secret

HEADER = re.compile(r'(?:no )?((?:hostname|domainname|log|service|password|enable)(?= )|ip(?:v6)? forwarding$)')
FIXED = re.compile(r'frr (version|defaults) ')


class Candidate(committing.Candidate, Protocol):
    def target(self, running: str) -> Tree:
        """The running configuration as the commit will leave it; only to be read."""
        ...


@dataclass(frozen=True, slots=True)
class MergeCandidate:
    """Lines to apply in their order to what is there."""

    text: str = field(repr=False)
    wanted: tuple[Path, ...] = field(repr=False)
    _merged: dict[str, tuple[Tree, list[Path]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def target(self, running: str) -> Tree:
        return self._with(running)[0]

    def order(self, running: str) -> dict[str, Any]:
        """Only the lines that change something: a ``no`` for what is absent is an error to FRR."""
        _, effective = self._with(running)
        return {'steps': effective, 'secret': [has_secret(path[-1]) for path in effective], 'replace': []}

    def _with(self, running: str) -> tuple[Tree, list[Path]]:
        """Worked out once for checks, difference and order: of a large section it takes longer than reading it."""
        if running not in self._merged:
            self._merged[running] = merge.merged(tree(running), self.wanted)
        return self._merged[running]


@dataclass(frozen=True, slots=True)
class ReplaceCandidate:
    """A whole configuration to be reached."""

    text: str = field(repr=False)
    wanted: tuple[Path, ...] = field(repr=False)

    def target(self, running: str) -> Tree:
        """``frr version`` and ``frr defaults`` are the router's own. A kind of header line that the candidate does
        not mention stays: without ``no ipv6 forwarding`` in it a replace would switch forwarding on."""
        before = tree(running)
        mentioned = {kind for path in self.wanted if len(path) == 1 and (kind := _header_kind(path[0]))}
        header: Tree = {
            line: {} for line in before if FIXED.match(line) or ((kind := _header_kind(line)) and kind not in mentioned)
        }
        return merge.merged(header, [path for path in self.wanted if not FIXED.match(path[0])])[0]

    def order(self, running: str) -> dict[str, Any]:
        """The target as FRR would print it, so that other spellings of what is there cause no change. Where a list in
        use gets another name: define the new ones, switch over with the old ones still there, then drop those. In
        one step nothing would pass for five seconds, bgpd's delay for changes of route-maps."""
        before = tree(running)
        target = self.target(running)
        stages = [target]
        going = references.vanishing(before, target)
        if going:
            stages = [
                before | {line: below for line, below in target.items() if references.defined((line,))},
                target | {line: below for line, below in before.items() if references.defined((line,)) in going},
                target,
            ]
        return {'steps': [], 'secret': [], 'replace': ['\n'.join(commands(flatten(stage))) + '\n' for stage in stages]}


def _header_kind(line: str) -> str | None:
    match = HEADER.match(line)
    return match.group(1) if match else None


def merge_candidate(text: str) -> MergeCandidate:
    return MergeCandidate(text, tuple(statements(text)))


def replace_candidate(text: str) -> ReplaceCandidate:
    """Raises ReplaceConfigException for a text that says nothing but who the router is."""
    wanted = tuple(statements(text))
    if all(FIXED.match(path[0]) or _header_kind(path[0]) for path in wanted):
        raise ReplaceConfigException('the candidate would remove everything: there is no configuration in it')
    return ReplaceCandidate(text, wanted)


def unsaved(running: str, startup: str) -> str:
    """What a restart would change, as a difference; empty if nothing. By reading alone: nothing is asked or locked.

    Raises ReplaceConfigException for a startup configuration that says nothing.
    """
    return difference(tree(running), replace_candidate(startup).target(running))
