#| expect: not yet
#| says: doesn't come from a Secret
#| undo: kubectl apply -f postgres.yaml
# base64 is encryption: then a ConfigMap will do.
!kubectl create configmap postgres-config -n shop --from-literal=postgres-password=cGFzc3dvcmQ= --dry-run=client -o yaml > hidden.yaml
!kubectl apply -f hidden.yaml
!sed -e 's/secretKeyRef/configMapKeyRef/' -e 's/name: app-secrets/name: postgres-config/' postgres.yaml > postgres-hidden.yaml
!kubectl apply -f postgres-hidden.yaml
