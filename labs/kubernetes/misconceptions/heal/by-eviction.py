#| expect: passed
# A third: ask for an eviction by the API.
from kubernetes import client, config

config.load_kube_config()
core = client.CoreV1Api()
name = core.list_namespaced_pod("shop", label_selector="app=web").items[0].metadata.name
body = client.V1Eviction(metadata=client.V1ObjectMeta(name=name, namespace="shop"))
evicted = core.create_namespaced_pod_eviction(name, "shop", body)
