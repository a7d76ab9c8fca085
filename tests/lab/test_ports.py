import socket
from collections.abc import Iterator

import pytest

from cloudlab.lab import ports
from cloudlab.lab.errors import PortTaken


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_preferred_port_when_it_is_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert ports.choose(port) == port


def test_the_next_free_one_otherwise(taken):
    chosen = ports.choose(taken)
    assert chosen > taken
    assert ports.choose(taken, reserved={chosen}) > chosen


def test_a_listener_on_all_addresses_takes_the_port_too():
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not ports.is_free(server.getsockname()[1])


def test_none_free_is_an_error_with_what_to_do(taken, monkeypatch):
    monkeypatch.setattr(ports, "SPAN", 1)
    with pytest.raises(PortTaken, match=f"no free port from {taken}"):
        ports.choose(taken)


def test_a_listener_is_on_loopback_and_shared_with_nobody():
    port = ports.choose(20000)
    with ports.listen(port) as server:
        assert server.getsockname() == ("127.0.0.1", port)
        with pytest.raises(PortTaken, match=f"port {port} has just been taken"):
            ports.listen(port)
        with socket.socket() as sharing:
            sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            with pytest.raises(OSError, match="in use"):
                sharing.bind(("127.0.0.1", port))


def test_any_free_port_will_do_for_what_only_the_lab_calls():
    port = ports.any_free()
    with ports.listen(port) as server:
        assert server.getsockname() == ("127.0.0.1", port)
