#| expect: not yet
#| says: to register once isn't enough
# "They are registered: now we wait."
for host in ("10.0.0.1", "10.0.0.2"):
    registry.post("/register", json={"name": "shop", "host": host, "port": 80})
wait_until(lambda: not listed()["10.0.0.2:80"], 15, "one falls silent")
