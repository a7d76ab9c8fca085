#| expect: not yet
#| says: is not in this image
%%writefile web/health.Dockerfile
FROM containers/web

# No curl? Then wget: that's everywhere.
HEALTHCHECK --interval=1s --timeout=1s --retries=2 \
  CMD wget -q -O /dev/null http://localhost:3000/health || exit 1
