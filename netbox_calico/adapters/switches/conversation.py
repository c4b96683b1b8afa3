"""One router, connected: read it, change our section under a commit timer, confirm or take back.

The router itself holds the lock, the timer and what was there before; so whoever dies on our side leaves nothing half
done. A commit bears our mark: what an earlier, dead run of this cluster left waiting is told from other people's work
by it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from napalm.base import NetworkDriver
from napalm.base.exceptions import CommitConfirmException, LockError, NapalmException

from netbox_calico.planning.digest import owned_digest
from netbox_calico.planning.errors import Refused
from netbox_calico.planning.model.observation import RouterObservation, RouterRoute
from netbox_calico.planning.model.plan import Item, Operation, Outcome, Result
from netbox_calico.planning.ports import SectionReader

from .passwords import Passwords
from .readers import DeviceReader
from .target import RouterTarget

_DONE = {Operation.CREATE: Result.CREATED, Operation.UPDATE: Result.UPDATED, Operation.DELETE: Result.DELETED}
# Any candidate will do to be told who holds the router.
_NOTHING = '!\n'


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is said to one router, on behalf of the cluster with this handle."""

    target: RouterTarget
    device: NetworkDriver
    handle: str
    reader: DeviceReader
    sections: SectionReader
    passwords: Passwords

    def observe(self) -> RouterObservation:
        """Our section, the box's own knobs, the sessions of both families."""
        running = self.reader.running(self.device)
        pending = bool(self.device.has_pending_commit())
        return RouterObservation(
            router=self.target.id,
            name=self.target.name,
            section=self._section(running),
            settings=self.sections.settings(running),
            sessions=self.reader.sessions(self.device, running),
            pending_commit=pending,
            saved=not pending and self.reader.saved(self.device, running),
        )

    def table(self) -> tuple[RouterRoute, ...]:
        """The BGP table of both families."""
        return self.reader.table(self.device)

    def apply(self, item: Item) -> Outcome:
        """Send the item's lines with the timer armed, and read back. Raises NAPALM's exceptions and ours."""
        if self.device.has_pending_commit():
            self._take_back_our_own()
        try:
            return self._change(item)
        except LockError as exc:
            # A run of ours may have died in the very middle of a change.
            if self._mark not in str(exc) or not self._take_back_our_own():
                raise
            return self._change(item)

    def confirm(self, after: str | None) -> Outcome:
        """Stop the timer and save. ``after`` is the digest of what was sent, if that is known.

        Confirmed already, by an attempt whose answer was lost, is confirmed.
        """
        try:
            self.device.confirm_commit()
        except CommitConfirmException:
            running = self.reader.running(self.device)
            kept = after is not None and owned_digest(self._section(running)) == after
            if not kept or self.device.has_pending_commit() or not self.reader.saved(self.device, running):
                raise
        return Outcome(self.target.key, Result.UPDATED)

    def revert(self) -> Outcome:
        """Take back what waits for a confirmation, if it is ours."""
        if self._take_back_our_own():
            return Outcome(self.target.key, Result.UPDATED, 'The change was taken back.')
        return Outcome(self.target.key, Result.UNCHANGED, 'Nothing of ours waited for a confirmation.')

    def _section(self, running: str, artefact: str = '') -> str:
        return self.sections.owned(running, self.handle, self.passwords.naming(self.target.secrets, artefact))

    def _change(self, item: Item) -> Outcome:
        digest = owned_digest(self._section(self.reader.running(self.device), item.artefact))
        if digest == item.after:
            return Outcome(item.target, Result.UNCHANGED)
        if digest != item.before:
            raise Refused('Our section was changed by somebody else since the plan was made: plan again.')
        self._send(item)
        if owned_digest(self._section(self.reader.running(self.device), item.artefact)) != item.after:
            self.device.rollback()
            raise Refused(
                'Our section did not read back as planned, so the change was taken back: plan again, and if that does '
                'not help, look at what the router makes of the lines.'
            )
        return Outcome(item.target, _DONE[item.operation])

    def _send(self, item: Item) -> None:
        self.device.load_merge_candidate(config=self.passwords.filled_in(item.artefact, self.reader.quoted))
        try:
            if not self.device.compare_config():
                raise Refused('The router says that the planned lines change nothing there: plan again.')
            self.device.commit_config(message=self._mark, revert_in=self.target.confirm_seconds)
        except BaseException:
            # The first error counts; a lock that cannot be given back ends with the connection.
            with contextlib.suppress(NapalmException):
                self.device.discard_config()
            raise

    @property
    def _mark(self) -> str:
        return f'[netbox-calico:{self.handle}]'

    def _take_back_our_own(self) -> bool:
        """Roll back a commit that waits or was cut off, if it bears our mark; whether there was one.

        Raises ``Refused``, with the words of the router, when somebody else's commit waits.
        """
        try:
            self.device.load_merge_candidate(config=_NOTHING)
        except LockError as exc:
            if self._mark in str(exc):
                self.device.rollback()
                return True
            if self.device.has_pending_commit():
                raise Refused(f'{exc}. It is not ours, so it is left alone.') from exc
            return False
        self.device.discard_config()
        return False


type Speech[T] = Callable[[Conversation], T]
