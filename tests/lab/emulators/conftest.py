"""An emulator twice: as the lab starts it, mended, and as it was installed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from cloudlab.lab import aws, readiness
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.parts.moto import ACCOUNT
from cloudlab.lab.ports import HOST, choose
from cloudlab.lab.state import PartState

Client = Callable[[str], Any]
Scenario = Callable[[Client], object]
START_SECONDS = 60.0


@dataclass(frozen=True)
class Pair:
    """One emulator, mended and plain: a factory of clients for each."""

    mended: Client
    plain: Client

    def prove(self, scenario: Scenario) -> None:
        """The mended one does what AWS does; the plain one still doesn't, or the mend can go."""
        assert scenario(self.mended), "the mend isn't in force"
        assert not holds(scenario, self.plain), "the plain emulator does it right: this mend can go"


def holds(scenario: Scenario, client: Client) -> bool:
    """Whether the scenario ends well; a refusal or a broken answer of the emulator is a fault."""
    try:
        return bool(scenario(client))
    except (BotoCoreError, ClientError, ResponseParserError):
        return False


@contextmanager
def server(folder: Path, argv: list[str], env: Mapping[str, str], page: str) -> Iterator[str]:
    """`python -m ARGV` until the end of the block; its address once `page` answers.

    PORT in an argument or a variable is the port that was free.
    """
    port = choose(21000)
    argv = [sys.executable, "-m", *(word.replace("PORT", str(port)) for word in argv)]
    env = {name: value.replace("PORT", str(port)) for name, value in env.items()}
    folder.mkdir()
    whole = {**safe_environment({"LAB_STATE_DIR": str(folder)}, None), **env}
    with (folder / "log").open("w") as log:
        child = subprocess.Popen(argv, env=whole, cwd=folder, stdout=log, stderr=log)
        try:
            _await(child, PartState("it", "", argv[2], "emulated", port=port, health=page))
            yield f"http://{HOST}:{port}"
        finally:
            child.kill()
            child.wait()


def _await(child: subprocess.Popen[bytes], part: PartState) -> None:
    until = time.monotonic() + START_SECONDS
    while not readiness.ready(part):
        assert child.poll() is None, f"{part.backend} ended"
        assert time.monotonic() < until, f"{part.backend} doesn't answer"
        time.sleep(0.05)


def clients(address: str) -> Client:
    """A factory of clients for one server."""
    return lambda service: aws.client(service, endpoint=address)


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """moto's server, twice."""
    folder, words = tmp_path_factory.mktemp("moto"), ["-H", HOST, "-p", "PORT"]
    env, page = {"MOTO_ACCOUNT_ID": ACCOUNT}, "/moto-api/config"
    mended, plain = ["cloudlab.lab.emulators.moto_mended", *words], ["moto.server", *words]
    with (
        server(folder / "mended", mended, env, page) as one,
        server(folder / "plain", plain, env, page) as other,
    ):
        yield Pair(clients(one), clients(other))


@pytest.fixture(scope="module")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """MiniStack, twice."""
    folder = tmp_path_factory.mktemp("ministack")
    env = {"GATEWAY_PORT": "PORT", "BIND_HOST": HOST, "IOT_MTLS_ENABLED": "0"}
    mended = ["cloudlab.lab.emulators.ministack_mended"]
    with (
        server(folder / "mended", mended, env, "/") as one,
        server(folder / "plain", ["ministack"], env, "/") as other,
    ):
        yield Pair(clients(one), clients(other))
