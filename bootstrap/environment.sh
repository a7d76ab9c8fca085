#!/bin/sh
# Makes .venv what requirements.lock says. Says what it does; silent and quick when there's nothing
# to do. Asks nothing. Called by every target of the Makefile that needs the environment.
set -eu
cd "$(dirname "$0")/.."

venv=.venv
stamp=$venv/.synced

say() { printf '%s\n' "$*" >&2; }
fail() { say "$1"; say "→ $2"; exit 1; }

# What the environment is made from; another sum makes it anew.
wanted() { cat requirements.lock pyproject.toml bootstrap/uv.txt | cksum; pwd; }

# Where downloads are kept for all checkouts; the same folder as cloudlab's own.
cache() {
    if [ -n "${LAB_CACHE:-}" ]; then echo "$LAB_CACHE"
    elif [ "$(uname)" = Darwin ]; then echo "$HOME/Library/Caches/cloudlab"
    else echo "${XDG_CACHE_HOME:-$HOME/.cache}/cloudlab"; fi
}

# A Python that can make a virtual environment; Debian splits that ability off.
venv_python() {
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then echo "$python"; return; fi
    done
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "no Python that can make a virtual environment" \
             "install one (Debian, Ubuntu: sudo apt install python3-venv), or uv, and try again"
    say "installing Debian's python3-venv (apt-get)"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } \
        >/dev/null 2>&1 || fail "apt-get could not install python3-venv" "see: apt-get install python3-venv"
    echo /usr/bin/python3
}

# uv: the one on PATH, else our own in the cache, made whole or not at all.
find_uv() {
    if command -v uv >/dev/null; then command -v uv; return; fi
    home=$(cache)/uv-$(cksum <bootstrap/uv.txt | cut -d' ' -f1)
    if [ ! -x "$home/bin/uv" ]; then
        python=$(venv_python)
        say "installing uv into $home"
        mkdir -p "$(dirname "$home")" && rm -rf "$home.new"
        "$python" -m venv "$home.new"
        "$home.new/bin/python" -m pip install -qq --disable-pip-version-check \
            --require-hashes -r bootstrap/uv.txt ||
            fail "uv could not be installed" "connect to the network, or install uv yourself, and try again"
        rm -rf "$home" && mv "$home.new" "$home"
    fi
    echo "$home/bin/uv"
}

# Downloads are shown as they come; the list of 180 packages at the end is not.
sync() {
    "$1" pip sync --require-hashes --python $venv/bin/python requirements.lock 2>&1 >/dev/null |
        { sed '/^ [-+~] /d; /^ *Downloaded /d' >&2; }
    "$1" pip sync --quiet --require-hashes --python $venv/bin/python requirements.lock
}

if [ -x $venv/bin/cloudlab ] && [ "$(wanted)" = "$(cat $stamp 2>/dev/null)" ]; then exit 0; fi

uv=$(find_uv)
say "making $venv from requirements.lock (once, and when it changes)"
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH || true
if ! $venv/bin/python -c 'import sys; assert sys.version_info >= (3, 11)' 2>/dev/null; then
    "$uv" venv --quiet --clear --python '>=3.11' $venv ||
        fail "no Python 3.11 or newer" "install one, or let uv fetch it: uv python install 3.12"
fi
rm -f $stamp
sync "$uv" || fail "the environment could not be made" "look above: network, proxy, full disk?"
"$uv" pip install --quiet --no-deps --no-build-isolation --python $venv/bin/python --editable .
wanted >$stamp
