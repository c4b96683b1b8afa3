"""A renderer as somebody else might bring it: one process a node, which knows what its environment says and no more."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path

from lab.api import Api

ADDRESS = 'projectcalico.org/IPv4Address'
LEAVE = 'leave'


def configuration(me: str, addresses: dict[str, str]) -> str:
    """A mesh over all addresses, by nodes' names."""
    lines = [f'router id {addresses[me]};', 'protocol device {}', 'protocol kernel { ipv4 { export all; }; }']
    for name, address in addresses.items():
        if name != me:
            local, remote = f'local {addresses[me]} as 64512', f'neighbor {address} as 64512'
            options = 'connect delay time 1; ipv4 { import all; export none; };'
            lines.append(f'protocol bgp Mesh_{address.replace(".", "_")} {{ {local}; {remote}; {options} }}')
    return '\n'.join(lines) + '\n'


def main() -> None:
    """Render for ever."""
    me, folder = os.environ['NODENAME'], Path(os.environ['CONFIG_FOLDER'])
    (folder / 'told.json').write_text(json.dumps({**os.environ, 'hostname': socket.gethostname()}))
    api = Api(Path(os.environ['KUBECONFIG']))
    while True:
        nodes, _ = api.list_all('/api/v1/nodes')
        staying = [node for node in nodes if LEAVE not in node['metadata']['labels'] or node['metadata']['name'] == me]
        addresses = {
            node['metadata']['name']: node['metadata']['annotations'][ADDRESS].split('/')[0] for node in staying
        }
        text, file = configuration(me, addresses), folder / 'bird.cfg'
        if not file.exists() or file.read_text() != text:
            file.with_suffix('.tmp').write_text(text)
            file.with_suffix('.tmp').rename(file)
        time.sleep(0.2)


if __name__ == '__main__':
    main()
