"""Secret and configuration: values as the API keeps them."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from cloudlab.learning.outcomes import Kind

from .conftest import EARLY, LATE, Judge, container, pod, ran, web

pytestmark = pytest.mark.section("kubernetes")

Object = dict[str, Any]
URL = "postgresql://user:password@postgres:5432/myapp"


def database(reference: str = "secretKeyRef", **plain: str) -> Object:
    source = {reference: {"name": "app-secrets", "key": "postgres-password"}}
    variable = {"name": "POSTGRES_PASSWORD", **(plain or {"valueFrom": source})}
    return {
        "metadata": {"name": "postgres", "uid": "s", "generation": 1},
        "spec": {
            "replicas": 1,
            "template": {"spec": {"containers": [{"name": "p", "env": [variable]}]}},
        },
    }


def secret(**values: str) -> Object:
    data = {key.replace("_", "-"): b64encode(v.encode()).decode() for key, v in values.items()}
    return {"metadata": {"name": "app-secrets"}, "data": data}


def with_database(*secrets: Object, sets: Object | None = None, **more: Any) -> dict[str, Any]:
    one = pod("p", name="postgres-0", owner=("StatefulSet", "postgres"), **more)
    return {"statefulsets": [sets or database()], "secrets": list(secrets), "pods": [one]}


def test_the_password_of_the_url_passes(judge: Judge) -> None:
    right = secret(postgres_password="password", database_url=URL)
    assert judge("secret", with_database(right)).passed
    assert judge("secret", with_database(right, ready=False)).kind is Kind.SETTLING


def test_another_password_in_both_places_passes(judge: Judge) -> None:
    right = secret(postgres_password="x-y", database_url=URL.replace("password", "x-y"))
    assert judge("secret", with_database(right)).passed


@pytest.mark.parametrize(
    ("password", "code"),
    [("cGFzc3dvcmQ=", "encoded-twice"), ("password\n", "other-password"), ("", "other-password")],
)
def test_a_password_that_web_does_not_use(judge: Judge, password: str, code: str) -> None:
    found = secret(postgres_password=password, database_url=URL)
    assert judge("secret", with_database(found)).code == code


def test_a_password_in_the_manifest_is_no_secret(judge: Judge) -> None:
    right = secret(postgres_password="password", database_url=URL)
    found = with_database(right, sets=database(value="password"))
    assert judge("secret", found).code == "not-secret"


def test_a_missing_key_is_told_even_while_the_pod_is_called_ready(judge: Judge) -> None:
    assert judge("secret", with_database(secret(database_url=URL))).code == "no-key"


def test_a_refusal_is_told_before_what_stood_there(judge: Judge) -> None:
    said = "illegal base64 data at input byte 8"
    refused = ran("kubectl apply -f secret.yaml", at=5, exit_code=1, tail=said)
    found = with_database(secret(database_url=URL))
    assert judge("secret", found, commands=[refused]).code == "refused-plain"


LEVEL = {"name": "LOG_LEVEL", "valueFrom": {"configMapKeyRef": {"name": "app-config", "key": "l"}}}


def configured(level: str, *pods: Object, env: Object = LEVEL, at: str = LATE) -> dict[str, Any]:
    fields = [{"time": EARLY}, {"time": at}]
    config = {
        "metadata": {"name": "app-config", "managedFields": fields, "resourceVersion": "50"},
        "data": {"log-level": level},
    }
    return web(*pods, container=container(env=[env]), configmaps=[config])


def test_pods_of_after_the_change_pass(judge: Judge) -> None:
    assert judge("configuration", configured("debug", at=EARLY)).passed


def test_one_old_pod_is_enough_to_be_told(judge: Judge) -> None:
    pods = [pod("a", created=LATE), pod("b", created=LATE), pod("c", created=EARLY)]
    assert judge("configuration", configured("debug", *pods)).code == "old-pods"


def scheduled(uid: str, revision: int) -> Object:
    about = {"kind": "Pod", "name": f"web-1-{uid}", "uid": uid}
    metadata = {"name": f"{uid}.{revision}", "resourceVersion": str(revision)}
    return {"metadata": metadata, "reason": "Scheduled", "involvedObject": about}


@pytest.mark.parametrize(("revision", "code"), [(49, "old-pods"), (51, "")])
def test_within_a_second_the_revisions_tell_what_came_first(judge, revision, code) -> None:
    found = configured("debug", *(pod(uid, created=LATE) for uid in "abc"))
    events = [scheduled("a", 60), scheduled("b", revision), scheduled("another", 3)]
    assert (judge("configuration", {**found, "events": events}).code or "") == code


def test_new_pods_are_waited_for(judge: Judge) -> None:
    pods = [pod(uid, created=LATE, ready=uid != "c") for uid in "abc"]
    assert judge("configuration", configured("debug", *pods)).kind is Kind.SETTLING


def test_a_level_in_the_deployment_is_a_second_place(judge: Judge) -> None:
    literal = {"name": "LOG_LEVEL", "value": "debug"}
    assert judge("configuration", configured("debug", env=literal)).code == "in-the-manifest"


def test_the_untouched_map_is_no_try(judge: Judge) -> None:
    assert judge("configuration", configured("info")).kind is Kind.NOT_ATTEMPTED
    assert judge("configuration", configured("trace")).code == "other-level"
