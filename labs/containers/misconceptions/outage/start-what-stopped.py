#| expect: passed
# A second right answer: only what had stopped is started.
!docker compose --project-directory app start db
wait_until(lambda: door.get("/api/ready").status_code == 200, 20, "ready")
answer("containers.outage", cause="database-stopped")
