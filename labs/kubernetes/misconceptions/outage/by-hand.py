#| expect: passed
# A second right answer: by the API, the one line that was wrong.
from kubernetes import client, config

config.load_kube_config()
body = {"spec": {"selector": {"app": "web"}}}
mended = client.CoreV1Api().patch_namespaced_service("web", "shop", body)
answer("kubernetes.outage", cause="selector")
