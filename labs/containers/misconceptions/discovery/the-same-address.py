#| expect: not yet
#| says: One instance is known
# "Two registrations are two instances."
for _ in range(2):
    registry.post("/register", json={"name": "shop", "host": "10.0.0.1", "port": 80})
