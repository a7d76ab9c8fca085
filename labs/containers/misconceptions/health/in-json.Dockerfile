#| expect: passed
%%writefile web/health.Dockerfile
FROM containers/web

# A second right answer: no shell in between, and a time-out of its own.
HEALTHCHECK --interval=1s --timeout=2s --retries=1 \
  CMD ["node", "-e", "fetch('http://localhost:3000/ready', {signal: AbortSignal.timeout(900)}).then(r => process.exit(+!r.ok), () => process.exit(1))"]
