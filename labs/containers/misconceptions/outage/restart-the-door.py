#| expect: not yet
#| says: still broken
# "Customers see an error at the door, so the door is broken."
!docker compose --project-directory app up -d --no-deps --force-recreate --wait nginx
