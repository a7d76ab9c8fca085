"""What can break in the last exercise: each is one change in the cluster, as a slip would be."""

from __future__ import annotations

from typing import Any

from cloudlab.learning.checks import outage
from cloudlab.learning.view import LabView

NAMESPACE = "shop"


@outage("selector", symptom="Customers see 503: the Service has nobody to send them to.")
def selector(lab: LabView) -> None:
    """The Service selects a label that no pod has."""
    body = {"spec": {"selector": {"app": "web-app"}}}
    lab.kube("core").patch_namespaced_service("web", NAMESPACE, body)


@outage("target-port", symptom="Customers are told: connection refused. Every pod is ready.")
def target_port(lab: LabView) -> None:
    """The Service sends to a port at which nobody listens."""
    body = {"spec": {"ports": [{"port": 80, "targetPort": 80}]}}
    lab.kube("core").patch_namespaced_service("web", NAMESPACE, body)


@outage("no-servers", symptom="Customers see 503, and the bill went down.")
def no_servers(lab: LabView) -> None:
    """Somebody saved money."""
    body = {"spec": {"replicas": 0}}
    lab.kube("apps").patch_namespaced_deployment("web", NAMESPACE, body)


@outage("request", symptom="Customers see 503 since the last release, and the nodes are idle.")
def request(lab: LabView) -> None:
    """A letter was lost: 250 cores in the place of 250m, released all at once."""
    apps = lab.kube("apps")
    one = apps.read_namespaced_deployment("web", NAMESPACE).spec.template.spec.containers[0].name
    resources = {"requests": {"cpu": "250"}, "limits": {"cpu": "500"}}
    containers: list[dict[str, Any]] = [{"name": one, "resources": resources}]
    body = {
        "spec": {
            "strategy": {"type": "Recreate", "rollingUpdate": None},
            "template": {"spec": {"containers": containers}},
        }
    }
    apps.patch_namespaced_deployment("web", NAMESPACE, body)


@outage("no-database", symptom="Every page says: the database does not answer.")
def no_database(lab: LabView) -> None:
    """The database's headless Service is gone, and its pods' names with it."""
    lab.kube("core").delete_namespaced_service("postgres", NAMESPACE)
