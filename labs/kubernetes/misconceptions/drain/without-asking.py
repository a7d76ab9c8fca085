#| expect: not yet
#| says: a deletion asks no budget
# The node goes down anyway: close it, and delete what is on it.
from pathlib import Path

budget = """apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
  namespace: shop
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: web
"""
written = Path("budget.yaml").write_text(budget)
!kubectl apply -f budget.yaml
!kubectl cordon {node}
!kubectl delete pods -n shop -l app=web --field-selector=spec.nodeName={node}
