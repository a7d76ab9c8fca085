"""The embedded cluster itself: real controllers over simulated nodes, and what may befall them."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cloudlab.lab.cluster import components
from cloudlab.lab.processes import marked

SECTION = "kubernetes"
pytestmark = [
    pytest.mark.lab,
    pytest.mark.timeout(2400),
    pytest.mark.section(SECTION),
]
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: test}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nowhere/web:1
        resources: {requests: {cpu: 100m}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: test}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: test}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 6
  metrics:
  - type: Resource
    resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
"""
#: What a learner may prefer elsewhere: the lab's text says what kubectl shows without it.
KUBERC = """\
apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults:
- command: get
  options: [{name: output, default: json}]
"""
CLAIMING = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: test}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "nowhere/db:1"}]
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


class Kube:
    """kubectl on the lab's cluster."""

    def __init__(self, lab) -> None:
        self.lab = lab

    def __call__(self, *words: str, given: str | None = None) -> str:
        state = Path(self.lab.state)
        env = {**os.environ, "KUBECONFIG": str(state / "kubeconfig")}
        done = subprocess.run(
            [state / "bin" / "kubectl", *words],
            env=env,
            input=given,
            text=True,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> dict:
        return json.loads(self("get", *words, "-o", "json"))


def eventually(what: Callable[[], object], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, what
        time.sleep(0.5)


def component(lab, program: str) -> psutil.Process:
    return next(one for one in marked(lab.state) if Path(one.cmdline()[0]).name == program)


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    """Fetched or built before any test's own time begins."""
    from cloudlab.lab.cluster import components
    from cloudlab.lab.cluster import programs as finding

    finding.find([*components.NAMES, "kubectl"], print, threading.Event())


@pytest.fixture
def running(new_lab):
    """A lab with the cluster up, and kubectl on it."""
    lab = new_lab("one")
    up(lab)
    kube = Kube(lab)
    kube("create", "namespace", "test")
    return lab, kube


def up(lab) -> None:
    done = lab.run("up", SECTION, LAB_KUBERNETES="kwok")
    assert done.returncode == 0, done.stderr


def test_controllers_and_scheduler_do_their_work(running):
    _, kube = running
    assert [node["metadata"]["name"] for node in kube.json("nodes")["items"]] == [
        "worker-1",
        "worker-2",
        "worker-3",
    ]
    kube("apply", "-f", "-", given=WEB)
    kube("rollout", "status", "deployment/web", "-n", "test", "--timeout=30s")
    eventually(lambda: endpoints(kube) == 2)


def endpoints(kube) -> int:
    slices = kube.json("endpointslices", "-n", "test")["items"]
    return sum(len(one["endpoints"] or []) for one in slices)


def test_a_claim_is_bound_and_its_volume_goes_with_it(running):
    _, kube = running
    kube("apply", "-f", "-", given=CLAIMING)
    kube("rollout", "status", "statefulset/db", "-n", "test", "--timeout=60s")
    claims = kube.json("pvc", "-n", "test")["items"]
    assert {one["status"]["phase"] for one in claims} == {"Bound"}
    kube("delete", "statefulset", "db", "-n", "test")
    assert len(kube.json("pvc", "-n", "test")["items"]) == 2
    kube("delete", "pvc", "--all", "-n", "test")
    eventually(lambda: not kube.json("pv")["items"])


def test_an_autoscaler_follows_the_load(running):
    _, kube = running
    kube("apply", "-f", "-", given=WEB)
    kube("rollout", "status", "deployment/web", "-n", "test", "--timeout=30s")
    loaded = "kwok.x-k8s.io/usage-cpu=200m"
    kube("annotate", "pods", "-n", "test", "-l", "app=web", loaded)
    eventually(lambda: kube.json("hpa", "web", "-n", "test")["status"]["desiredReplicas"] > 2, 90)


def test_nothing_listens_but_on_loopback(running):
    lab, _ = running
    found = [one for process in marked(lab.state) for one in process.net_connections("inet")]
    listening = {one.laddr for one in found if one.status == psutil.CONN_LISTEN}
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert len(listening) == 3


def test_kubectl_neither_reads_nor_writes_the_learners_own_folder(running, tmp_path):
    lab, _ = running
    theirs = tmp_path / "home" / ".kube"
    theirs.mkdir(parents=True)
    (theirs / "kuberc").write_text(KUBERC)
    (theirs / "config").write_text("not even YAML: [")
    script = f"{lab.run('env').stdout}\nkubectl get nodes"
    env = {"HOME": str(theirs.parent), "PATH": os.environ["PATH"]}
    shown = subprocess.run(["sh", "-c", script], env=env, text=True, capture_output=True)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("NAME ")
    assert {one.name for one in theirs.iterdir()} == {"kuberc", "config"}
    assert list((lab.state / "kubectl").iterdir())


def test_whichever_component_is_killed_it_comes_back_with_its_data(running):
    lab, kube = running
    kube("apply", "-f", "-", given=WEB)
    before = kube.json("deployment", "web", "-n", "test")["metadata"]["uid"]
    for name in components.NAMES:
        component(lab, name).send_signal(signal.SIGKILL)
        up(lab)
        assert kube.json("deployment", "web", "-n", "test")["metadata"]["uid"] == before
    kube("rollout", "status", "deployment/web", "-n", "test", "--timeout=30s")


def test_down_leaves_nothing_and_up_again_has_the_data(running):
    lab, kube = running
    memory = part(lab)["memory"]
    lab.run("down")
    assert marked(lab.state) == []
    assert "127.0.0.1:1" in (lab.state / "kubeconfig").read_text()
    up(lab)
    assert kube.json("namespace", "test")["status"]["phase"] == "Active"
    assert part(lab)["memory"] == memory
    lab.run("reset", "--yes")
    up(lab)
    assert part(lab)["memory"] != memory


def part(lab) -> dict:
    return json.loads((lab.state / "state.json").read_text())["parts"]["kubernetes"]
