import { Counter, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** What Prometheus scrapes. In a registry of its own, so that tests can make several. */
export function makeMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: "http_requests_total",
    help: "Requests that were answered.",
    labelNames: ["method", "route", "code"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "http_request_duration_seconds",
    help: "How long an answer took.",
    labelNames: ["method", "route"],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2],
    registers: [registry],
  });
  return {
    registry,
    /** `route` is one of ours, not the path: a label with arbitrary values makes a series for each. */
    observe(method, route, code, duration) {
      requests.inc({ method, route, code });
      seconds.observe({ method, route }, duration);
    },
  };
}
