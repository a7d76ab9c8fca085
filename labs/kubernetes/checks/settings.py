"""Settings: a Secret that holds what is read from it, and a value that reaches the pods."""

from __future__ import annotations

from urllib.parse import urlsplit

from cloudlab.learning.checks import check
from cloudlab.learning.outcomes import Outcome, not_attempted, not_yet, passed, settling
from cloudlab.learning.view import LabView

from .cluster import DATABASE, WEB, Cluster, Object, cluster, container, decoded, ready

APPLY = "kubectl apply"
SECRET = "app-secrets"
PASSWORD = "POSTGRES_PASSWORD"
CONFIG, KEY, WANTED = "app-config", "log-level", "debug"


@check("kubernetes.secret")
def secret(lab: LabView) -> Outcome:
    """The Secret holds the password that the database's pod reads, and the pod runs."""
    now = cluster(lab)
    database = now.one("statefulsets", DATABASE)
    refused = _refused(lab)
    if refused or database is None or now.one("secrets", SECRET) is None:
        return refused or not_attempted("bring postgres.yaml, write the Secret, and apply both.")
    return (
        _password_problem(now, database)
        or (None if any(map(ready, now.pods_of(DATABASE))) else _not_yet_ready())
        or passed(
            "Every key that the database's pod reads is there, the password is the one in "
            "database-url, and the pod is ready. Whoever may read the Secret reads the password.",
            shows="anybody",
        )
    )


def _not_yet_ready() -> Outcome:
    return settling("the database's pod isn't ready yet")


def _refused(lab: LabView) -> Outcome | None:
    """Whether the last apply was refused because `data` holds something that isn't base64."""
    last = lab.last(APPLY)
    if last is None or last.succeeded or "illegal base64" not in last.tail:
        return None
    return not_yet(
        "refused-plain",
        seen="The API server refused the Secret: below data it found something that isn't base64.",
        expected="plain text below stringData, or base64 below data.",
        look="the two places where a Secret takes values.",
    )


def _password_problem(now: Cluster, database: Object) -> Outcome | None:
    variables = {one["name"]: one for one in container(database).get("env") or ()}
    variable = variables.get(PASSWORD, {})
    given = now.value(variable)
    if "secretKeyRef" not in variable.get("valueFrom", {}):
        return not_yet(
            "not-secret",
            seen="The database's password doesn't come from a Secret: whoever may read the "
            "manifest or the ConfigMap has it, base64 or not.",
            expected="a password that comes from the Secret.",
            look="POSTGRES_PASSWORD in postgres.yaml: where does its value come from?",
        )
    if given is None:
        return not_yet(
            "no-key",
            seen="The database's pod reads a key that the Secret doesn't have: a kubelet can't "
            "start it.",
            expected="a Secret with the key that postgres.yaml names.",
            look="the keys of the Secret, and the key that POSTGRES_PASSWORD reads.",
        )
    return _same_password(now, given)


def _same_password(now: Cluster, given: str) -> Outcome | None:
    """Whether web would be let in with the password that the database was given."""
    found = now.one("secrets", SECRET) or {}
    url = decoded((found.get("data") or {}).get("database-url", ""))
    if given and urlsplit(url.strip()).password == given:
        return None
    twice = given and urlsplit(url).password == decoded(given)
    return not_yet(
        "encoded-twice" if twice else "other-password",
        seen="The password is encoded twice: the database would be given letters that nobody types."
        if twice
        else "The database is given another password than the one in database-url: it would let "
        "nobody in.",
        expected="the password that web uses.",
        look="decode both values of the Secret, and compare.",
    )


@check("kubernetes.configuration")
def configuration(lab: LabView) -> Outcome:
    """Every pod of web was started with the log-level debug of the ConfigMap."""
    now = cluster(lab)
    web, config = now.one("deployments", WEB), now.one("configmaps", CONFIG)
    if web is None or config is None:
        return not_attempted("bring web.yaml and config.yaml, and apply them.")
    problem = _not_from_the_map(web) or _not_debug(config)
    if problem:
        return problem
    pods = now.pods_of(WEB)
    if any(_older(pod, config, now) for pod in pods):
        return not_yet(
            "old-pods",
            seen="The ConfigMap says debug, and pods of web that are older than that still have "
            "what it said when they started.",
            expected="pods that were started after the change.",
            look="the age of the pods, and when a program gets its environment.",
        )
    if not pods or not all(map(ready, pods)):
        return settling("the new pods of web aren't ready yet")
    return passed(
        "The ConfigMap says debug, and every pod of web was started after that.", shows="later"
    )


def _not_from_the_map(web: Object) -> Outcome | None:
    variables = {one["name"]: one for one in container(web).get("env") or ()}
    if "configMapKeyRef" in variables.get("LOG_LEVEL", {}).get("valueFrom", {}):
        return None
    return not_yet(
        "in-the-manifest",
        seen="LOG_LEVEL doesn't come from the ConfigMap any more: now two places hold a level.",
        expected="a variable that is read from the ConfigMap.",
        look="LOG_LEVEL in the Deployment: where does its value come from?",
    )


def _not_debug(config: Object) -> Outcome | None:
    level = (config.get("data") or {}).get(KEY)
    if level == WANTED:
        return None
    if level == "info":
        return not_attempted("write debug into config.yaml, and apply it.")
    return not_yet(
        "other-level",
        seen=f"The ConfigMap's log-level is {level!r}.",
        expected="debug.",
        look="`kubectl get configmap app-config -n shop -o yaml`",
    )


def _older(pod: Object, config: Object, now: Cluster) -> bool:
    """Whether the pod was made before the map was last written to.

    The API server notes whole seconds. Within one the revisions tell: every write has the next
    number, and the event that tells of the pod's making is written right after the pod.
    """
    fields = config["metadata"].get("managedFields") or ()
    changed = max((one.get("time", "") for one in fields), default="")
    created = pod["metadata"]["creationTimestamp"]
    if created != changed:
        return bool(created < changed)
    made = [_revision(one) for one in now.all("events") if _tells_of(one, pod)]
    return bool(made) and min(made) < _revision(config)


def _tells_of(event: Object, pod: Object) -> bool:
    about = event["involvedObject"].get("uid") == pod["metadata"]["uid"]
    return about and event.get("reason") == "Scheduled"


def _revision(found: Object) -> int:
    return int(found["metadata"]["resourceVersion"])
