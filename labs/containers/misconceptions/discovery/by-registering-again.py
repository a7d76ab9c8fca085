#| expect: passed
# A second right answer: to register again is a sign of life, too.
def register(host):
    return registry.post("/register", json={"name": "shop", "host": host, "port": 80}).is_success

register("10.0.0.2")
wait_until(lambda: register("10.0.0.1") and not listed()["10.0.0.2:80"], 15, "one falls silent")
