#!/bin/sh
# Run what lies in /docker-entrypoint.d, in order, before the server: *.sh as programs, *.envsh read
# into this shell.
set -e
if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
    for file in /docker-entrypoint.d/*; do
        case $file in
            *.envsh) [ ! -x "$file" ] || . "$file" ;;
            *.sh) [ ! -x "$file" ] || "$file" ;;
        esac
    done
    [ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] ||
        echo "$0: Configuration complete; ready for start up"
fi
exec "$@"
