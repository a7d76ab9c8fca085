#| expect: not yet
#| says: whatever containerPort says
#| undo: kubectl replace --save-config -f web.yaml
# containerPort opens a port: open 80, and send there.
!kubectl patch deployment web -n shop --type=json -p '[{"op": "replace", "path": "/spec/template/spec/containers/0/ports", "value": [{"name": "http", "containerPort": 80}]}]'
!kubectl rollout status deployment/web -n shop
!kubectl delete service web -n shop --ignore-not-found
!kubectl create service clusterip web -n shop --tcp=80:80
!kubectl set selector service web -n shop app=web
!rm -f service.yaml
