"""Does the encapsulation of the pools go with the design, and what becomes of those that plans may change?"""

from __future__ import annotations

from collections.abc import Iterator

from netbox_calico.planning.encapsulation import (
    ALWAYS,
    CROSS_SUBNET,
    NEVER,
    Move,
    ipip,
    moves,
    of_operator,
    vxlan,
)
from netbox_calico.planning.model.plan import Finding
from netbox_calico.planning.ranges import pools

from .case import Case
from .code import error, finds, note, warning

POOL_IPIP_ALWAYS = error(
    'pool-ipip-always',
    'A pool encapsulates all traffic in IPIP, and the tunnel would end at the router, which drops it.',
    'Mark it as ours and wish for CrossSubnet, which a plan then begins with; or set it by hand, and let it settle.',
    19,
    24,
)
POOL_VXLAN = error(
    'pool-vxlan',
    'A pool is carried by VXLAN, whose routes BIRD does not write.',
    'Move the pods to a second pool without encapsulation first.',
    19,
    36,
)
POOL_IN_STEPS = note(
    'pool-in-steps',
    'A pool of ours leaves IPIP in two plans: CrossSubnet first, Never once nothing else is left to do.',
    'Plan once more when the design is in force.',
    24,
)
POOL_MODE_UNFIT = warning(
    'pool-mode-unfit',
    'The IPIP mode that NetBox wishes for a pool of ours does not go with the design.',
    'Choose CrossSubnet, which goes with all of them.',
    24,
    32,
)
POOL_OF_OPERATOR = warning(
    'pool-of-operator',
    'A pool of ours belongs to the operator, which would undo what plans change: they leave it alone.',
    'Change the encapsulation in the Installation resource, and mark the pool as not ours.',
    12,
)
POOL_MTU = warning(
    'pool-mtu',
    'Pods keep the MTU that they were started with when their pool gets tunnels or loses them.',
    'Start them anew when it suits.',
    32,
    36,
)


@finds(POOL_IPIP_ALWAYS, POOL_VXLAN)
def tunnels(case: Case) -> Iterator[Finding]:
    """A tunnel to the router ends in nothing."""
    cured = {move.pool.name for move in _moves(case) if move.first}
    for pool in case.observation.cluster.of_kind('IPPool'):
        if ipip(pool) == ALWAYS and pool.name not in cured:
            yield POOL_IPIP_ALWAYS.at(
                pool.name,
                f'Pool {pool.name} encapsulates all traffic in IPIP: up to Calico 3.32 it would be sent through the '
                f'tunnel to the router, which drops it. {_cure(case, pool.name)}',
            )
        if vxlan(pool) != NEVER:
            yield POOL_VXLAN.at(
                pool.name,
                f'Pool {pool.name} is carried by VXLAN ({vxlan(pool)}), whose routes BIRD does not write. '
                'Move the pods to a second pool without encapsulation first, where they have an MTU of 1500 and not of '
                '1450 (IPv6: 1430); it cannot be switched off in place without loss.',
            )


@finds(POOL_IN_STEPS, POOL_MODE_UNFIT, POOL_MTU)
def wishes(case: Case) -> Iterator[Finding]:
    """What becomes of the pools that plans may change, and when."""
    for move in _moves(case):
        name = move.pool.name
        if move.goal == NEVER != move.there:
            first = '' if move.there == CROSS_SUBNET else f'goes from {move.there} to CrossSubnet first; it '
            yield POOL_IN_STEPS.at(
                name,
                f'Pool {name} {first}leaves IPIP altogether (Never) in a plan of its own: once the mesh is off, the '
                'design in force and nothing else to be done.',
            )
        if move.goal != move.wished and not move.there == move.wished == ALWAYS:
            yield POOL_MODE_UNFIT.at(name, _unfit(move))
        if (move.goal == NEVER) != (move.there == NEVER):
            yield POOL_MTU.at(name, _mtu(case, move))


@finds(POOL_OF_OPERATOR)
def of_the_operator(case: Case) -> Iterator[Finding]:
    """It makes its pools of another resource, and sets them right again."""
    ours = {pool.cidr for pool in case.snapshot.pools if pool.ours}
    for pool, cidr in pools(case.observation.cluster):
        if cidr in ours and of_operator(pool):
            yield POOL_OF_OPERATOR.at(
                pool.name,
                f'Pool {pool.name} is marked as ours, and belongs to the operator (app.kubernetes.io/managed-by): '
                f'plans leave it alone. {_INSTALLATION}, and mark the pool as not ours.',
            )


_INSTALLATION = (
    'Change spec.calicoNetwork.ipPools[].encapsulation in the Installation resource (kubectl edit installation '
    'default; IPIP, IPIPCrossSubnet and None are Always, CrossSubnet and Never)'
)


def _moves(case: Case) -> Iterator[Move]:
    return moves(case.snapshot, case.observation, case.intent)


def _cure(case: Case, name: str) -> str:
    pool = next((found for found in case.observation.cluster.of_kind('IPPool') if found.name == name), None)
    if pool is not None and of_operator(pool):
        return f'{_INSTALLATION}: IPIPCrossSubnet first, and let it settle.'
    if any(move.pool.name == name for move in _moves(case)):
        return 'Wish for CrossSubnet or Never in NetBox: a plan then begins with that.'
    return (
        'Set ipipMode to CrossSubnet first, and let it settle; or mark the pool as ours in NetBox and wish for '
        'CrossSubnet there: a plan then begins with that.'
    )


def _unfit(move: Move) -> str:
    if move.wished == ALWAYS:
        return (
            f'Pool {move.pool.name} is wished to encapsulate all traffic (Always), whose tunnels would end at the '
            f'routers of this design: it stays {move.goal}. Wish for CrossSubnet, and for Always on the way back.'
        )
    return (
        f'Pool {move.pool.name} is wished without tunnels (Never), and in this design nothing but tunnels carries pods '
        'from one subnet to another: it is to be CrossSubnet. Wish for that, until routers carry the pods.'
    )


def _mtu(case: Case, move: Move) -> str:
    felix = case.observation.cluster.find('FelixConfiguration', 'default')
    said = felix.spec.get('ipipMTU') if felix is not None else None
    tunnel = f'{said} (FelixConfiguration default, ipipMTU)' if said else '20 less, 1480 for 1500'
    if move.goal == NEVER:
        return (
            f'Pods of pool {move.pool.name} that run now keep the MTU of tunnels, {tunnel}: those that are started '
            'later have that of the interface. They go together; start them anew when it suits.'
        )
    return (
        f'Pool {move.pool.name} gets tunnels, with an MTU of {tunnel}: pods that run now keep that of the interface, '
        'and what they send to other subnets in larger packets has to be cut, or is dropped where it may not be. Start '
        'them anew when it suits, and look for dropped packets until then.'
    )
