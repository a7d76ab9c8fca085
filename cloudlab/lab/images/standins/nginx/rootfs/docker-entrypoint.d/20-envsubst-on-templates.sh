#!/bin/sh
# /etc/nginx/templates/NAME.template → /etc/nginx/conf.d/NAME, with the variables that are set put in;
# nginx's own, such as $host, are left as they are.
set -e
variables=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
cd /etc/nginx/templates 2>/dev/null || exit 0
find . -name '*.template' -type f | while read -r template; do
    target=/etc/nginx/conf.d/${template%.template}
    mkdir -p "$(dirname "$target")"
    envsubst "$variables" <"$template" >"$target"
done
