#| expect: not yet
#| says: isn't what broke
# "It's always Redis."
!docker compose --project-directory app up -d --force-recreate --wait
answer("containers.outage", cause="redis-frozen")
