"""The images of this machine, official or stand-ins: what the sections' files count on.

One Dockerfile, one compose file must do on both, so nothing here asks which they are.
"""

from __future__ import annotations

import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cloudlab.authoring.own_lab import own_lab
from cloudlab.lab.engine import engines, own_engine
from cloudlab.lab.environment import safe_environment
from cloudlab.lab.state import load_state

pytestmark = [pytest.mark.lab, pytest.mark.section("containers")]

SECTION = "containers"
STARTED = 30.0


@dataclass(frozen=True)
class Docker:
    """The lab's engine, and names that are nobody else's."""

    environment: dict[str, str]
    mark: str

    def __call__(self, *words: str, code: int = 0, limit: float = 600) -> str:
        """What `docker WORDS` says, on both streams; an error where it ends otherwise."""
        done = subprocess.run(
            ["docker", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
            check=False,
        )
        assert done.returncode == code, f"docker {words}: {done.stdout[-2000:]}"
        return done.stdout.strip()

    def image(self, name: str) -> str:
        """The image of that name on this machine."""
        return self.environment[f"{name.upper()}_IMAGE"]

    def run(self, name: str, *command: str, code: int = 0) -> str:
        """What a container of the image says."""
        return self("run", "--rm", self.image(name), *command, code=code)

    def start(self, name: str, *options: str) -> str:
        """A container of the image that goes on."""
        return self("run", "--detach", f"--label={self.mark}", *options, self.image(name))

    def build(self, folder: Path, text: str) -> str:
        """The id of the image that the Dockerfile makes."""
        (folder / "Dockerfile").write_text(text)
        arguments = [f"--build-arg={name}" for name in self.environment if name.endswith("_IMAGE")]
        self("build", *arguments, f"--label={self.mark}", "--tag", self.mark, str(folder))
        return self.mark


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + STARTED
    while not holds():
        assert time.monotonic() < end, f"not within {STARTED} s"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def engine() -> Iterator[dict[str, str]]:
    if not (engines.find() or own_engine.possible()):
        pytest.skip(f"no container engine answers: {engines.advice()}")
    with own_lab(SECTION):
        yield safe_environment(os.environ, load_state())


@pytest.fixture
def docker(engine: dict[str, str]) -> Iterator[Docker]:
    """Leaves no container, volume or image of its own."""
    docker = Docker(engine, f"imagetest-{uuid.uuid4().hex[:8]}")
    yield docker
    for container in docker("ps", "--all", "--quiet", f"--filter=label={docker.mark}").split():
        docker("rm", "--force", "--volumes", container)
    if docker("image", "ls", "--quiet", docker.mark):
        docker("image", "rm", docker.mark)


# node


def test_node_has_npm_and_a_user_of_its_own_and_no_curl(docker):
    script = "id -u node; node --version; npm --version; ! command -v curl && ! command -v wget"
    uid, node, npm = docker.run("node", "sh", "-c", script).split()
    assert uid == "1000"
    assert int(node.removeprefix("v").split(".")[0]) >= 20
    assert int(npm.split(".")[0]) >= 10
    assert docker.run("node", "--eval", "console.log(6 * 7)") == "42"


def test_npm_ci_works_in_a_build(docker, tmp_path):
    (tmp_path / "package.json").write_text(
        '{"name": "a", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}}'
    )
    image = docker.build(
        tmp_path,
        "ARG NODE_IMAGE\nFROM ${NODE_IMAGE}\nWORKDIR /app\nCOPY package.json .\n"
        "RUN npm install --package-lock-only && npm ci\nUSER node\n"
        """CMD ["node", "-e", "console.log(require('ms')('1h'))"]\n""",
    )
    assert docker("run", "--rm", image) == "3600000"


# golang and the small base

MAIN = """\
package main

import (
	"net/http"

	"github.com/gorilla/mux"
)

func main() {
	router := mux.NewRouter()
	router.HandleFunc("/health", func(reply http.ResponseWriter, _ *http.Request) {
		reply.Write([]byte("fine"))
	})
	panic(http.ListenAndServe(":8080", router))
}
"""
GO = """\
ARG GOLANG_IMAGE
ARG ALPINE_IMAGE
FROM ${GOLANG_IMAGE} AS builder
WORKDIR /src
COPY main.go .
RUN go mod init a && go mod tidy && CGO_ENABLED=0 go build -o /main .
FROM ${ALPINE_IMAGE}
RUN addgroup -g 1001 -S apps && adduser -S app -u 1001 -G apps
COPY --from=builder /main /main
USER app
HEALTHCHECK --interval=1s \\
  CMD wget --no-verbose --tries=1 --spider http://localhost:8080/health || exit 1
CMD ["/main"]
"""


def test_a_go_module_is_built_and_runs_on_the_small_base(docker, tmp_path):
    (tmp_path / "main.go").write_text(MAIN)
    container = docker("run", "--detach", f"--label={docker.mark}", docker.build(tmp_path, GO))
    until(lambda: docker("inspect", "--format={{.State.Health.Status}}", container) == "healthy")
    assert docker("exec", container, "id").startswith("uid=1001(app) gid=1001(apps)")
    assert (
        docker("exec", container, "wget", "-q", "-O", "-", "http://127.0.0.1:8080/health") == "fine"
    )


def test_go_is_new_enough_and_has_a_compiler_for_races(docker):
    major, minor = docker.run("golang", "go", "env", "GOVERSION").removeprefix("go").split(".")[:2]
    assert (int(major), int(minor)) >= (1, 25)
    assert docker.run("golang", "sh", "-c", "go env GOPATH; command -v gcc >/dev/null") == "/go"


def test_users_of_the_small_base_are_made_in_every_form(docker):
    script = (
        "addgroup -g 1001 -S nodejs && adduser -S nextjs -u 1001 && adduser -D -H b "
        "&& adduser b nodejs && id nextjs && id b && ls -d /home/*"
    )
    assert docker.run("alpine", "sh", "-c", script).splitlines() == [
        "uid=1001(nextjs) gid=65533(nogroup) groups=65533(nogroup)",
        "uid=1000(b) gid=1000(b) groups=1000(b),1001(nodejs)",
        "/home/nextjs",
    ]


# python


def test_pip_installs_where_the_official_image_has_its_packages(docker, tmp_path):
    image = docker.build(
        tmp_path,
        "ARG PYTHON_IMAGE\nFROM ${PYTHON_IMAGE}\nRUN pip install --no-cache-dir six\n"
        'USER 10001:10001\nCMD ["python", "-c", "import six; print(six.__file__)"]\n',
    )
    assert docker("run", "--rm", image) == "/usr/local/lib/python3.13/site-packages/six.py"


# postgres


@pytest.fixture
def postgres(docker, tmp_path) -> Callable[..., str]:
    """Starts a server on a volume that the test's containers share, and waits until it answers."""
    (tmp_path / "init").mkdir(mode=0o755)
    (tmp_path / "init" / "1.sql").write_text(
        "CREATE TABLE visits (at int); INSERT INTO visits VALUES (1);"
    )
    (tmp_path / "init" / "2.sh").write_text('echo "sourced for $POSTGRES_DB"')
    (tmp_path / "password").write_text("s3cret")
    mounts = [
        f"--volume={docker.mark}:/var/lib/postgresql/data",
        f"--volume={tmp_path}/init:/docker-entrypoint-initdb.d:ro",
        f"--volume={tmp_path}/password:/run/secrets/password:ro",
    ]
    settings = [
        "POSTGRES_PASSWORD_FILE=/run/secrets/password",
        "POSTGRES_USER=app",
        "POSTGRES_DB=shop",
    ]

    def start(*options: str) -> str:
        container = docker.start(
            "postgres", *mounts, *(f"--env={one}" for one in settings), *options
        )
        ready = ("exec", container, "pg_isready", "--quiet", "--host=127.0.0.1", "--username=app")
        until(lambda: _succeeds(docker, *ready))
        return container

    docker("volume", "create", docker.mark)
    yield start
    for container in docker("ps", "--all", "--quiet", f"--filter=label={docker.mark}").split():
        docker("rm", "--force", container)
    docker("volume", "rm", docker.mark)


def _succeeds(docker: Docker, *words: str) -> bool:
    done = subprocess.run(
        ["docker", *words], env=docker.environment, capture_output=True, check=False
    )
    return done.returncode == 0


def query(docker: Docker, container: str, sql: str, password: str = "s3cret", code: int = 0) -> str:
    """Asked over the container's network, where a password is needed."""
    address = docker("inspect", "--format={{.NetworkSettings.IPAddress}}", container)
    where = f"postgresql://app:{password}@{address}/shop"
    return docker(
        "exec",
        container,
        "psql",
        where,
        "--tuples-only",
        "--no-align",
        f"--command={sql}",
        code=code,
    )


@pytest.mark.parametrize("user", ["root", "postgres"])
def test_an_empty_volume_is_prepared_once(docker, postgres, user):
    first = postgres(f"--user={user}")
    assert query(docker, first, "SELECT count(*) FROM visits") == "1"
    assert "password authentication failed" in query(docker, first, "SELECT 1", "guessed", code=2)
    query(docker, first, "INSERT INTO visits VALUES (2)")
    log = docker("logs", first)
    assert "sourced for shop" in log
    assert "PostgreSQL init process complete; ready for start up." in log
    docker("rm", "--force", first)

    second = postgres(f"--user={user}")
    assert query(docker, second, "SELECT count(*) FROM visits") == "2"
    assert "Skipping initialization" in docker("logs", second)


def test_postgres_is_its_own_user_and_stops_at_once_when_asked(docker, postgres):
    container = postgres()
    assert "Uid:\t999\t" in docker("exec", container, "cat", "/proc/1/status")
    began = time.monotonic()
    docker("stop", "--time=10", container)
    assert time.monotonic() - began < 5
    assert docker("inspect", "--format={{.State.ExitCode}}", container) == "0"


def test_a_failing_script_stops_the_container(docker, tmp_path):
    (tmp_path / "1.sql").write_text("SELECT nonsense;")
    mount = f"--volume={tmp_path}:/docker-entrypoint-initdb.d:ro"
    container = docker.start("postgres", mount, "--env=POSTGRES_PASSWORD=a")
    until(lambda: docker("inspect", "--format={{.State.Running}}", container) == "false")
    assert docker("inspect", "--format={{.State.ExitCode}}", container) != "0"


def test_postgres_without_a_password_says_what_it_wants(docker):
    assert "superuser password is not specified" in docker.run("postgres", code=1)


# redis


def test_redis_is_open_to_its_network_and_no_root(docker):
    container = docker.start("redis")
    address = docker("inspect", "--format={{.NetworkSettings.IPAddress}}", container)
    ask = ("run", "--rm", docker.image("redis"), "redis-cli", "-h", address)
    until(lambda: _succeeds(docker, *ask, "ping"))
    assert docker(*ask, "set", "a", "1") == "OK"
    assert "Uid:\t999\t" in docker("exec", container, "cat", "/proc/1/status")
    docker("stop", container)
    assert docker("inspect", "--format={{.State.ExitCode}}", container) == "0"


def test_redis_takes_options_and_keeps_its_data_in_the_volume(docker):
    container = docker("run", "--detach", f"--label={docker.mark}", docker.image("redis"),
                       "--appendonly", "yes", "--requirepass", "s3cret")  # fmt: skip
    until(lambda: "PONG" in docker("exec", container, "redis-cli", "-a", "s3cret", "ping"))
    assert "appendonlydir" in docker("exec", container, "ls", "/data")


# nginx


def test_nginx_answers_and_logs_where_docker_looks(docker, tmp_path):
    template = tmp_path / "site.conf.template"
    template.write_text('server { listen 81; location / { return 200 "hello $NAME on $host"; } }')
    mount = f"--volume={template}:/etc/nginx/templates/site.conf.template:ro"
    container = docker.start("nginx", "--env=NAME=you", mount)
    address = docker("inspect", "--format={{.NetworkSettings.IPAddress}}", container)
    ask = ("run", "--rm", docker.image("alpine"), "wget", "-q", "-O", "-")
    until(lambda: _succeeds(docker, *ask, f"http://{address}/"))
    assert "nginx" in docker(*ask, f"http://{address}/")
    assert docker(*ask, f"http://{address}:81/") == f"hello you on {address}"
    assert '"GET / HTTP/1.1" 200' in docker("logs", container)
    docker("stop", container)
    assert docker("inspect", "--format={{.State.ExitCode}}", container) == "0"
