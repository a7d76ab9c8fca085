#| expect: not yet
#| says: each under a name of its own
# "Every instance needs a name of its own, or the second one takes the place of the first."
for number in (1, 2):
    registry.post("/register", json={"name": f"shop-{number}", "host": "10.0.0.1", "port": 80 + number})
