#| expect: not yet
#| says: so that the next one is found sooner
# "It runs again: back to bed."
!docker compose --project-directory app up -d --force-recreate --wait
