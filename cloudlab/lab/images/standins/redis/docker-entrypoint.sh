#!/bin/sh
# What the official image's entrypoint does: options or a configuration file alone are the server's;
# root hands over to the user redis.
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
    set -- redis-server "$@"
fi
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
    find . \! -user redis -exec chown redis '{}' +
    exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
fi

# The official server is compiled with protected mode off: a container is reached by its network
# alone. Whoever sets it, on the command line or in a file, is obeyed.
open() {
    case " $* " in *protected-mode*|*" -v "*|*" --version "*|*" -h "*|*" --help "*) return 1 ;; esac
    [ ! -f "$2" ] || ! grep -q '^[[:space:]]*protected-mode' "$2"
}
if [ "$1" = redis-server ] && open "$@" ''; then
    set -- "$@" --protected-mode no
fi
[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
