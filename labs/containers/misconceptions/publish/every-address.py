#| expect: passed
# A second right answer: :: is every address, too, in the newer notation.
!docker rm -f containers-hello
!docker run -d --name containers-hello -e HOST=:: -p 127.0.0.1:$WEB_PORT:3000/tcp containers/hello
