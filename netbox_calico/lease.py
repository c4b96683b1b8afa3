"""Leases: while one run works on a cluster or a router, no other does, on whichever host its worker runs.

A lease is a row with an end. It survives poolers and dropped connections, which a session lock does not. The row stays
when it is given back, and its token grows with each new holder, so that a holder that slept too long notices that it
has lost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType

from django.db import DatabaseError, connection, connections, transaction
from django.db.models import DateTimeField, Func

from .models import CalicoCluster, CalicoLease, CalicoRouter
from .planning.errors import LeaseLost, Refused

SECONDS = 60
_BEAT = 10
_LOOK = 0.5
_NOW = Func(function='clock_timestamp', output_field=DateTimeField())

_TAKE = """
INSERT INTO {table} AS held (resource, holder, token, until)
VALUES (%(resource)s, %(holder)s, 1, clock_timestamp() + %(seconds)s * interval '1 second')
ON CONFLICT (resource) DO UPDATE
   SET holder = excluded.holder, token = held.token + 1, until = excluded.until
 WHERE held.until < clock_timestamp()
RETURNING token
"""
_EXTEND = """
UPDATE {table} SET until = clock_timestamp() + %(seconds)s * interval '1 second'
 WHERE resource = %(resource)s AND holder = %(holder)s AND token = %(token)s AND until >= clock_timestamp()
"""


def take(resources: Iterable[str], holder: str, seconds: int) -> dict[str, int]:
    """Take all of the resources (``cluster:7``, ``router:31``) or none; answers with their tokens.

    Raises Refused, naming the resource and its holder, when one is taken.
    """
    table = connection.ops.quote_name(CalicoLease._meta.db_table)
    tokens = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for resource in sorted(set(resources)):
            cursor.execute(_TAKE.format(table=table), {'resource': resource, 'holder': holder, 'seconds': seconds})
            row = cursor.fetchone()
            if row is None:
                by = CalicoLease.objects.filter(resource=resource).values_list('holder', flat=True).first()
                raise Refused(f'{_named(resource)} is in the hands of {by}: wait until it has ended, or cancel it.')
            tokens[resource] = row[0]
    return tokens


def _named(resource: str) -> str:
    """A resource as people know it."""
    kind, _, key = resource.partition(':')
    model = {'cluster': CalicoCluster, 'router': CalicoRouter}.get(kind)
    found = model.objects.filter(pk=key).first() if model else None
    return f'{kind.capitalize()} {found}' if found else resource


def is_held(resource: str) -> bool:
    """Whether somebody is at work on it, by the database's clock, which everybody shares."""
    return CalicoLease.objects.filter(resource=resource, until__gte=_NOW).exists()


def runs_out(resource: str) -> bool:
    """Wait until nobody holds it any more (true), or until its holder shows that it lives (false)."""
    until = set(CalicoLease.objects.filter(resource=resource).values_list('until', flat=True))
    while is_held(resource):
        if set(CalicoLease.objects.filter(resource=resource).values_list('until', flat=True)) != until:
            return False
        time.sleep(_LOOK)
    return True


def release(tokens: dict[str, int], holder: str) -> None:
    """Give back what is still held."""
    for resource, token in tokens.items():
        held = CalicoLease.objects.filter(resource=resource, holder=holder, token=token, until__gte=_NOW)
        held.update(until=_NOW)


@dataclass(slots=True)
class HeldLeases:
    """Leases that are kept alive by a thread for as long as the ``with`` block lasts."""

    resources: tuple[str, ...]
    holder: str
    _tokens: dict[str, int] = field(default_factory=dict)
    _lost: str = ''
    _sure_until: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> HeldLeases:
        asked = time.monotonic()
        self._tokens = take(self.resources, self.holder, SECONDS)
        self._sure_until = asked + SECONDS
        self._thread = threading.Thread(target=self._beat, name=f'lease {self.holder}', daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread:
            self._thread.join(_BEAT)
        release(self._tokens, self.holder)

    def check(self) -> None:
        """Raise LeaseLost when somebody else may be at work by now."""
        if self._lost:
            raise LeaseLost(f'{self.holder} lost its lease on {self._lost}: it must not touch anything any more.')
        if time.monotonic() >= self._sure_until:
            raise LeaseLost(
                f'{self.holder} could not extend its leases for {SECONDS} s: it must not touch anything any more. '
                'Check the database.'
            )

    def _beat(self) -> None:
        try:
            while not self._done.wait(_BEAT):
                try:
                    self._extend()
                except DatabaseError:
                    # The next beat tries again; ``check`` knows when it is too late.
                    connection.close()
        finally:
            connections.close_all()

    def _extend(self) -> None:
        table = connection.ops.quote_name(CalicoLease._meta.db_table)
        asked = time.monotonic()
        with connection.cursor() as cursor:
            for resource, token in self._tokens.items():
                values = {'resource': resource, 'holder': self.holder, 'token': token, 'seconds': SECONDS}
                cursor.execute(_EXTEND.format(table=table), values)
                if not cursor.rowcount:
                    self._lost = resource
                    self._done.set()
                    return
        self._sure_until = asked + SECONDS
