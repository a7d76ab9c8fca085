"""The whole lab, and what may befall it. Each lab is one of its own, driven by the command."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from cloudlab.lab.ports import is_free
from cloudlab.lab.processes import marked

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]


def parts(lab) -> dict[str, dict]:
    """What `cloudlab status --json` says, by name."""
    return {one["name"]: one for one in json.loads(lab.run("status", "--json").stdout)["parts"]}


def pids(lab) -> set[int]:
    return {pid for part in parts(lab).values() for pid in part["pids"]}


def living(lab) -> list[int]:
    """Every process of the lab, by its mark."""
    return [one.pid for one in marked(lab.state)]


def vpcs(lab) -> list[str]:
    """Ask the lab's EC2 through its one endpoint."""
    from cloudlab.lab import aws

    answer = aws.client("ec2", endpoint=parts(lab)["aws-endpoint"]["endpoint"]).describe_vpcs()
    return [vpc["VpcId"] for vpc in answer["Vpcs"]]


def port_of(part: dict) -> int:
    return int(part["endpoint"].rsplit(":", 1)[1])


@contextmanager
def listening(port: int = 0) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", port)) as server:
        yield server.getsockname()[1]


def listeners(lab) -> list[str]:
    """The addresses on which any process of the lab, or a child of one, listens."""
    return [
        connection.laddr.ip
        for one in marked(lab.state)
        for process in [one, *one.children(recursive=True)]
        for connection in process.net_connections(kind="inet")
        if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)
    ]


# what it promises


def test_up_makes_every_part_ready_and_down_leaves_nothing(new_lab):
    lab = new_lab("one")
    began = lab.run("up", "iaas")
    assert began.returncode == 0, began.stderr
    assert {one["state"] for one in parts(lab).values()} == {"ready"}
    assert set(parts(lab)) == {"aws", "aws-network", "aws-endpoint"}
    ports = [port_of(one) for one in parts(lab).values()]
    assert lab.run("down").returncode == 0
    assert living(lab) == []
    for port in ports:
        with listening(port):
            pass


def test_the_table_says_what_is_real(new_lab):
    out = new_lab("one").run("up", "iaas").stdout
    assert "real or emulated" in out
    assert [line.split()[-1] for line in out.splitlines()[1:4]] == ["s", "s", "s"]


def test_status_is_not_zero_without_a_lab(new_lab):
    lab = new_lab("one")
    done = lab.run("status")
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "the lab is down")
    assert json.loads(lab.run("status", "--json").stdout) == {"parts": []}
    assert lab.run("down").returncode == 0


def test_up_twice_is_a_no_op_in_under_a_second(new_lab):
    lab = new_lab("one")
    lab.run("up", "iaas")
    before, began = pids(lab), time.perf_counter()
    assert lab.run("up", "iaas").returncode == 0
    assert time.perf_counter() - began < 1.0
    assert pids(lab) == before


def test_everything_listens_on_loopback_alone(lab):
    addresses = listeners(lab)
    assert len(addresses) >= 3
    assert set(addresses) == {"127.0.0.1"}


def test_one_account_behind_one_endpoint(lab):
    from cloudlab.lab import aws

    account = aws.client("sts").get_caller_identity()["Account"]
    owner = aws.client("ec2").describe_vpcs()["Vpcs"][0]["OwnerId"]
    assert account == owner == "000000000000"


def test_a_presigned_address_is_routed_by_its_query(lab):
    """The scope stands in the query then: .../us-west-2/rds/aws4_request."""
    import urllib.request

    from cloudlab.lab import aws

    url = aws.client("rds").generate_presigned_url("describe_db_instances")
    assert "X-Amz-Credential" in url
    with urllib.request.urlopen(url) as reply:
        assert b"DescribeDBInstancesResponse" in reply.read()


