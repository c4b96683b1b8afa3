"""BIRD's configuration for one node and family, with the behaviour of the one that Calico v3.32 writes.

Two dialects: BIRD 1.6, which Calico ships (a daemon a family), and BIRD 2, which distributions ship; the lab runs a
daemon a family with either. What routes a node announces, in which order they are preferred and when they reach the
kernel is the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from lab.agent import filters
from lab.agent.filters import PRIORITY_SUM
from lab.agent.view import NodeView
from netbox_calico.planning.expansion.session import Session

type Dialect = Literal[1, 2]

# Routes that are to override what the kernel has itself get this preference.
OVERRIDE_PREFERENCE = 200
# The kernel's metric of a route from a router: any route of the host itself is better.
WEAKEST_METRIC = PRIORITY_SUM - 100


def render(view: NodeView, dialect: Dialect) -> str:
    """The whole configuration file."""
    parts: list[Iterable[str]] = [
        [f'router id {view.router_id};'],
        _listen(view) if dialect == 1 else (),
        _static(view, dialect),
        _own_routes(view),
        _export_function(view),
        _kernel_filter(view, dialect),
        _system_protocols(view, dialect),
        filters.functions(view.filters, view.family),
    ]
    if view.address is not None:
        parts += [
            _shared_filters(view),
            _template(view, dialect),
            *(_session(view, session, dialect) for session in _ordered(view)),
        ]
    return '\n'.join(line for part in parts for line in part) + '\n'


def _ordered(view: NodeView) -> list[Session]:
    return sorted(view.sessions, key=lambda session: session.protocol)


def _channel(view: NodeView, dialect: Dialect, lines: Iterable[str]) -> Iterator[str]:
    """Options of a protocol that BIRD 2 keeps with the routes of a family, and BIRD 1.6 with the protocol."""
    if dialect == 1:
        yield from (f'  {line}' for line in lines)
        return
    yield f'  ipv{view.family} {{'
    yield from (f'    {line}' for line in lines)
    yield '  };'


def _listen(view: NodeView) -> Iterator[str]:
    address = f' address {view.address}' if view.listen_only_at_address and view.address else ''
    port = f' port {view.listen_port}' if view.listen_port else ''
    if address or port:
        yield f'listen bgp{address}{port};'


def _static(view: NodeView, dialect: Dialect) -> Iterator[str]:
    full = f'/{32 if view.family == 4 else 128}'
    routes = [f'route {block} blackhole;' for block in view.blocks if not str(block).endswith(full)]
    routes += [f'route {prefix} blackhole;' for prefix in view.announced]
    gateways = {session.neighbor: session.reachable_by for session in view.sessions if session.reachable_by}
    routes += [f'route {neighbor}{full} via {gateway};' for neighbor, gateway in gateways.items()]
    yield 'protocol static {'
    yield from _channel(view, dialect, [])
    yield from (f'  {route}' for route in routes)
    yield '}'


def _own_routes(view: NodeView) -> Iterator[str]:
    """Announce whole blocks of this node and nothing beneath them, but what has a better priority than usual."""
    yield 'function calico_aggr() {'
    for block in view.blocks:
        yield f'  if (net = {block}) then accept;'
        yield f'  if (net ~ {block} && krt_metric < {view.normal_priority}) then accept;'
        yield f'  if (net ~ {block}) then reject;'
    yield '}'


def _export_function(view: NodeView) -> Iterator[str]:
    yield 'function calico_export_to_bgp_peers() {'
    yield from (f'  if (net ~ {pool.cidr}) then reject;' for pool in view.pools if not pool.exported)
    for advertisement in view.advertisements:
        statements = ' '.join(filters.add_community(value) for value in advertisement.communities)
        yield f'  if (net ~ {advertisement.cidr}) then {{ {statements} }}'
    yield '  calico_aggr();'
    services = dict.fromkeys((*view.announced, *view.reflected))
    yield from (f'  if (net ~ {prefix}) then accept;' for prefix in services)
    yield from (f'  if (net ~ {pool.cidr}) then accept;' for pool in view.pools if pool.exported)
    yield '}'


def _kernel_filter(view: NodeView, dialect: Dialect) -> Iterator[str]:
    yield 'filter calico_kernel_programming {'
    yield from (f'  if (net ~ {prefix}) then reject;' for prefix in view.services)
    if dialect == 2:
        # BIRD 2 offers the kernel its own connected routes, which 1.6 does not.
        yield '  if (source = RTS_DEVICE) then reject;'
    else:
        yield '  if (defined(source) && (source = RTS_BGP) && !defined(krt_metric)) then {'
        yield f'    krt_metric = {view.normal_priority};'
        yield f'    if (defined(bgp_local_pref)) then krt_metric = {PRIORITY_SUM} - bgp_local_pref;'
        yield f'    if (krt_metric < {view.normal_priority}) then preference = {OVERRIDE_PREFERENCE};'
        yield '  }'
    yield from (f'  if (net ~ {pool.cidr}) then reject;' for pool in view.pools if not pool.programmed)
    yield '  accept;'
    yield '}'


def _system_protocols(view: NodeView, dialect: Dialect) -> Iterator[str]:
    ignored = ''.join(f'-"{name}", ' for name in view.ignored_interfaces)
    yield 'protocol kernel {'
    yield '  learn;'
    yield '  persist;'
    yield f'  scan time {view.scan_seconds};'
    yield '  graceful restart;'
    yield '  merge paths on;'
    if dialect == 2:
        # BIRD 2 replaces routes in the kernel and leaves the old one behind when the new one has another metric,
        # so all have one: that of the routes from a router, against which any route of the host's own wins.
        yield f'  metric {WEAKEST_METRIC};'
    yield from _channel(view, dialect, ['import all;', 'export filter calico_kernel_programming;'])
    yield '}'
    yield 'protocol device {'
    yield f'  scan time {view.scan_seconds};'
    yield '}'
    yield 'protocol direct {'
    yield from _channel(view, dialect, [])
    yield f'  interface {ignored}-"cali*", -"kube-ipvs*", "*";'
    yield '}'


def _template(view: NodeView, dialect: Dialect) -> Iterator[str]:
    port = f' port {view.listen_port}' if dialect == 2 and view.listen_port else ''
    yield 'template bgp bgp_template {'
    yield '  description "Connection to BGP peer";'
    yield f'  local{port} as {view.asn};'
    if dialect == 2 and view.listen_only_at_address:
        yield '  strict bind;'
    yield '  graceful restart;'
    yield '  connect delay time 2;'
    yield '  connect retry time 5;'
    yield '  error wait time 5,30;'
    yield from _channel(view, dialect, ['gateway recursive;', 'add paths on;'])
    yield '}'


def _session(view: NodeView, session: Session, dialect: Dialect) -> Iterator[str]:
    yield f'protocol bgp {session.protocol} from bgp_template {{'
    if session.ttl_security is not None:
        yield f'  ttl security {"on" if session.ttl_security else "off"};'
    if session.multihop:
        yield f'  multihop{f" {session.ttl_hops}" if session.ttl_hops else ""};'
    if session.local_as != view.asn:
        yield f'  local as {session.local_as};'
    port = f' port {session.port}' if session.port else ''
    yield f'  neighbor {session.neighbor}{port} as {session.remote_as};'
    if session.source:
        yield f'  source address {session.source};'
    yield from (f'  {option};' for option in _options(view, session))
    yield from _channel(view, dialect, _routes(view, session))
    yield '}'


def _options(view: NodeView, session: Session) -> Iterator[str]:
    if session.passive:
        yield 'passive on'
    if session.restart_time is not None:
        yield f'graceful restart time {session.restart_time}'
    if session.keepalive is not None:
        yield f'keepalive time {session.keepalive}'
    if session.rr_client:
        yield 'rr client'
    if session.rr_cluster_id:
        yield f'rr cluster id {session.rr_cluster_id}'
    if session.secret:
        yield f'password "{view.passwords[session.secret]}"'
    if session.allow_local_as:
        yield f'allow local as {session.allow_local_as}'


def _routes(view: NodeView, session: Session) -> Iterator[str]:
    if session.next_hop:
        yield f'next hop {session.next_hop};'
    # Most sessions have no BGPFilter: with hundreds of them the text that they share makes BIRD quick to start.
    if session.import_filters:
        yield from _filter(_import_lines(view, session), 'import filter')
    else:
        yield 'import filter calico_import;'
    if session.export_filters:
        yield from _filter(_export_lines(view, session), 'export filter')
    else:
        yield 'export filter calico_export;'


def _shared_filters(view: NodeView) -> Iterator[str]:
    yield from _filter(_import_lines(view), 'filter calico_import')
    yield from _filter(_export_lines(view), 'filter calico_export')


def _filter(lines: Iterable[str], head: str) -> Iterator[str]:
    yield f'{head} {{'
    yield from (f'  {line}' for line in lines)
    yield '};' if head.startswith(('import', 'export')) else '}'


def _is_internal(view: NodeView, session: Session) -> bool:
    # Calico compares with the AS number of the node, also where the session runs with another one.
    return session.remote_as == view.asn


def _import_lines(view: NodeView, session: Session | None = None) -> Iterator[str]:
    if session:
        for name in session.import_filters:
            yield filters.call(name, view.filters[name], 'import', view.family, _is_internal(view, session))
    best = PRIORITY_SUM - view.normal_priority
    yield f'if (defined(bgp_local_pref) && (bgp_local_pref > {best})) then preference = {OVERRIDE_PREFERENCE};'
    yield 'accept;'


def _export_lines(view: NodeView, session: Session | None = None) -> Iterator[str]:
    yield 'if (defined(source) && source = RTS_BGP && defined(bgp_local_pref)) then {'
    yield f'  krt_metric = {PRIORITY_SUM} - bgp_local_pref;'
    yield '} else {'
    yield f'  if (!defined(krt_metric)) then krt_metric = {view.normal_priority};'
    yield f'  bgp_local_pref = {PRIORITY_SUM} - krt_metric;'
    yield '}'
    if session:
        for name in session.export_filters:
            yield filters.call(name, view.filters[name], 'export', view.family, _is_internal(view, session))
    yield 'calico_export_to_bgp_peers();'
    yield 'reject;'
