#| expect: not yet
#| says: isn't WEB_PORT
# "-P publishes what the image exposes, so all is said."
!docker rm -f containers-hello
!docker run -d --name containers-hello -e HOST=127.0.0.1 -P containers/hello