def test_the_aws_part_is_small(new_lab, monkeypatch):
    """Resident memory in MB, after every service that a section uses was asked something."""
    from cloudlab.lab.inventory import inventory

    lab = new_lab("one")
    lab.run("up", "iaas")
    endpoint = parts(lab)["aws-endpoint"]["endpoint"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    inventory(["aws"])
    assert sum(one.memory_info().rss for one in marked(lab.state)) / 1e6 < 350


def test_the_processes_hold_nothing_real(lab):
    for one in marked(lab.state):
        environment = one.environ()
        assert environment["AWS_ACCESS_KEY_ID"] == "test"
        assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
        assert "AWS_PROFILE" not in environment


# what may befall it


def test_a_taken_port_moves_the_part_and_is_said(new_lab):
    lab = new_lab("one")
    try:
        server = socket.create_server(("127.0.0.1", 4566))
    except OSError:
        server = None  # a lab of the learner's has it: as good
    done = lab.run("up", "iaas")
    assert done.returncode == 0
    assert "aws-endpoint: port 4566 is taken, using" in done.stderr
    assert vpcs(lab)
    if server:
        server.close()


@pytest.mark.parametrize("name", ["aws", "aws-network", "aws-endpoint"])
def test_a_part_killed_is_seen_and_started_again_beside_the_others(new_lab, name):
    lab = new_lab("one")
    lab.run("up", "iaas")
    before = parts(lab)
    for pid in before[name]["pids"]:
        os.kill(pid, signal.SIGKILL)
    assert parts(lab)[name]["state"] == "stopped"
    assert lab.run("status").returncode == 1
    assert lab.run("up", "iaas").returncode == 0
    after = parts(lab)
    assert {one["state"] for one in after.values()} == {"ready"}
    assert after[name]["pids"] != before[name]["pids"]
    moved = after[name]["endpoint"] != before[name]["endpoint"]
    assert not moved or not is_free(port_of(before[name]))  # another lab may have taken it
    others = set(before) - {name} - ({"aws-endpoint"} if moved else set())
    assert [after[one]["pids"] for one in others] == [before[one]["pids"] for one in others]
    assert vpcs(lab)


def test_a_dead_backend_behind_the_endpoint_is_named(new_lab):
    from cloudlab.lab import aws

    lab = new_lab("one")
    lab.run("up", "iaas")
    now = parts(lab)
    client = aws.client("ec2", endpoint=now["aws-endpoint"]["endpoint"])
    os.kill(now["aws-network"]["pids"][0], signal.SIGKILL)
    with pytest.raises(Exception) as caught:  # noqa: PT011 – botocore's own kind
        client.describe_vpcs()
    assert aws.part_down(caught.value) == "aws-network"


def test_memory_changes_when_a_backend_was_started_anew(new_lab, monkeypatch):
    from cloudlab.lab.state import load_state

    lab = new_lab("one")
    lab.run("up", "iaas")
    monkeypatch.setenv("LAB_STATE_DIR", str(lab.state))
    before = load_state()
    assert lab.run("restart", "aws-endpoint").returncode == 0
    assert load_state().memory_id("aws") == before.memory_id("aws")
    assert lab.run("restart", "aws").returncode == 0
    assert load_state().memory_id("aws") != before.memory_id("aws")
    unknown = lab.run("restart", "awz")
    assert (unknown.returncode, "parts: " in unknown.stderr) == (2, True)


def test_a_pid_given_to_a_stranger_is_never_signalled(new_lab):
    lab = new_lab("one")
    lab.run("up", "iaas")
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    try:
        file = lab.state / "state.json"
        state = json.loads(file.read_text())
        state["parts"]["aws"]["processes"][0]["pid"] = stranger.pid
        file.write_text(json.dumps(state))
        assert parts(lab)["aws"]["state"] == "stopped"
        assert lab.run("up", "iaas").returncode == 0
        assert lab.run("down").returncode == 0
        assert stranger.poll() is None
        assert living(lab) == []
    finally:
        stranger.kill()
        stranger.wait()


def test_a_corrupted_state_file_is_said_and_nothing_is_left_behind(new_lab):
    lab = new_lab("one")
    lab.run("up", "iaas")
    before = set(living(lab))
    (lab.state / "state.json").write_text('{"parts": ')
    done = lab.run("up", "iaas")
    assert done.returncode == 0
    assert "state file was unreadable" in done.stderr
    assert not before & set(living(lab))
    assert set(living(lab)) == pids(lab)


def test_down_needs_no_state_file(new_lab):
    lab = new_lab("one")
    lab.run("up", "iaas")
    (lab.state / "state.json").write_text("nonsense")
    assert lab.run("down").returncode == 0
    assert living(lab) == []


def test_a_deleted_folder_does_not_hide_what_runs(new_lab):
    import shutil

    lab = new_lab("one")
    lab.run("up", "iaas")
    shutil.rmtree(lab.state)
    assert living(lab)
    assert lab.run("down").returncode == 0
    assert living(lab) == []


@pytest.fixture
def gate(tmp_path):
    """Starts an `up` that can't be over before it's interrupted: a tool says its version then."""
    (tmp_path / "bin").mkdir()
    program, opened = tmp_path / "bin" / "terraform", tmp_path / "opened"
    program.write_text(f"#!/bin/sh\nwhile [ ! -e {opened} ]; do sleep 0.05; done\nexit 1\n")
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"

    def interrupt(lab, processes: int) -> tuple[int, str]:
        """Ctrl-C once it has begun and so many processes live: its exit code, and what it said."""
        child = lab.start("up", "iaas", PATH=path)
        while not (lab.state / "lock").exists() or len(living(lab)) < processes:
            assert child.poll() is None, child.communicate()
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
        opened.touch()
        _, err = child.communicate(timeout=60)
        return child.returncode, err

    return interrupt


@pytest.mark.parametrize("begun", [0, 1, 2, 3])
def test_ctrl_c_halfway_leaves_nothing_running(new_lab, gate, begun):
    lab = new_lab("one")
    code, err = gate(lab, begun)
    assert code == 130, err
    assert "Traceback" not in err
    assert living(lab) == []


def test_ctrl_c_spares_what_ran_before(new_lab, gate):
    lab = new_lab("one")
    lab.run("up", "iaas")
    before = pids(lab)
    os.kill(parts(lab)["aws-network"]["pids"][0], signal.SIGKILL)
    code, err = gate(lab, processes=3)
    assert code == 130, err
    assert len(living(lab)) == 2
    assert set(living(lab)) < before


def test_up_killed_outright_is_cleaned_up_by_the_next(new_lab):
    lab = new_lab("one")
    child = lab.start("up", "iaas")
    while len(living(lab)) < 2 and child.poll() is None:
        time.sleep(0.01)
    child.kill()
    child.communicate()
    left = set(living(lab))
    assert lab.run("up", "iaas").returncode == 0
    assert not left & set(living(lab))
    assert set(living(lab)) == pids(lab)


def test_two_ups_at_once_make_one_lab(new_lab):
    lab = new_lab("one")
    children = [lab.start("up", "iaas") for _ in range(2)]
    for child in children:
        child.communicate(timeout=60)
        assert child.returncode == 0
    assert set(living(lab)) == pids(lab)
    assert len(pids(lab)) == 3


def test_two_labs_side_by_side_know_nothing_of_each_other(new_lab):
    from cloudlab.lab import aws

    one, two = new_lab("one"), new_lab("two")
    for child in [one.start("up", "iaas"), two.start("up", "iaas")]:  # each after the same ports
        _, err = child.communicate(timeout=120)
        assert child.returncode == 0, err
    here, there = parts(one), parts(two)
    assert not {part["endpoint"] for part in here.values()} & {
        p["endpoint"] for p in there.values()
    }
    aws.client("ec2", endpoint=here["aws-endpoint"]["endpoint"]).create_vpc(CidrBlock="10.7.0.0/16")
    assert len(vpcs(one)) == len(vpcs(two)) + 1
    assert one.run("down").returncode == 0
    assert {part["state"] for part in parts(two).values()} == {"ready"}


def test_a_learners_shell_full_of_real_things_starts_a_safe_lab(new_lab, tmp_path):
    lab = new_lab("one")
    (tmp_path / "kubeconfig").write_text("real")
    real = {
        "AWS_PROFILE": "production",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_ENDPOINT_URL": "https://real.example",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "KUBECONFIG": str(tmp_path / "kubeconfig"),
        "HTTP_PROXY": "http://proxy.example:3128",
        "HTTPS_PROXY": "http://proxy.example:3128",
    }
    done = lab.run("up", "iaas", **real)
    assert done.returncode == 0, done.stderr
    assert lab.run("status", **real).returncode == 0
    for process in marked(lab.state):
        environment = process.environ()
        assert not {"AWS_PROFILE", "HTTP_PROXY", "HTTPS_PROXY"} & set(environment)
        assert environment["AWS_ACCESS_KEY_ID"] == "test"
        assert environment["KUBECONFIG"] == str(lab.state / "kubeconfig")


def test_no_terraform_is_two_lines_and_the_rest_is_up(new_lab, tmp_path):
    """Nothing on PATH, nothing in the cache, and a publisher that can't be reached."""
    lab = new_lab("one")
    dead = "http://127.0.0.1:1"
    done = lab.run("up", "iaas", PATH="/nowhere", LAB_CACHE=str(tmp_path), HTTPS_PROXY=dead)
    assert done.returncode == 1
    said = done.stderr[done.stderr.index("can't download") :].strip().splitlines()
    assert len(said) == 2
    assert "install the program yourself" in said[1]
    assert {one["state"] for one in parts(lab).values()} == {"ready"}


def test_a_part_that_fails_says_what_it_tried_and_the_others_stay(new_lab, tmp_path):
    """A backend that ends at once: an environment that was broken by hand."""
    lab = new_lab("one")
    broken = tmp_path / "site"
    (broken / "ministack").mkdir(parents=True)
    (broken / "ministack" / "__init__.py").write_text("raise SystemExit('ministack is broken')")
    path = f"{broken}:{lab.environment['PYTHONPATH']}"
    done = lab.run("up", "iaas", PYTHONPATH=path)
    assert done.returncode == 1
    assert "aws (MiniStack, port" in done.stderr
    assert "ministack is broken" in done.stderr
    assert "→ cloudlab restart aws" in done.stderr
    assert f"log: {lab.state / 'logs' / 'aws.log'}" in done.stderr
    states = {name: part["state"] for name, part in parts(lab).items()}
    assert states == {"aws": "failed", "aws-network": "ready", "aws-endpoint": "ready"}
    assert lab.run("restart", "aws").returncode == 0
    assert lab.run("status").returncode == 0


def test_a_state_folder_that_cannot_be_written_is_said_in_words(new_lab, tmp_path):
    (tmp_path / "file").touch()
    done = new_lab("one").run("up", "iaas", LAB_STATE_DIR=str(tmp_path / "file" / "lab"))
    assert done.returncode == 1
    first, second = done.stderr.strip().splitlines()
    assert first.startswith("cannot write")
    assert second.startswith("→ make room")


def test_unknown_words_are_told_the_known(new_lab):
    lab = new_lab("one")
    assert lab.run("up", "no-such-section").returncode == 2
    wrong = lab.run("up", "iaas", LAB_AWS="azure")
    assert (wrong.returncode, "auto, ministack, localstack, external" in wrong.stderr) == (2, True)


def test_an_external_endpoint_is_used_and_never_stopped(new_lab):
    one, two = new_lab("one"), new_lab("two")
    one.run("up", "iaas")
    outside = parts(one)["aws-endpoint"]["endpoint"]
    knobs = {"LAB_AWS": "external", "AWS_ENDPOINT_URL": outside}
    done = two.run("up", "iaas", **knobs)
    assert done.returncode == 0, done.stderr
    only = parts(two)["aws"]
    assert (only["backend"], only["endpoint"], only["pids"]) == ("external", outside, [])
    assert two.run("down", **knobs).returncode == 0
    assert one.run("status").returncode == 0


def test_reset_forgets_the_lab_and_keeps_the_work(new_lab):
    lab = new_lab("one")
    lab.run("up", "iaas")
    room = lab.folder / "work" / "iaas"
    room.mkdir(parents=True)
    for name in ("terraform.tfstate", "mine.tf"):
        (room / name).touch()
    achieved = lab.folder / "data" / "progress.json"
    achieved.parent.mkdir()
    achieved.touch()
    assert lab.run("reset", "--yes").returncode == 0
    assert living(lab) == []
    assert not lab.state.exists()
    assert [one.name for one in room.iterdir()] == ["mine.tf"]
    assert achieved.exists()
    assert lab.run("reset", "--yes", "--progress").returncode == 0
    assert not achieved.exists()


@pytest.fixture
def desk(new_lab, tmp_path):
    """A lab with JupyterLab, in an empty home; its API, and a client with the token."""
    import httpx

    (tmp_path / "home").mkdir()
    lab = new_lab("one")
    done = lab.run("up", "iaas", LAB_JUPYTER="auto", HOME=str(tmp_path / "home"), AWS_PROFILE="x")
    assert done.returncode == 0, done.stderr
    base, token = done.stdout.split("Open ")[1].strip().split("/lab?token=")
    headers = {"Authorization": f"token {token}"}
    with httpx.Client(base_url=base, headers=headers, timeout=30) as client:
        yield lab, base, token, client


def test_jupyterlab_opens_with_the_token_alone(desk):
    import httpx

    _, base, _, client = desk
    assert httpx.get(f"{base}/api/contents").status_code == 403
    assert client.get("/api/contents").status_code == 200


def test_kernels_are_safe_and_nothing_is_written_into_the_home(desk, tmp_path):
    lab, _, _, client = desk
    client.post("/api/kernels", json={"name": "python3"}).raise_for_status()
    until = time.monotonic() + 30
    while not (kernels := [one for one in marked(lab.state) if "ipykernel" in str(one.cmdline())]):
        assert time.monotonic() < until
        time.sleep(0.1)
    environment = kernels[0].environ()
    assert environment["AWS_ENDPOINT_URL"] == parts(lab)["aws-endpoint"]["endpoint"]
    assert environment["IPYTHONDIR"].startswith(str(lab.state))
    assert "AWS_PROFILE" not in environment
    assert set(listeners(lab)) == {"127.0.0.1"}
    assert lab.run("down").returncode == 0
    assert living(lab) == []
    assert list((tmp_path / "home").iterdir()) == []


def test_a_terminal_of_jupyterlabs_own_can_stop_the_lab_and_ends_with_it(desk):
    lab, base, token, client = desk
    type_in_terminal(client, base, token, f"{sys.executable} -m cloudlab.cli down\n")
    until = time.monotonic() + 30
    while living(lab) and time.monotonic() < until:
        time.sleep(0.1)
    assert living(lab) == []
    assert lab.run("status").returncode == 1


def type_in_terminal(desk, base: str, token: str, line: str) -> None:
    """Open a terminal of JupyterLab and type a line, as a learner would."""
    import websocket

    name = desk.post("/api/terminals").json()["name"]
    address = f"ws{base[4:]}/terminals/websocket/{name}?token={token}"
    terminal = websocket.create_connection(address)
    terminal.send(json.dumps(["stdin", line]))
    time.sleep(0.5)
    terminal.close()
