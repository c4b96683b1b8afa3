"""A kubeconfig as text to a client, with nothing in it that runs a program or leaves out the check of the server.

A kubeconfig's ``exec`` and ``auth-provider`` run programs on the machine that reads it: here that is NetBox's worker,
so a service account's token or a client certificate is asked for instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx2
import yaml
from lightkube import Client
from lightkube.config.kubeconfig import SingleConfig
from lightkube.config.models import Cluster, Context, User
from lightkube.core.exceptions import ConfigError

from netbox_calico.planning.errors import CredentialError

FIELD_MANAGER = 'netbox-calico'
"""Who owns what we write, in the API's own books."""

_PROGRAMS = {
    'exec': 'runs a program on the NetBox worker',
    'auth-provider': 'runs a plug-in on the NetBox worker and is gone from Kubernetes',
}
_TOKEN_MEND = 'make a service account for netbox-calico and put its token or a client certificate into the kubeconfig'
_TOKEN = re.compile(r'[!-~]+')
_UNSUPPORTED = ('as', 'as-groups', 'as-uid', 'as-user-extra', 'tls-server-name')


def client(kubeconfig: str, *, timeout: float = 10) -> Client:
    """A client for the current context of a kubeconfig. ``timeout`` is in seconds and for each request.

    Raises ``CredentialError`` with the mend, and never with the content.
    """
    document = _document(kubeconfig)
    name = document.get('current-context')
    if not isinstance(name, str) or not name:
        raise CredentialError('The kubeconfig has no current-context: set it with «kubectl config use-context».')
    context = _named(document, 'contexts', 'context', name)
    cluster = _named(document, 'clusters', 'cluster', str(context.get('cluster')))
    user = _named(document, 'users', 'user', str(context.get('user')))
    _refuse(cluster, user)
    config = SingleConfig(name, Context(cluster=str(context['cluster'])), _cluster(cluster), _user(user))
    try:
        return Client(
            config=config,
            field_manager=FIELD_MANAGER,
            timeout=httpx2.Timeout(timeout),
            proxy=cluster.get('proxy-url'),
        )
    except httpx2.InvalidURL as exc:
        raise CredentialError(
            f'The server or the proxy-url of the kubeconfig is no address ({exc}): correct it.'
        ) from exc
    except (OSError, ValueError, ConfigError) as exc:
        raise CredentialError(
            f'The certificates or keys of the kubeconfig cannot be read ({exc}): give them as '
            'certificate-authority-data, client-certificate-data and client-key-data, or as absolute paths.'
        ) from exc


def _document(kubeconfig: str) -> Mapping[str, Any]:
    try:
        document = yaml.safe_load(kubeconfig)
    except yaml.YAMLError:
        # The cause would quote the document.
        raise CredentialError('The kubeconfig is no YAML: write it anew with «kubectl config view --raw».') from None
    if not isinstance(document, Mapping):
        raise CredentialError('The kubeconfig is empty or no document: write it with «kubectl config view --raw».')
    return document


def _named(document: Mapping[str, Any], section: str, key: str, name: str) -> Mapping[str, Any]:
    """The entry of a section by its name."""
    entries = document.get(section)
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and entry.get('name') == name and isinstance(entry.get(key), Mapping):
            found: Mapping[str, Any] = entry[key]
            return found
    raise CredentialError(f'The kubeconfig has no {key} {name!r} in its {section}: correct the context, or add it.')


def _refuse(cluster: Mapping[str, Any], user: Mapping[str, Any]) -> None:
    for field, reason in _PROGRAMS.items():
        if user.get(field):
            raise CredentialError(f'The kubeconfig uses {field}, which {reason}; that is refused: {_TOKEN_MEND}.')
    for field in _UNSUPPORTED:
        if user.get(field) or cluster.get(field):
            raise CredentialError(f'The kubeconfig uses {field}, which is not supported: {_TOKEN_MEND}.')
    server = cluster.get('server')
    if not isinstance(server, str) or not server.startswith('https://'):
        raise CredentialError('The kubeconfig has no https:// server: write the address of the API there.')
    if cluster.get('insecure-skip-tls-verify'):
        raise CredentialError(
            'The kubeconfig says insecure-skip-tls-verify, so anybody could answer for the API; '
            'put certificate-authority-data there instead.'
        )
    _refuse_half_a_login(user)
    if not any(
        user.get(field) for field in ('token', 'tokenFile', 'client-certificate', 'client-certificate-data', 'username')
    ):
        raise CredentialError(f'The user of the kubeconfig has nothing to log in with: {_TOKEN_MEND}.')


def _refuse_half_a_login(user: Mapping[str, Any]) -> None:
    """What a header cannot carry would be quoted by the library that refuses it, so it must not get there."""
    token = user.get('token')
    if token and not (isinstance(token, str) and _TOKEN.fullmatch(token)):
        raise CredentialError(
            'The token of the kubeconfig is no token: it must be text without blanks or line breaks. Copy it anew.'
        )
    for kind in ('certificate', 'key'):
        other = 'key' if kind == 'certificate' else 'certificate'
        if _has(user, kind) and not _has(user, other):
            raise CredentialError(
                f'The user of the kubeconfig has a client-{kind} and no client-{other}: add the client-{other}-data.'
            )


def _has(user: Mapping[str, Any], kind: str) -> bool:
    return bool(user.get(f'client-{kind}') or user.get(f'client-{kind}-data'))


def _cluster(cluster: Mapping[str, Any]) -> Cluster:
    return Cluster(
        server=cluster['server'],
        certificate_auth=cluster.get('certificate-authority'),
        certificate_auth_data=cluster.get('certificate-authority-data'),
    )


def _user(user: Mapping[str, Any]) -> User:
    return User(
        token=user.get('token'),
        token_file=user.get('tokenFile'),
        username=user.get('username'),
        password=user.get('password'),
        client_cert=user.get('client-certificate'),
        client_cert_data=user.get('client-certificate-data'),
        client_key=user.get('client-key'),
        client_key_data=user.get('client-key-data'),
    )
