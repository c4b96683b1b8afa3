"""The routes of one world, computed exactly: the default first, then subnets as they are asked for, then the rest.

A path-vector computation with a queue of speakers whose paths changed; a speaker sends only what differs from what it
sent before. Prefixes do not depend on one another but for next hops, which resolve through default and subnets.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from functools import partial

from .decision import Ages, installed, rank
from .exporting import USUAL_PREFERENCE, Announcement
from .importing import admits, learned
from .offer import Offer, offer
from .outcome import Explosion, Oscillation, Unsettled
from .prefix import Prefix
from .pruning import Mesh, without_detours
from .resolving import Resolver
from .sessions import Sessions
from .world import DEFAULT, SUBNET, HalfSession, Originate, Path, Software, Speaker, World

type Table = list[tuple[Path, ...]]
"""The paths of every speaker to one prefix, the best first."""

type Made = dict[tuple[int, int], Offer]
"""What a speaker announced last to each of its update groups."""

PATHS_AT_MOST = 400
ROUNDS_AT_MOST = 30


class Routing:
    """The routes of ``world``. ``pruned`` leaves out paths that no verdict depends on: never compare those tables.

    ``beneath`` are the routes of a world with the same underlay, to be shared. ``paths_at_most`` is how many paths to
    one prefix a speaker may hold before the computation is given up. ``ages`` are by receiver, of those whose software
    goes by them.
    """

    def __init__(
        self,
        world: World,
        *,
        pruned: bool = False,
        paths_at_most: int = PATHS_AT_MOST,
        ages: Mapping[int, Ages] | None = None,
        beneath: Routing | None = None,
    ) -> None:
        self.world = world
        self.sessions = Sessions(world)
        self._pruned = pruned
        self._ages = ages or {}
        self._paths_at_most = paths_at_most
        self._subnets: dict[str, Table] = {}
        self._announcers: dict[str, list[int]] = {}
        for index, speaker in enumerate(world.speakers):
            for subnet in speaker.announced_subnets:
                self._announcers.setdefault(subnet, []).append(index)
        self.defaults: Table
        self._resolver = Resolver(world.speakers)
        if beneath is not None:
            self.defaults, self._resolver = beneath.defaults, beneath._resolver
            return
        exits = tuple(index for index, speaker in enumerate(world.speakers) if speaker.exit)
        self.defaults = self._chosen(self.table(Prefix(DEFAULT, exits)))
        self._resolver = Resolver(world.speakers, self.defaults, self._subnet)

    def hops(self, speaker: int, path: Path) -> tuple[int, ...]:
        """The neighbours on the ground that an installed path sends packets to."""
        resolved = path.next_hop and self._resolver.resolve(speaker, path.next_hop)
        return resolved[1] if resolved else ()

    def chosen(self, speaker: int, ranked: tuple[Path, ...]) -> tuple[Path, ...]:
        """What ``speaker`` installs of the paths of a table."""
        return installed(self.world.speakers[speaker], ranked, self.sessions.half)

    def table(self, prefix: Prefix) -> Table:
        """Every speaker's paths to ``prefix``. Raises ``Unsettled`` when there is no end to it."""
        speakers, sessions = self.world.speakers, self.sessions
        held: list[dict[int, tuple[Path, ...]]] = [{} for _ in speakers]
        ranked: Table = [() for _ in speakers]
        made: Made = {}
        sent: dict[int, tuple[Announcement, ...]] = {}
        mesh = Mesh(self.world, sessions, self._resolver, prefix, pruned=self._pruned)
        waiting = deque(prefix.origins)
        if prefix.kind == DEFAULT:
            waiting.extend(self._unconditional(prefix, held))
        queued = set(waiting)
        activations_left = ROUNDS_AT_MOST * len(speakers) + 200
        while waiting:
            index = waiting.popleft()
            queued.discard(index)
            activations_left -= 1
            if activations_left < 0:
                raise Unsettled(Oscillation(prefix.kind, prefix.owner, index))
            sender = speakers[index]
            paths = self._ranked(index, held[index], prefix)
            ranked[index] = tuple(paths)
            for group in (*sessions.groups(index), *mesh.outgoing(index)):
                offered = self._offered(sender, group.one, paths, prefix.kind)
                if offered == made.get((index, group.number)):
                    continue
                made[index, group.number] = offered
                for key, half in group.members:
                    announced = offered.to(sender, half)
                    if sent.get(key, ()) == announced:
                        continue
                    sent[key] = announced
                    receiver = half.receiver
                    known = held[receiver]
                    taken = self._taken(key, announced, prefix)
                    if known.get(key, ()) == taken:
                        continue
                    if taken:
                        known[key] = taken
                    else:
                        del known[key]
                    if receiver not in queued:
                        queued.add(receiver)
                        waiting.append(receiver)
        return ranked

    def _ranked(self, index: int, held: Mapping[int, tuple[Path, ...]], prefix: Prefix) -> list[Path]:
        speaker, halves = self.world.speakers[index], self.sessions.half
        paths = [path for some in held.values() for path in some]
        if index in prefix.origins:
            paths.append(Path(USUAL_PREFERENCE, (), None, None, (), -1, 0, False, speaker.router_id))
        if self._pruned and len(paths) > 1 and speaker.software is Software.BIRD:
            paths = without_detours(paths, halves)
        if len(paths) > self._paths_at_most:
            raise Unsettled(Explosion(index, prefix.kind, len(paths)))
        if len(paths) > 1:
            paths.sort(key=partial(rank, halves=halves, ages=self._ages.get(index)))
        return paths

    def _offered(self, sender: Speaker, half: HalfSession, paths: list[Path], kind: str) -> Offer:
        if kind == DEFAULT and half.default_originate is not Originate.NEVER:
            made = paths or half.default_originate is Originate.ALWAYS
            return Offer((self._originated(half),) if made else (), (None,) if made else (), frozenset())
        return offer(sender, half, paths if half.add_paths else paths[:1], self.sessions.half, kind)

    def _originated(self, half: HalfSession) -> Announcement:
        as_path = () if half.sender_as == half.receiver_as else (half.sender_as,)
        return Announcement(USUAL_PREFERENCE, as_path, (half.sender, half.sender_subnet), None, ())

    def _taken(self, key: int, announced: Iterable[Announcement], prefix: Prefix) -> tuple[Path, ...]:
        half = self.sessions.half[key]
        if prefix.kind not in half.accepts:
            return ()
        receiver, sender = self.world.speakers[half.receiver], self.world.speakers[half.sender]
        taken = []
        for one in announced:
            if not admits(receiver, half, one):
                continue
            if half.next_hops is not None and one.next_hop[1] not in half.next_hops:
                continue
            resolved = self._resolver.resolve(half.receiver, one.next_hop)
            if resolved is None and self._drops(receiver, half, one, prefix):
                continue
            taken.append(learned(sender, half, one, key, None if resolved is None else resolved[0]))
        return tuple(taken)

    def _drops(self, receiver: Speaker, half: HalfSession, unresolved: Announcement, prefix: Prefix) -> bool:
        """BIRD keeps it as unreachable, even what routers return with itself as the next hop; over iBGP nobody does.

        Pruned, for what is its own: to whom it tells that, it tells its own by the same session.
        """
        if receiver.software is Software.FRR:
            return True
        returned = unresolved.next_hop[0] == half.receiver
        own = self._pruned and half.receiver in prefix.origins
        return returned and (own or half.sender_as == half.receiver_as)

    def _unconditional(self, prefix: Prefix, held: list[dict[int, tuple[Path, ...]]]) -> list[int]:
        receivers = {}
        for key, half in enumerate(self.world.sessions):
            if half.default_originate is Originate.ALWAYS:
                taken = self._taken(key, (self._originated(half),), prefix)
                if taken:
                    held[half.receiver][key] = taken
                    receivers[half.receiver] = True
        return list(receivers)

    def _subnet(self, subnet: str) -> Table:
        known = self._subnets.get(subnet)
        if known is None:
            # While it is computed, nothing resolves through it or another one: subnets do not carry each other.
            within, self._resolver = self._resolver, Resolver(self.world.speakers, self.defaults)
            try:
                origins = tuple(self._announcers.get(subnet, ()))
                known = self._chosen(self.table(Prefix(SUBNET, origins)))
            finally:
                self._resolver = within
            self._subnets[subnet] = known
        return known

    def _chosen(self, table: Table) -> Table:
        return [self.chosen(index, ranked) for index, ranked in enumerate(table)]
