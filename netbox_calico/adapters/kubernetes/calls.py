"""One request to the API with patience: what may pass is tried again, what is refused is told in words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import httpx2
from lightkube.core.exceptions import ApiError, ConfigError

from netbox_calico.planning.errors import CalicoError, ConnectionLost, CredentialError, Refused

# 410: a list of many pages took so long that it has to be begun anew.
_PASSING = frozenset({410, 429, 500, 502, 503, 504})
# What lightkube lets through when an answer is no JSON, or none of the API's.
_UNREADABLE = (ValueError, TypeError, KeyError)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 3.0


class Rejected(Refused):
    """The API says no; ``code`` is HTTP's, ``causes`` the API's own words, field by field."""

    def __init__(self, message: str, code: int, causes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.causes = causes


def patiently[T](what: str, request: Callable[[], T], patience: float) -> T:
    """What ``request`` answers; tried again with jittered pauses for ``patience`` seconds while the API is away.

    ``what`` completes the sentence «the API did not …». Raises ``ConnectionLost`` when the patience is over,
    ``CredentialError`` for what the API does not accept as a login, ``Rejected`` for every other no.
    """
    deadline = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while True:
        try:
            return request()
        except (httpx2.HTTPError, httpx2.InvalidURL, ConfigError, *_UNREADABLE) as exc:
            error, passing = _translated(what, exc)
            left = deadline - time.monotonic()
            if not passing or left <= 0:
                # Its own words would quote the header that cannot be sent, and that is the token.
                raise error from (None if isinstance(exc, httpx2.LocalProtocolError) else exc)
        time.sleep(min(left, pause * random.uniform(0.5, 1.5)))
        pause = min(2 * pause, _LONGEST_PAUSE)


def _translated(what: str, exc: Exception) -> tuple[CalicoError, bool]:
    """The error of ours for an error of the library's, and whether trying again may help."""
    if isinstance(exc, _UNREADABLE):
        # lightkube reads an error page as the API's own, which a proxy's is not.
        if not isinstance(exc.__context__, httpx2.HTTPStatusError):
            return ConnectionLost(
                f'The Kubernetes API did not {what}: its answer was cut off, or something in between answered in its '
                f'place ({type(exc).__name__}). Check the server of the kubeconfig, and proxies on the way to it.'
            ), True
        exc = exc.__context__
    if isinstance(exc, ConfigError):
        return CredentialError(f'The kubeconfig cannot be used: {exc}.'), False
    if isinstance(exc, httpx2.HTTPStatusError):
        return _answered(what, exc)
    if isinstance(exc, httpx2.LocalProtocolError):
        return CredentialError(
            'What the kubeconfig gives to log in with cannot be sent: a token is text without blanks or line breaks. '
            'Copy it anew.'
        ), False
    text = str(exc) or type(exc).__name__
    if 'CERTIFICATE_VERIFY_FAILED' in text:
        return CredentialError(_certificate(text)), False
    if isinstance(exc, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return CredentialError(f'The server of the kubeconfig is no address ({text}): correct it.'), False
    if 'alert' in text.lower() and 'certificate' in text.lower():
        return CredentialError(f'The API refuses the client certificate ({text}): renew it in the kubeconfig.'), False
    return ConnectionLost(
        f'The Kubernetes API did not {what} ({text}). Check that it runs and that the worker reaches it.'
    ), True


def _answered(what: str, exc: httpx2.HTTPStatusError) -> tuple[CalicoError, bool]:
    status = exc.status if isinstance(exc, ApiError) else None
    code = status.code if status is not None and status.code else exc.response.status_code
    words = (status.message if status is not None else None) or f'HTTP {code}'
    if code == 401:
        return CredentialError(
            'The Kubernetes API refuses the login (401): the token or client certificate of the kubeconfig is wrong or '
            'has expired; make a new one.'
        ), False
    if code == 403:
        return Rejected(
            f'{words}. Give the user of the kubeconfig this right (see the RBAC manifest of netbox-calico).', 403
        ), False
    if code in _PASSING:
        return ConnectionLost(
            f'The Kubernetes API did not {what} ({words}). Check its health (kubectl get --raw /readyz).'
        ), True
    if exc.response.is_redirect:
        return Rejected(
            f'{words}: something in between sends us elsewhere instead of showing us the Kubernetes API. Check the '
            'server of the kubeconfig, and proxies on the way to it.',
            code,
        ), False
    details = status.details.causes if status is not None and status.details is not None else None
    causes = tuple(f'{cause.field}: {cause.message}' for cause in details or ())
    return Rejected(words, code, causes), False


def _certificate(text: str) -> str:
    if 'expired' in text:
        return 'The certificate of the Kubernetes API has expired: renew it on the cluster, then try again.'
    return (
        f'The certificate of the Kubernetes API is not vouched for ({text.rpartition("failed: ")[2]}): put the right '
        'certificate-authority-data and a server name that the certificate bears into the kubeconfig.'
    )
