import { hostname } from "node:os";

/** One JSON object a line on standard output; the engine keeps it. */
export function log(level, msg, more = {}) {
  const line = { time: new Date().toISOString(), level, msg, service: "web", instance: hostname() };
  process.stdout.write(JSON.stringify({ ...line, ...more }) + "\n");
}
