import assert from "node:assert/strict";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeApp } from "../src/app.js";

const open = new Set();
after(() => open.forEach((server) => (server.closeAllConnections(), server.close())));

async function listening(server) {
  open.add(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return `http://127.0.0.1:${server.address().port}`;
}

const notReadyFile = join(tmpdir(), `not-ready-${process.pid}`);
const web = (apiUrl = "") => listening(makeApp({ apiUrl, instance: "c0ffee", notReadyFile }));

/** An api that answers everything with one answer, and keeps what it was asked. */
async function fakeApi(status, answer) {
  const asked = [];
  const url = await listening(
    createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      asked.push({ method: request.method, url: request.url, body });
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(answer));
    }),
  );
  return { url, asked };
}

const post = (url, body) => fetch(url + "/jobs", { method: "POST", body });

test("the page is there without an api", async () => {
  const answer = await fetch(await web());
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /Words, counted/);
});

test("every answer names its instance", async () => {
  const url = await web();
  for (const path of ["/", "/health", "/nothing"]) {
    assert.equal((await fetch(url + path)).headers.get("X-Instance"), "c0ffee");
  }
  assert.deepEqual(await (await fetch(url + "/whoami")).json(), { service: "web", instance: "c0ffee" });
});

test("a job goes to the api, and its answer comes back as it is", async () => {
  const api = await fakeApi(202, { id: "1", state: "waiting" });
  const url = await web(api.url);
  const answer = await post(url, '{"text":"a"}');
  assert.equal(answer.status, 202);
  assert.deepEqual(await answer.json(), { id: "1", state: "waiting" });
  await fetch(url + "/jobs/..%2Fhealth");
  await fetch(url + "/jobs?limit=5");
  assert.deepEqual(api.asked.map((one) => `${one.method} ${one.url}`), [
    "POST /jobs",
    "GET /jobs/..%252Fhealth", // no way to the api's other routes
    "GET /jobs?limit=5",
  ]);
  assert.equal(api.asked[0].body, '{"text":"a"}');
});

test("what the api refuses stays refused", async () => {
  const api = await fakeApi(400, { error: "text must be a string, not a number" });
  const answer = await post(await web(api.url), '{"text":5}');
  assert.equal(answer.status, 400);
  assert.match((await answer.json()).error, /string/);
});

test("10 MB are too much, and the client reads why", async () => {
  const api = await fakeApi(202, {});
  const answer = await post(await web(api.url), "a".repeat(10 << 20));
  assert.equal(answer.status, 413);
  assert.match((await answer.json()).error, /larger than/);
  assert.equal(api.asked.length, 0);
});

test("an api that is away is a 503, and the page lives on", async () => {
  const url = await web("http://127.0.0.1:9");
  for (const [path, status] of [["/jobs", 503], ["/ready", 503], ["/health", 200], ["/", 200]]) {
    assert.equal((await fetch(url + path)).status, status, path);
  }
  assert.equal((await post(url, "{}")).status, 503);
});

test("ready with an api that answers, or with none configured; not while switched off", async () => {
  const url = await web((await fakeApi(200, {})).url);
  assert.equal((await fetch(url + "/ready")).status, 200);
  assert.equal((await fetch((await web()) + "/ready")).status, 200);
  writeFileSync(notReadyFile, "");
  try {
    assert.equal((await fetch(url + "/ready")).status, 503);
    assert.equal((await fetch(url + "/health")).status, 200);
  } finally {
    rmSync(notReadyFile);
  }
});

test("what is unknown or wrong gets a reason", async () => {
  const url = await web();
  const wrong = [["/nothing", 404], ["/__proto__", 404], ["/work?ms=many", 400], ["/work?ms=1e9", 400]];
  for (const [path, status] of wrong) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, status, path);
    assert.ok((await answer.json()).error);
  }
});

test("a path that is no URL does no harm", async () => {
  const url = new URL(await web());
  const socket = connect(url.port, url.hostname);
  socket.write("GET // HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
  const [answer] = await once(socket, "data");
  assert.match(String(answer), /^HTTP\/1.1 404/);
});

test("a client that goes away in the middle does no harm", async () => {
  const url = new URL(await web((await fakeApi(202, {})).url));
  const socket = connect(url.port, url.hostname);
  socket.write("POST /jobs HTTP/1.1\r\nHost: web\r\nContent-Length: 100\r\n\r\nhalf");
  await once(socket, "connect");
  socket.destroy();
  assert.equal((await fetch(new URL("/health", url))).status, 200);
});

test("metrics count by route, not by path", async () => {
  const url = await web((await fakeApi(200, {})).url);
  await fetch(url + "/jobs/1");
  await fetch(url + "/jobs/2");
  await fetch(url + "/nothing");
  const text = await (await fetch(url + "/metrics")).text();
  assert.match(text, /http_requests_total{method="GET",route="\/jobs\/:id",code="200"} 2/);
  assert.match(text, /http_requests_total{method="GET",route="none",code="404"} 1/);
});
