"""GoBGP on this machine: its file, changed in stages, each of which gobgpd has to be seen to have taken."""

from __future__ import annotations

import hashlib
import json
import os
import time
import tomllib
from collections.abc import Iterator
from typing import Any

from napalm_frr.on_device.router import SPARE, Refused, Router
from napalm_gobgp.on_device.chunks import joined, lost, split, undone
from napalm_gobgp.on_device.differing import differing, neighbors
from napalm_gobgp.on_device.gobgpd import Gobgpd, find

TAKEN_SECONDS, TAKEN_PAUSE = 30.0, 0.1
BACK_SECONDS = 20.0  # less than a commit timer has at the least
ESTABLISHED = 6
SHOWN = 5
STAGE = '[[defined-sets.prefix-sets]]\nprefix-set-name = "NAPALM-STAGE"\n'


class GobgpRouter(Router):
    """What ``Session`` needs of a router. The file of what starts is the file of what runs."""

    def __init__(self, gobgpd: str, gobgp: str, file: str, folder: str) -> None:
        super().__init__([], [], file, folder)
        self.gobgpd, self.gobgp = gobgpd, gobgp

    def running(self) -> str:
        return self.startup()

    def startup(self) -> str:
        try:
            with open(self.startup_file, encoding='utf-8') as stream:
                return stream.read()
        except (OSError, UnicodeDecodeError) as error:
            raise Refused('failed', f'{self.startup_file} cannot be read: {error}') from error

    def daemon(self) -> Gobgpd:
        """The daemon that reads our file."""
        found = find()
        if found.file != self.startup_file:
            raise Refused('daemon', f'gobgpd reads {found.file} by now')
        return found

    def refuse_missing_daemons(self, wanted: str = '') -> None:
        self.daemon()

    def refuse_full_disks(self) -> None:
        about, needed = os.statvfs(self.folder), 8 * len(self.running().encode()) + SPARE
        if about.f_bavail * about.f_frsize < needed:
            raise Refused('full', f'{self.folder} has {about.f_bavail * about.f_frsize} bytes free, of {needed} needed')

    def write_startup(self, text: str) -> None:
        """In one moment, so that whoever reads the file has the old one or the new one, with its owner and rights."""
        about, new = os.stat(self.startup_file), self.startup_file + '.new'
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, 'w', encoding='utf-8') as stream:
            stream.write(text)
            stream.flush()
            if os.getuid() == 0:
                os.fchown(handle, about.st_uid, about.st_gid)
            os.fchmod(handle, about.st_mode & 0o7777)
            os.fsync(handle)
        os.replace(new, self.startup_file)

    def differences(self) -> list[str]:
        """What gobgpd does not run as its file says."""
        return list(differing(_read(self.running()), self.daemon(), self.gobgp))

    def check(self, text: str) -> str:
        """What there is against a new file: that gobgpd does not run the old one, or would refuse it."""
        if differences := self.differences():
            return f'gobgpd does not run what {self.startup_file} says ({_some(differences)}): reload or mend it first'
        return self._dry_run(text)

    def _dry_run(self, text: str) -> str:
        """gobgpd's own words about a file; '' when it takes it."""
        code, output, errors = self.call([self.gobgpd, '-d', '-f', self.write('check.toml', text)])
        os.unlink(os.path.join(self.folder, 'check.toml'))
        if not code:
            return ''
        said = [_words(line) for line in f'{output}\n{errors}'.splitlines()]
        return '; '.join(filter(None, said)) or f'gobgpd -d ended with {code}'

    def replace(self, text: str) -> None:
        """``text`` is JSON: the new file, and the digest of the one that it was made of."""
        wanted = json.loads(text)
        if hashlib.sha256(self.running().encode()).hexdigest() != wanted['instead_of']:
            raise Refused('rejected', f'{self.startup_file} was changed by somebody else meanwhile')
        self.restore(wanted['text'])

    def restore(self, text: str) -> None:
        """Reach the file ``text``, and see gobgpd have taken it. Raises ``Refused`` where it does not."""
        if refusal := self._dry_run(text):
            raise Refused('rejected', refusal)
        on_the_way = list(stages(self.running(), text))
        up = self._established()
        for stage in on_the_way:
            self._reach(stage)
        if len(on_the_way) > 1:
            self._wait_for(up & neighbors(_read(text)).keys())
        if self.running() != text:
            self.write_startup(text)

    def _reach(self, text: str) -> None:
        data = _read(text)
        self.write_startup(text)
        gobgpd = self.daemon()
        gobgpd.reload()
        deadline = time.monotonic() + TAKEN_SECONDS
        while differences := list(differing(data, gobgpd, self.gobgp)):
            if time.monotonic() > deadline:
                raise Refused('rejected', f'gobgpd did not take the file: {_some(differences)}; see its log')
            time.sleep(TAKEN_PAUSE)

    def _established(self) -> set[str]:
        peers = self.daemon().ask(self.gobgp, 'neighbor') or []
        return {
            peer['state']['neighbor_address'] for peer in peers if peer['state'].get('session_state') == ESTABLISHED
        }

    def _wait_for(self, sessions: set[str]) -> None:
        """Sessions that ended on the way come back before the next reflector is touched, unless the other end has to
        change as well."""
        deadline = time.monotonic() + BACK_SECONDS
        while sessions - self._established() and time.monotonic() < deadline:
            time.sleep(TAKEN_PAUSE)

    def save(self) -> None:
        """What runs is saved already; that it does run is what is proven here."""
        if differences := self.differences():
            raise Refused('failed', f'gobgpd does not run what {self.startup_file} says: {_some(differences)}')

    def undone(self, before: str, after: str) -> str:
        return undone(before, after, self.running())

    def lost(self, before: str, after: str) -> list[str]:
        return lost(before, after, self.running()) or self.differences()


def stages(now: str, wanted: str) -> Iterator[str]:
    """The files to go through: neighbours that go or change leave first, then groups, while the policies still stand.

    Of several that change GoBGP takes one alone, and a group that has members it does not let go. Groups cannot be
    asked for; a set that nobody uses tells when the file without them was taken.
    """
    old, new = neighbors(_read(now)), neighbors(_read(wanted))
    leaving = {address for address, found in old.items() if new.get(address) != found}
    groups = _groups(_read(now)), _groups(_read(wanted))
    changed = {name for name, found in groups[0].items() if groups[1].get(name) != found}
    without = [chunk for chunk in split(now) if not neighbors(chunk.data).keys() & leaving]
    if leaving:
        yield joined(without)
    if changed:
        yield joined([chunk for chunk in without if not _groups(chunk.data).keys() & changed]) + STAGE
    yield wanted


def _groups(data: dict[str, Any]) -> dict[str, Any]:
    return {str(group['config']['peer-group-name']): group for group in data.get('peer-groups', [])}


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused('text', str(error).rpartition('(')[2].rstrip(')')) from None


def _words(line: str) -> str:
    """What went wrong, of a line of its log in JSON."""
    try:
        entry = json.loads(line)
        return f'{entry.get("msg", "")} ({entry["Error"]})' if 'Error' in entry else ''
    except ValueError:
        return line.strip()


def _some(words: list[str]) -> str:
    return ', '.join(words[:SHOWN]) + (f' and {len(words) - SHOWN} more' if len(words) > SHOWN else '')
