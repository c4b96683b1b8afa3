"""FRR 8.4's configuration as a model that takes lines as vtysh does and that objects when traffic would suffer.

What it knows was seen on FRR 8.4.4; the tests against the real one keep it honest.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FAMILIES = ('address-family ipv4 unicast', 'address-family ipv6 unicast')
SINGLE = {'remote-as', 'description', 'password', 'timers', 'maximum-prefix', 'local-as', 'update-source'}


class Harm(AssertionError):
    """A line that FRR refuses, or that drops or leaks routes for a moment."""


@dataclass
class Peer:
    """A group or a neighbour: its lines by address family ('' for none) and by what they are about."""

    is_group: bool
    group: str = ''
    lines: dict[tuple[str, str], str] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)


@dataclass
class Frr:
    asn: int
    active_by_default: bool = True
    lists: dict[str, list[str]] = field(default_factory=dict)
    maps: dict[str, dict[int, tuple[str, dict[str, str]]]] = field(default_factory=dict)
    peers: dict[str, Peer] = field(default_factory=dict)

    def load(self, text: str) -> None:
        context: list[str] = []
        for line in (raw.strip() for raw in text.splitlines()):
            if line in ('exit', 'exit-address-family'):
                context.pop()
            elif line.startswith(('router bgp', 'address-family')):
                context.append(line)
            elif line.startswith('route-map'):
                context.append(line)
                _, name, action, number = line.split()
                self.maps.setdefault(name, {}).setdefault(int(number), (action, {}))
                assert self.maps[name][int(number)][0] == action, 'an action is not changed in place here'
            elif line:
                self._take(context, line)
        assert not context, 'every context is left'

    def _take(self, context: list[str], line: str) -> None:
        words, no = (line.split()[1:], True) if line.startswith('no ') else (line.split(), False)
        if words[0] in ('ip', 'ipv6'):
            self._list(' '.join(words[:3]), ' '.join(words[3:]), no)
        elif words[0] == 'route-map':
            self._remove_map(words[1], words[2:])
        elif words[0] == 'match':
            self._match(context[-1], words, no)
        elif words[0] == 'set':
            self._set(context[-1], words, no)
        else:
            assert context[0] == f'router bgp {self.asn}', 'BGP runs with another AS'
            self._neighbor(context[1] if len(context) > 1 else '', words[1], words[2:], no)

    def _list(self, name: str, entry: str, no: bool) -> None:
        entries = self.lists.setdefault(name, [])
        if not no:
            assert entry not in entries, 'an entry is not sent twice'
            entries.append(entry)
            return
        if entry:
            entries.remove(entry)
        else:
            entries.clear()
        if not entries:
            del self.lists[name]
            if self._uses(name):
                raise Harm(f'{name} is in use: routes are denied')

    def _uses(self, name: str) -> bool:
        return any(
            name.split()[-1] == body.split()[-1] and body.split()[1] == name.split()[0]
            for entries in self.maps.values()
            for _, bodies in entries.values()
            for body in bodies.values()
            if body.startswith('match ')
        )

    def _remove_map(self, name: str, entry: list[str]) -> None:
        if entry:
            del self.maps[name][int(entry[1])]
        if not entry or not self.maps[name]:
            del self.maps[name]
            if any(f' {name} ' in line for peer in self.peers.values() for line in peer.lines.values()):
                raise Harm(f'route-map {name} is in use: routes are denied')

    def _match(self, opening: str, words: list[str], no: bool) -> None:
        _, name, _, number = opening.split()
        bodies = self.maps[name][int(number)][1]
        if no:
            del bodies[' '.join(words[:-1])]
            if not any(body.startswith('match ') for body in bodies.values()):
                raise Harm('an entry without its match lets everything pass')
            return
        family = 'ip' if words[1] == 'ip' else 'ipv6'
        if f'{family} prefix-list {words[-1]}' not in self.lists:
            raise Harm(f'{words[-1]} is undefined: routes are denied')
        bodies[' '.join(words[:-1])] = ' '.join(words)

    def _set(self, opening: str, words: list[str], no: bool) -> None:
        _, name, _, number = opening.split()
        bodies = self.maps[name][int(number)][1]
        if no:
            del bodies[' '.join(words[:-1])]
        else:
            bodies[' '.join(words[:-1])] = ' '.join(words)

    def _neighbor(self, family: str, name: str, words: list[str], no: bool) -> None:
        if words == ['peer-group'] and not no:
            by_default = {FAMILIES[0]} if self.active_by_default else set()
            self.peers.setdefault(name, Peer(is_group=True, active=by_default))
        elif words == ['peer-group']:
            if any(peer.group == name for peer in self.peers.values()):
                raise Harm('neighbours would go with their group')
            del self.peers[name]
        elif not words:
            del self.peers[name]
        elif words[0] == 'peer-group':
            self._join(name, words[1])
        elif words[0] == 'activate':
            (self.peers[name].active.discard if no else self.peers[name].active.add)(family)
        else:
            self._attribute(family, name, words, no)

    def _join(self, name: str, group: str) -> None:
        if name in self.peers and self.peers[name].group != group:
            raise Harm('a member cannot change its group')
        lines = self.peers[group].lines
        for family in self.peers[group].active:
            if not {(family, 'route-map in'), (family, 'route-map out')} <= lines.keys():
                raise Harm(f'{name} would come up without a filter')
        if not self.peers[group].active:
            raise Harm(f'{name} would come up without a family')
        if ('', 'remote-as') not in lines:
            raise Harm('a group without an AS takes no members')
        self.peers.setdefault(name, Peer(is_group=False, group=group))

    def _attribute(self, family: str, name: str, words: list[str], no: bool) -> None:
        peer = self.peers[name]
        what = words[0] if words[0] in SINGLE else ' '.join((words[0], *words[2:]))
        if no and what == 'remote-as':
            raise Harm('all members of the group are deleted')
        remote_as = peer.lines.get(('', 'remote-as'), '').split()[-1:]
        internal = remote_as == [str(self.asn)]
        if internal and what in ('as-override', 'local-as', 'disable-connected-check'):
            raise Harm(f'{what} is refused on iBGP')
        if not internal and what == 'route-reflector-client':
            raise Harm('a client of a route reflector is in its AS')
        if what == 'remote-as' and len(peer.lines) > 1 and internal != (words[1] == str(self.asn)):
            self._other_kind_of_session(peer)
        if no:
            if words[0] == 'route-map':
                raise Harm('a group in use would lose its filter')
            peer.lines.pop((family, what), None)
            return
        if words[0] == 'route-map' and words[1] not in self.maps:
            raise Harm(f'route-map {words[1]} is undefined: routes are denied')
        peer.lines[(family, what)] = ' '.join(('neighbor', name, *words))

    def _other_kind_of_session(self, peer: Peer) -> None:
        """What is for one kind of session alone has to be gone before it becomes the other."""
        stale = {'as-override', 'route-reflector-client', 'local-as', 'disable-connected-check'}
        if found := {what for _, what in peer.lines} & stale:
            raise Harm(f'{", ".join(sorted(found))} of a session that becomes another kind')

    def running(self) -> str:
        """``show running-config``, with FRR's own numbers, order and omissions."""
        lines = ['frr version 8.4.4', 'frr defaults datacenter', '!', f'router bgp {self.asn}']
        if not self.active_by_default:
            lines.append(' no bgp default ipv4-unicast')
        for name, peer in sorted(self.peers.items(), key=lambda item: not item[1].is_group):
            if peer.is_group:
                lines.append(f' neighbor {name} peer-group')
            elif peer.group:
                lines.append(f' neighbor {name} peer-group {peer.group}')
            lines += [f' {line}' for (family, _), line in peer.lines.items() if not family]
        for family in FAMILIES:
            lines += [' !', f' {family}']
            for name, peer in self.peers.items():
                by_default = family == FAMILIES[0] and self.active_by_default
                if not peer.group and (family in peer.active) != by_default:
                    lines.append(f'  {"no " if by_default else ""}neighbor {name} activate')
                lines += [f'  {line}' for (where, _), line in peer.lines.items() if where == family]
            lines.append(' exit-address-family')
        lines.append('exit')
        for name, entries in self.lists.items():
            lines += [f'{name} seq {number * 5 + 5} {entry}' for number, entry in enumerate(entries)]
        for name, numbered in self.maps.items():
            for number, (action, bodies) in sorted(numbered.items()):
                lines += ['!', f'route-map {name} {action} {number}', *(f' {body}' for body in bodies.values()), 'exit']
        return '\n'.join([*lines, '!', 'end', ''])
