#!/bin/sh
# Brings a checkout to where `make` can use .venv: system packages, a Python, uv, the locked Python packages.
# Usage: lab/setup/setup.sh test|demo. Done again it changes nothing and takes a second.
set -eu
cd "$(dirname "$0")/../.."
purpose=$1

# Some environments have no home, or none to write to; what is fetched and built is kept in the checkout then.
: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME
[ -n "${XDG_CACHE_HOME:-}" ] || [ -w "$HOME" ] || export XDG_CACHE_HOME="$PWD/.data/cache"

. lab/setup/packages.sh
. lab/setup/python.sh

install_packages "$purpose"
find_python
find_uv

groups=
postgresql_is_there && redis_is_there || groups='--group services'
# shellcheck disable=SC2086 # none or two words
"$uv" sync --frozen --quiet --all-extras --compile-bytecode --python "$python" $groups
if [ "$purpose" = test ] && ! chromium_is_there; then
    .venv/bin/python -m playwright install --with-deps chromium ||
        echo 'No Chromium could be had, so the browser tests will fail: install one that is no snap, such as' \
            'the package google-chrome-stable of Google.' >&2
fi
# A demo that can only show a recording needs no Kubernetes.
if [ "$purpose" = test ] || .venv/bin/python -m lab.needs; then
    UV=$uv .venv/bin/python -m lab.services.kubernetes_programs
fi
