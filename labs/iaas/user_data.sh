#!/bin/bash
# Runs once, as root, on the first boot of each web server. Terraform fills in the database's name.
set -euo pipefail

dnf install -y nginx postgresql16

# psql and most libraries read these names.
cat > /etc/profile.d/database.sh <<'SETTINGS'
export PGHOST=${db_host}
export PGPORT=5432
export PGDATABASE=${db_name}
export PGUSER=${db_user}
SETTINGS

# What the load balancer asks for before it sends anybody here.
echo ok > /usr/share/nginx/html/health
systemctl enable --now nginx
