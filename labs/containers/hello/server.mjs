// A page on port 3000. On a laptop it listens on 127.0.0.1: nobody else in the café can see it.
import { createServer } from "node:http";

const host = process.env.HOST ?? "127.0.0.1";

const server = createServer((request, response) => response.end("Hello from a container.\n"));
server.listen(3000, host);

process.on("SIGTERM", () => server.close());
