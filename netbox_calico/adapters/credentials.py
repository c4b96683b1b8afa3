"""From the name of a credential to the credential itself: NetBox knows names, the worker's settings know where to look.

A reference is ``env:VARIABLE`` or ``file:/absolute/path``. What stands there is a kubeconfig for a cluster, and for
switches a YAML or JSON document with ``username``, ``password`` and/or ``key_file``, and ``known_hosts_file``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml

from netbox_calico.planning.errors import CredentialError


@dataclass(frozen=True, slots=True)
class Credential:
    """What a reference led to."""

    name: str
    content: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Login:
    """How to log in to a switch; the files are absolute paths on the worker, '' where there is none."""

    username: str
    password: str = field(default='', repr=False)
    key_file: str = ''
    known_hosts_file: str = ''


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of this worker: names to references, as in the plugin's settings."""

    references: Mapping[str, str] = field(repr=False)

    def resolve(self, name: str) -> Credential:
        """The credential of that name. Raises ``CredentialError`` with the name and the mend."""
        if not name:
            raise CredentialError(
                'No credential is chosen: name one that stands in the plugin\'s setting "credentials".'
            )
        reference = self.references.get(name)
        if reference is None:
            raise CredentialError(
                f'Credential {name!r} is not configured: add it to the plugin\'s setting "credentials" on every worker.'
            )
        scheme, _, place = reference.partition(':')
        match scheme:
            case 'env':
                content = _from_environment(name, place)
            case 'file':
                content = _from_file(name, place)
            case _:
                raise CredentialError(f'Credential {name!r}: its reference must begin with env: or file:.')
        if not content.strip():
            raise CredentialError(f'Credential {name!r} is empty: write the credential to where its reference leads.')
        return Credential(name, content)

    def login(self, name: str) -> Login:
        """The credential of that name, read as a login of switches. Raises ``CredentialError``."""
        return read_login(self.resolve(name))


def read_login(credential: Credential) -> Login:
    """A login out of its document. Raises ``CredentialError``; no message repeats the content."""
    what = f'Credential {credential.name!r}'
    try:
        document = yaml.safe_load(credential.content)
    except yaml.YAMLError as exc:
        mark = getattr(exc, 'problem_mark', None)
        where = f' (line {mark.line + 1})' if mark else ''
        # The cause would quote the document.
        raise CredentialError(f'{what} is neither YAML nor JSON{where}: correct it.') from None
    known = [entry.name for entry in fields(Login)]
    if not isinstance(document, Mapping):
        raise CredentialError(f'{what} is no document with {", ".join(known)}: write one.')
    strange = sorted(str(key) for key in document if key not in known)
    if strange:
        raise CredentialError(f'{what} has the unknown fields {", ".join(strange)}: it may have {", ".join(known)}.')
    login = Login(**{'username': '', **{key: str(value) for key, value in document.items() if value is not None}})
    if not login.username:
        raise CredentialError(f'{what} has no username: add one.')
    if not login.password and not login.key_file:
        raise CredentialError(f'{what} has neither a password nor a key_file: add one.')
    for file in (login.key_file, login.known_hosts_file):
        if file and not (Path(file).is_absolute() and os.access(file, os.R_OK)):
            raise CredentialError(
                f'{what}: {file} cannot be read by the worker; give the absolute path of a readable file.'
            )
    return login


def _from_environment(name: str, variable: str) -> str:
    try:
        return os.environ[variable]
    except KeyError as exc:
        raise CredentialError(
            f'Credential {name!r}: the environment variable {variable} is not set; set it where the worker is started.'
        ) from exc


def _from_file(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding='utf-8')
    except OSError as exc:
        raise CredentialError(
            f'Credential {name!r}: {path} cannot be read ({exc.strerror}); make it readable for the user of the worker.'
        ) from exc
    except UnicodeDecodeError as exc:
        raise CredentialError(f'Credential {name!r}: {path} is no text; write the credential as UTF-8.') from exc
