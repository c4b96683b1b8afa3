"""From a topology to namespaces, cables and running routers: everything of the data centre but Kubernetes and BIRD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab import fabric, frr, gobgp, kube_proxy, management, overlay, wiring
from lab.frr import Router
from lab.namespace import Device, Namespace, create
from lab.topology import Node, Topology

# What a Calico node has, and what its administrator should have set: both uplinks are used by flow, asymmetric paths
# are not dropped.
NODE_SETTINGS = {**frr.SETTINGS, 'ipv6/conf/all/accept_dad': '0'}
QUIET = {'ipv6/conf/default/accept_dad': '0', 'ipv6/conf/all/disable_ipv6': '1'}
POD_SETTINGS = {'ipv6/conf/default/accept_dad': '0', 'ipv6/conf/default/accept_ra': '0'}


def make_room(topology: Topology) -> None:
    """Let the kernel remember the neighbours of all devices: its limits hold for all namespaces together.

    They are only raised, and stay so: another lab may need them by the time that this one ends.
    """
    per_node = topology.shape.nodes + topology.shape.tors + 4
    needed = 2 * per_node * len(topology.nodes)
    for family in ('ipv4', 'ipv6'):
        for factor, name in ((1, 'gc_thresh1'), (2, 'gc_thresh2'), (4, 'gc_thresh3')):
            setting = Path('/proc/sys/net', family, 'neigh/default', name)
            # They are the machine's: a container with a network of its own does not see them.
            if setting.exists() and int(setting.read_text()) < factor * needed:
                setting.write_text(str(factor * needed), encoding='ascii')


def device_folder(folder: Path, name: str) -> Path:
    """Where the files of a device lie."""
    return folder / 'devices' / name


def write_routers(folder: Path, topology: Topology) -> None:
    """Write the files of all routers, their first configuration among them."""
    login = frr.new_key(folder / 'login', frr.USERNAME)
    for router in topology.routers:
        files = device_folder(folder, router.name)
        runs_frr = router.software == 'frr'
        host_key = frr.write_files(
            router.name, files, fabric.configuration(topology, router) if runs_frr else '', login
        )
        if not runs_frr:
            gobgp.write_file(files, gobgp.configuration(topology, router))
        (files / 'host_key.line').write_text(host_key, encoding='ascii')


def namespaces(lab: str, folder: Path, topology: Topology) -> dict[str, Namespace]:
    """Make the namespaces of all devices; the files of the routers have to be there, as they are mounted."""
    devices = [Device(name, settings=QUIET) for name in wiring.bridge_names(topology)[1:]]
    devices.append(Device(wiring.OUTSIDE_NAME, settings=POD_SETTINGS))
    for router in topology.routers:
        box = frr if router.software == 'frr' else gobgp
        devices.append(box.device(router.name, device_folder(folder, router.name)))
    for node in topology.nodes:
        device_folder(folder, node.name).mkdir(parents=True, exist_ok=True)
        devices.append(Device(node.name, private=True, run_folders=(('/run/calico', 0, 0),), settings=NODE_SETTINGS))
        devices.append(Device(node.pod_name, settings=POD_SETTINGS))
    return create(lab, devices)


def wire(topology: Topology, made: Mapping[str, Namespace], pool: ThreadPoolExecutor) -> None:
    """Lay the cables and bring every interface up with its addresses."""
    management.root_ip(['-batch', '-'], text='\n'.join(wiring.cables(topology, made)) + '\n')
    devices = [(made[router.name], router.management.ip) for router in topology.routers]
    devices += [(made[node.name], node.management.ip) for node in topology.nodes]
    management.attach(made['management'], topology.management, devices)
    jobs: list[tuple[str, Iterable[str]]] = [(wiring.OUTSIDE_NAME, wiring.outside(topology))]
    for rack in range(1, topology.shape.racks + 1):
        jobs.append((wiring.rack_name(rack), wiring.rack(topology, rack)))
    for router in topology.routers:
        jobs.append((router.name, wiring.router(topology, router)))
    for node in topology.nodes:
        jobs.append((node.name, wiring.node(topology, node)))
        jobs.append((node.pod_name, wiring.pod(topology, node)))
    list(pool.map(lambda job: made[job[0]].ip(job[1]), jobs))


def furnish_nodes(topology: Topology, made: Mapping[str, Namespace], pool: ThreadPoolExecutor) -> None:
    """Give every node its service addresses and, where the variant has one, its end of the overlay."""

    def furnish(node: Node) -> None:
        made[node.name].run(['nft', '-f', '-'], text=kube_proxy.ruleset(topology, node))
        if topology.shape.variant == 'overlay' and topology.shape.racks > 1:
            made[node.name].ip(overlay.links(topology, node))
            made[node.name].run(['bridge', '-batch', '-'], text='\n'.join(overlay.forwarding(topology, node)) + '\n')

    list(pool.map(furnish, topology.nodes))


def routers(folder: Path, topology: Topology, made: Mapping[str, Namespace]) -> dict[str, Router]:
    """The routers as one logs in to them, started or not."""
    return {
        router.name: (Router if router.software == 'frr' else gobgp.Router)(
            namespace=made[router.name],
            folder=device_folder(folder, router.name),
            management_address=router.management.ip,
            key_file=folder / 'login',
            host_key=(device_folder(folder, router.name) / 'host_key.line').read_text(encoding='ascii'),
        )
        for router in topology.routers
    }


def start_routers(all_routers: Iterable[Router], pool: ThreadPoolExecutor) -> None:
    """Start FRR and sshd on every router."""

    def start(router: Router) -> None:
        router.start()
        frr.start_sshd(router)

    list(pool.map(start, all_routers))
