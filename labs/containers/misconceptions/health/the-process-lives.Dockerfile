#| expect: not yet
#| says: it doesn't ask the page
%%writefile web/health.Dockerfile
FROM containers/web

# As long as process 1 is there, all is well. Signal 0 only asks.
HEALTHCHECK --interval=1s --timeout=1s --retries=2 \
  CMD node -e "process.kill(1, 0)"
