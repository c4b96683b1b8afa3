"""Are the passwords of BGP there, and do they stay what they are while sessions carry traffic?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netbox_calico.planning.counted import listed
from netbox_calico.planning.diff import is_ours
from netbox_calico.planning.digest import plain
from netbox_calico.planning.known_passwords import UNKNOWN
from netbox_calico.planning.model.plan import Finding

from .case import Case
from .code import error, finds, warning

PASSWORD_SECRET_MISSING = error(
    'password-secret-missing',
    'The Secret of BGP passwords cannot be read: Calico would run without a password and say nothing.',
    'Create it, give the right to read it, or take its name off the cluster.',
    11,
)
PASSWORD_KEY_MISSING = error(
    'password-key-missing',
    'The Secret of BGP passwords lacks the key of a router.',
    'Add the key with the password of that router.',
    11,
    51,
)
PASSWORD_CHANGE_LIVE = error(
    'password-change-live',
    'A password would change while the sessions of that one router carry all traffic of a rack.',
    'Put a second router of the rack into service, or go back to the mesh first.',
    11,
    51,
)
PASSWORD_UNKNOWN = warning(
    'password-unknown',
    'A router has a password for the nodes that stands under no key that NetBox names.',
    'Name a new Secret on the cluster instead of changing values in place; deploy to set both ends again.',
    51,
)


@finds(PASSWORD_SECRET_MISSING, PASSWORD_KEY_MISSING)
def present(case: Case) -> Iterator[Finding]:
    """Calico runs a session without a password when it cannot read it, and says nothing."""
    secret = case.snapshot.cluster.password_secret
    if not secret:
        return
    there = case.observation.cluster.secrets.get(secret)
    if there is None:
        yield PASSWORD_SECRET_MISSING.at(
            secret,
            f"There is no Secret {secret} in calico-node's namespace, or it may not be read: create it with a key a "
            'router, give the user of the kubeconfig the right to read it, or take its name off the cluster.',
        )
        return
    keys = {
        str(wanted.spec['password']['secretKeyRef']['key'])
        for wanted in case.intent.resources
        if wanted.kind == 'BGPPeer' and 'password' in wanted.spec
    }
    for key in sorted(keys - there):
        yield PASSWORD_KEY_MISSING.at(
            f'{secret}/{key}',
            f'Secret {secret} has no key {key}: add it with the BGP password of that router (at most 80 characters, no '
            'quotation mark, no line break).',
        )


@finds(PASSWORD_CHANGE_LIVE)
def changes(case: Case) -> Iterator[Finding]:
    """Both ends of a session must change at once, and it drops meanwhile: another router has to carry the rack."""
    cluster = case.observation.cluster
    if cluster.mesh:
        return
    routers: dict[str, set[int]] = defaultdict(set)
    racks: dict[str, set[str]] = defaultdict(set)
    for session in case.intent.sessions:
        routers[session.rack].add(session.router)
        racks[str(session.router_address)].add(session.rack)
    for wanted in case.intent.resources:
        there = cluster.find(wanted.kind, wanted.name) if wanted.kind == 'BGPPeer' else None
        if (
            there is not None
            and is_ours(there, case.snapshot.cluster.handle)
            and plain(there.spec.get('password')) != plain(wanted.spec.get('password'))
        ):
            alone = sorted(rack for rack in racks[str(wanted.spec.get('peerIP'))] if len(routers[rack]) == 1)
            if alone:
                yield PASSWORD_CHANGE_LIVE.at(
                    wanted.name,
                    f'The password of BGPPeer {wanted.name} would change while its sessions carry all traffic of rack '
                    f'{listed(alone)}: the nodes would be cut off until both ends have it. Put a second router of the '
                    'rack into service, or go back to the mesh first and deploy with the new password then.',
                )


@finds(PASSWORD_UNKNOWN)
def unknown(case: Case) -> Iterator[Finding]:
    """Changed by hand on the router, or in place in the Secret: the ends differ, and the sessions are down."""
    for router in case.observation.routers:
        if f'${{secret:{UNKNOWN}}}' in router.section:
            yield PASSWORD_UNKNOWN.at(
                router.name,
                f'{router.name} has a password for the nodes of {case.snapshot.cluster.name} that is in none of the '
                'Secrets that NetBox knows of: it was changed on the router, or in place in the Secret, and the '
                'sessions come up no more. Deploy to set both ends again; to rotate passwords, put the new ones into '
                'another Secret and name that on the cluster.',
            )
