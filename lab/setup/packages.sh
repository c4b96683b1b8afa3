# The system packages: installed when root may, else named once. Sourced by setup.sh.
#
# Some bring daemons of their own (FRR, BIRD, GoBGP, sshd, PostgreSQL, Redis). Only their programs are wanted, in namespaces and
# folders of the lab, so nothing is started, enabled or configured on the machine itself.

has() {
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]
}

stop() {
    echo "$1" >&2
    exit 1
}

postgresql_is_there() {
    [ -n "${NETBOX_CALICO_POSTGRES:-}" ] && return
    for folder in /usr/lib/postgresql/*/bin; do
        version=$(basename "$(dirname "$folder")")
        [ -x "$folder/initdb" ] && [ "$version" -ge 15 ] && return
    done
    return 1
}

redis_is_there() {
    [ -n "${NETBOX_CALICO_REDIS:-}" ] || has valkey-server || has redis-server
}

chromium_is_there() {
    # On Ubuntu the package chromium is a snap, which a test cannot drive; Playwright brings its own there.
    has chromium || has google-chrome ||
        ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium-*/chrome-linux*/chrome >/dev/null 2>&1
}

missing_packages() {
    [ -x /usr/lib/frr/bgpd ] || echo frr
    [ -x /usr/lib/frr/frr-reload.py ] || echo frr-pythontools
    has bird || echo bird2
    has sshd || echo openssh-server
    has ssh || echo openssh-client
    has ip || echo iproute2
    has ping || echo iputils-ping
    has sudo || echo sudo
    has sysctl || echo procps
    has nft || echo nftables
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    postgresql_is_there || echo postgresql
    redis_is_there || echo redis-server
    # The demo has no reflector outside of the cluster.
    [ "$1" = demo ] || has gobgpd || echo gobgpd
    if [ "$1" = test ] && [ "$(. /etc/os-release && echo "$ID")" != ubuntu ]; then
        chromium_is_there || echo chromium
    fi
    # To fetch uv with, where it is not there; brings the system's Python as well.
    runs uv || runs .data/uv/bin/uv || python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

# Install what is missing. Without the right to: for the tests say what and stop, for the demo go on without.
install_packages() {
    packages=$(missing_packages "$1" | tr '\n' ' ')
    if [ "$(id -u)" -ne 0 ]; then
        [ "$1" = demo ] && return
        [ -z "$packages" ] || echo "Missing system packages: apt-get install $packages" >&2
        stop 'The tests make network namespaces, which only root may: run `make test` as root.'
    fi
    [ -n "$packages" ] || return 0
    if ! has apt-get; then
        [ "$1" = demo ] && return
        stop "Install what Debian calls: $packages"
    fi
    echo "Installing system packages: $packages"
    hold_daemons
    trap release_daemons EXIT
    log=$(mktemp)
    # A source of packages that does not answer may be one that nothing is needed of.
    apt update -qq >"$log" 2>&1 || true
    # shellcheck disable=SC2086 # a list of words
    if apt install -y -qq --no-install-recommends $packages >>"$log" 2>&1; then
        rm "$log"
        disable_daemons "$packages"
    else
        tail -n 20 "$log" >&2
        [ "$1" = demo ] || stop "Not all could be installed; the whole log is $log. Try: apt-get install $packages"
    fi
    release_daemons
    trap - EXIT
}

# A machine that has just started may be upgrading itself. Nobody is asked, and Ubuntu restarts nothing afterwards.
apt() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -o DPkg::Lock::Timeout=600 "$@"
}

# While packages are installed: start nothing (the policy that invoke-rc.d and deb-systemd-invoke ask), and let
# PostgreSQL make no cluster of the system's.
hold_daemons() {
    policy=/usr/sbin/policy-rc.d
    clusters=/etc/postgresql-common/createcluster.d/netbox-calico-lab.conf
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
        our_policy=$policy
    fi
    mkdir -p "$(dirname "$clusters")"
    echo 'create_main_cluster = false' >"$clusters"
}

release_daemons() {
    rm -f "${our_policy:-}" "$clusters"
}

# At the next boot neither: packages enable what they bring.
disable_daemons() {
    [ -d /run/systemd/system ] || return 0
    for package in $1; do
        case $package in
        frr | gobgpd | postgresql | redis-server) units=$package ;;
        bird2) units=bird ;;
        openssh-server) units='ssh.service ssh.socket' ;; # Ubuntu's sshd is started by its socket
        *) continue ;;
        esac
        # shellcheck disable=SC2086 # a list of words
        systemctl disable --quiet $units || echo "Not disabled, so it runs from the next boot on: $units" >&2
    done
}
