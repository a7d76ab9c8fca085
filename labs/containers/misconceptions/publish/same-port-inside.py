#| expect: not yet
#| says: a port where nobody listens
# "A port is a port: the same number on both sides."
!docker rm -f containers-hello
!docker run -d --name containers-hello -e HOST=0.0.0.0 -p 127.0.0.1:$WEB_PORT:$WEB_PORT containers/hello
