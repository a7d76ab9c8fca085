import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { makeApi } from "./api.js";
import { readBody } from "./body.js";
import { log } from "./log.js";
import { makeMetrics } from "./metrics.js";
import { Refusal } from "./refusal.js";

const PUBLIC = new URL("../public/", import.meta.url);
const QUIET = new Set(["/health", "/ready", "/metrics"]); // asked every few seconds
const WORK_LIMIT = 1000; // ms

/** The server, not yet listening. */
export function makeApp({ apiUrl, instance, notReadyFile }) {
  const api = makeApi(apiUrl);
  const metrics = makeMetrics();

  // Route → handler. `:id` stands for one part of a path.
  const routes = {
    "GET /": page("index.html", "text/html; charset=utf-8"),
    "GET /page.js": page("page.js", "text/javascript; charset=utf-8"),
    "GET /page.css": page("page.css", "text/css; charset=utf-8"),
    "POST /jobs": async ({ request }) => passOn(await api.post("/jobs", await readBody(request))),
    "GET /jobs": async ({ query }) => passOn(await api.get("/jobs?" + query)),
    "GET /jobs/:id": async ({ id }) => passOn(await api.get("/jobs/" + encodeURIComponent(id))),
    "GET /whoami": () => json(200, { service: "web", instance }),
    // Alive, whatever the api does: to restart this process wouldn't mend that one.
    "GET /health": () => json(200, { status: "healthy" }),
    "GET /ready": () => readiness(api, notReadyFile),
    "GET /work": ({ query }) => work(Number(new URLSearchParams(query).get("ms"))),
    "GET /metrics": async () => ({
      status: 200,
      type: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  };

  return createServer(async (request, response) => {
    const begin = performance.now();
    const [path, query = ""] = request.url.split("?", 2);
    const { route, id } = find(routes, request.method, path);
    const { status, type, body } = await answer(routes[route], { request, path, query, id });
    response.writeHead(status, {
      "Content-Type": type,
      "Content-Security-Policy": "default-src 'self'",
      "X-Instance": instance, // which of several answered
    });
    response.end(body);
    const seconds = (performance.now() - begin) / 1000;
    metrics.observe(known(request.method), route?.split(" ")[1] ?? "none", status, seconds);
    if (!QUIET.has(path)) log("INFO", "request", { route, status, seconds });
  });
}

/** The name of the route that a request is for, and the id in its path. */
function find(routes, method, path) {
  const exact = `${method === "HEAD" ? "GET" : method} ${path}`;
  if (Object.hasOwn(routes, exact)) return { route: exact };
  const job = /^\/jobs\/([^/]+)$/.exec(path);
  return job && method === "GET" ? { route: "GET /jobs/:id", id: job[1] } : {};
}

/** What a handler says; its refusals, and its crashes, as JSON. */
async function answer(handler, context) {
  const { request, path } = context;
  try {
    if (!handler) throw new Refusal(404, `no such path: ${request.method} ${path}`);
    return await handler(context);
  } catch (error) {
    if (error instanceof Refusal) return json(error.status, { error: error.message });
    log("ERROR", "crashed", { path, error: String(error.stack) });
    return json(500, { error: "a fault of ours; the log has it" });
  }
}

async function readiness(api, notReadyFile) {
  if (existsSync(notReadyFile)) return json(503, { status: "not ready", why: "switched off" });
  if (!api.configured) return json(200, { status: "ready", api: "none" });
  const { status } = await api.get("/health").catch(() => ({ status: 503 }));
  return status === 200
    ? json(200, { status: "ready", api: "answers" })
    : json(503, { status: "not ready", api: "doesn't answer" });
}

/**
 * Uses so much of a processor's time, however long that takes, and keeps this whole instance busy
 * with it: something for autoscalers to see.
 */
function work(ms) {
  if (!(ms >= 1 && ms <= WORK_LIMIT)) throw new Refusal(400, `ms must be from 1 to ${WORK_LIMIT}`);
  const start = process.cpuUsage();
  let used;
  do {
    const { user, system } = process.cpuUsage(start);
    used = (user + system) / 1000;
  } while (used < ms);
  return json(200, { worked: ms });
}

function page(name, type) {
  const body = readFileSync(new URL(name, PUBLIC));
  return () => ({ status: 200, type, body });
}

const json = (status, value) => passOn({ status, text: JSON.stringify(value) + "\n" });

const passOn = ({ status, text }) => ({ status, type: "application/json", body: text });

/** A method that HTTP knows: a client may send any word. */
const known = (method) => (/^(GET|HEAD|POST|PUT|DELETE)$/.test(method) ? method : "other");
