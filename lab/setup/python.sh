# A Python that NetBox runs on, and uv. Sourced by setup.sh after packages.sh; sets $python and $uv.

# Whether a program is there and works: pyenv puts shims into PATH for programs that do not run.
runs() {
    "$1" --version >/dev/null 2>&1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

# The interpreter itself, not a shim or a virtual environment around it. The checkout's own comes first, so that nothing
# is made anew when several are there.
find_python() {
    for candidate in .venv/bin/python /usr/bin/python3 python3 python3.13 python3.12 python3.14 \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python3; do
        if is_new_enough "$candidate"; then
            python=$("$candidate" -c 'import sys; print(sys._base_executable)')
            return
        fi
    done
    find_uv
    "$uv" python install --quiet 3.13 ||
        stop 'No Python >= 3.12 runs here and none could be fetched: install one (Debian 13 and Ubuntu 24.04 have it).'
    python=$("$uv" python find 3.13)
}

find_uv() {
    for candidate in uv "$HOME/.local/bin/uv" .data/uv/bin/uv; do
        if runs "$candidate"; then
            uv=$candidate
            return
        fi
    done
    # Whatever Python there is can fetch uv, as long as it has venv or pip.
    for candidate in "${python:-python3}" python3; do
        if "$candidate" -m venv --clear .data/uv >/dev/null 2>&1; then
            .data/uv/bin/python -m pip install --quiet uv ||
                stop 'uv could not be fetched: let this machine reach PyPI (pip honours https_proxy), or install uv.'
            uv=.data/uv/bin/uv
            return
        fi
        if "$candidate" -m pip install --quiet --target .data/uv uv 2>/dev/null; then
            uv=.data/uv/bin/uv
            return
        fi
    done
    stop 'uv is missing and no Python here has venv or pip to fetch it: install uv, or the package python3-venv.'
}
