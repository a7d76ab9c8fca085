#| expect: not yet
#| says: the least number was raised
#| undo: sed -i 's/minReplicas: 6/minReplicas: 2/' hpa.yaml
# Sale day needs six web servers: then six is the minimum.
bring("web.yaml", fresh=True)
!sed -i '/^  replicas:/d' web.yaml
!sed -i 's/minReplicas: 2/minReplicas: 6/' hpa.yaml
