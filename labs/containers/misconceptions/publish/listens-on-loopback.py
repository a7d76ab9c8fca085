#| expect: not yet
#| says: 127.0.0.1 of its container
# "127.0.0.1 is this machine, so the page must listen there."
!docker rm -f containers-hello
!docker run -d --name containers-hello -e HOST=127.0.0.1 -p 127.0.0.1:$WEB_PORT:3000 containers/hello
