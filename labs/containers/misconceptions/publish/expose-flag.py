#| expect: not yet
#| says: EXPOSE opens nothing
# "To expose a port is to open it."
!docker rm -f containers-hello
!docker run -d --name containers-hello -e HOST=0.0.0.0 --expose 3000 containers/hello
