import { makeApp } from "./app.js";
import { readConfig } from "./config.js";
import { log } from "./log.js";

const STOP_WITHIN = 1500; // ms; an engine waits longer, a person who types `down` shouldn't

const config = readConfig();
const server = makeApp(config);
server.headersTimeout = 5_000; // else a client that says nothing holds a connection for ever
server.requestTimeout = 10_000;
server.listen(config.port, config.host, () => log("INFO", "listening", server.address()));

// Process 1 of a container ignores a signal that it has no handler for: without these lines a stop
// would take 10 s, and then kill. Requests that have begun come to their end.
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, () => {
    log("INFO", "stopping");
    server.close(() => process.exit(0));
    // Clients keep connections for their next request; there will be none.
    setInterval(() => server.closeIdleConnections(), 50).unref();
    setTimeout(() => server.closeAllConnections(), STOP_WITHIN).unref();
  });
}
