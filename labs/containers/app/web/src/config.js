import { hostname } from "node:os";

/** All that differs from one place to another comes from the environment. */
export function readConfig(environment = process.env) {
  return {
    // Every interface of the container: on its 127.0.0.1 nobody outside would reach it.
    host: environment.HOST || "0.0.0.0",
    port: Number(environment.PORT || 3000),
    // Without an api the page is there, and says that jobs can't be taken.
    apiUrl: environment.API_URL || "",
    // In a container: its id.
    instance: hostname(),
    // While this file exists the instance asks for no more requests: a switch for repairs.
    notReadyFile: environment.NOT_READY_FILE || "/tmp/not-ready",
  };
}
