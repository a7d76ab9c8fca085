#| expect: not yet
#| says: another one: the old disk is gone
# The claims are deleted with the StatefulSet anyway, so away with them first.
from pathlib import Path

service = '''apiVersion: v1
kind: Service
metadata:
  name: postgres
  namespace: shop
spec:
  clusterIP: None
  selector:
    app: postgres
  ports:
  - port: 5432
'''
written = Path("postgres-service.yaml").write_text(service)
!kubectl delete pvc --all -n shop --wait=false
