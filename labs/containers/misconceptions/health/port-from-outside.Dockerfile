#| expect: not yet
#| says: asks where the page isn't
%%writefile web/health.Dockerfile
FROM containers/web

# The port at which the others reach the page.
HEALTHCHECK --interval=1s --timeout=1s --retries=2 \
  CMD node -e "fetch('http://127.0.0.1:8080/health').then(r => process.exit(r.ok ? 0 : 1))"
