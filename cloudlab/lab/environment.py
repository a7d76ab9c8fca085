"""The environment in which every command of the lab runs: nothing leaves the machine.

A learner's shell may hold real keys, a real cluster, a company's proxy. What starts from here
sees none of them: the addresses are the lab's, and while the lab is down they are dead.
"""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from cloudlab.lab.paths import paths, write_private
from cloudlab.lab.state import LabState, load_state

#: An address at which nothing listens: port 1 (tcpmux) is privileged and long out of use.
NOWHERE = "http://127.0.0.1:1"
REGION = "us-west-2"
FAKE_KEY = "test"

#: Whatever begins so is dropped before ours is set.
FOREIGN_PREFIXES = (
    "AWS_",
    "BOTO_",
    "TF_",
    "LOCALSTACK_",
    "KUBE",
    "HELM_KUBE",
    "DOCKER_",
    "COMPOSE_",
    "BUILDX_",
    "BUILDKIT_",
    "CONTAINER_",
    "PODMAN_",
    "GOOGLE_",
    "GCLOUD_",
    "CLOUDSDK_",
    "AZURE_",
    "ARM_",
)
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy")

# An empty list of sources: Terraform may then install nothing at all.
NO_REGISTRY = "disable_checkpoint = true\nprovider_installation {}\n"

FOLDERS = {"LAB_STATE_DIR", "LAB_WORK_DIR", "LAB_DATA_DIR", "LAB_CACHE"}

NO_CLUSTER = f"""\
apiVersion: v1
kind: Config
current-context: no-lab
clusters: [{{name: no-lab, cluster: {{server: "{NOWHERE}"}}}}]
contexts: [{{name: no-lab, context: {{cluster: no-lab, user: nobody}}}}]
users: [{{name: nobody, user: {{}}}}]
"""


#: For the learner's commands alone. Terraform reads the schema of every AWS service at each of
#: them, and is done a fifth sooner where Go doesn't tidy its memory so often. The lab's servers
#: stay, and are to stay small.
FOR_COMMANDS = {"GOGC": "400"}


def safe_environment(base: Mapping[str, str], state: LabState | None) -> dict[str, str]:
    """`base` without what could reach outside, and with the lab's own addresses."""
    dropped = set(filter(is_foreign, base)) | set(FOR_COMMANDS)
    kept = {name: value for name, value in base.items() if name not in dropped}
    for name in FOLDERS & set(kept):  # relative to where we are, not to where a kernel will be
        kept[name] = str(Path(kept[name]).expanduser().resolve())
    return {**kept, **lab_variables(kept.get("PATH", os.defpath), state or LabState())}


def is_foreign(name: str) -> bool:
    """Whether the variable could lead a tool to something that isn't the lab's."""
    return name.startswith(FOREIGN_PREFIXES) or name.lower() in PROXIES


def lab_variables(path: str, state: LabState) -> dict[str, str]:
    """What the lab sets. The files named exist from the first call on."""
    guard = _guard_files()
    endpoint = state.aws_endpoint or NOWHERE
    return {
        "AWS_ACCESS_KEY_ID": FAKE_KEY,
        "AWS_SECRET_ACCESS_KEY": FAKE_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_CONFIG_FILE": str(guard / "aws-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(guard / "aws-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        "LOCALSTACK_HOST": endpoint.removeprefix("http://").removeprefix("https://"),
        "KUBECONFIG": str(guard / "kubeconfig"),
        "KUBECACHEDIR": str(guard / "kubectl"),
        "KUBERC": "off",  # else kubectl takes defaults and aliases from ~/.kube/kuberc
        "DOCKER_HOST": no_engine(),
        "DOCKER_CONFIG": str(guard / "docker"),
        "TF_CLI_CONFIG_FILE": str(guard / "terraform.tfrc"),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
        "NO_PROXY": "127.0.0.1,localhost",
        "PATH": _path(path),
        **state.variables,
    }


def apply_environment(
    state: LabState | None = None, environ: MutableMapping[str, str] | None = None
) -> None:
    """Make a running kernel's environment (or `environ`) the lab's."""
    environ = os.environ if environ is None else environ
    known = load_state() if state is None else state
    safe = {**safe_environment(environ, known), **FOR_COMMANDS}
    for name in set(environ) - set(safe):
        del environ[name]
    environ.update(safe)


def nowhere() -> dict[str, str]:
    """The addresses of a lab that is down: nothing answers at any of them."""
    return {
        "AWS_ENDPOINT_URL": NOWHERE,
        "DOCKER_HOST": no_engine(),
        "KUBECONFIG": str(no_cluster()),
    }


def no_engine() -> str:
    """A socket that isn't there."""
    return f"unix://{paths().state}/no-docker.sock"


def close_cluster() -> None:
    """Whoever still names the lab's kubeconfig, as an open terminal does, finds nobody there."""
    file = paths().state / "kubeconfig"
    if file.exists():
        write_private(file, NO_CLUSTER)


def no_cluster() -> Path:
    """A kubeconfig that leads nowhere."""
    file = paths().state / "no-cluster"
    return file if file.exists() else write_private(file, NO_CLUSTER)


def _guard_files() -> Path:
    """Lay the files that stand in for the learner's own, where they aren't there yet."""
    state = paths().state
    for name, text in {
        "aws-config": "",
        "aws-credentials": "",
        "kubeconfig": NO_CLUSTER,
        "terraform.tfrc": NO_REGISTRY,
    }.items():
        if not (state / name).exists():
            write_private(state / name, text)
    return state


def _path(path: str) -> str:
    """The lab's tools first, then this environment's programs, then the learner's."""
    ours = [str(paths().state / "bin"), str(Path(sys.prefix) / "bin")]
    return os.pathsep.join([*ours, *(one for one in path.split(os.pathsep) if one not in ours)])
