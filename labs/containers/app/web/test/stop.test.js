import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";

const MAIN = new URL("../src/main.js", import.meta.url).pathname;

test("told to stop, it finishes the request that has begun, within two seconds", async () => {
  const environment = { ...process.env, HOST: "127.0.0.1", PORT: "0" };
  const web = spawn(process.execPath, [MAIN], { env: environment });
  const logged = [];
  const line = (msg) => logged.find((one) => one.msg === msg);
  web.stdout.on("data", (text) => logged.push(...String(text).trim().split("\n").map(JSON.parse)));
  while (!line("listening")) await once(web.stdout, "data");

  const client = connect(line("listening").port, "127.0.0.1");
  // The answer 100 says that the server waits for the body.
  client.write("POST /jobs HTTP/1.1\r\nHost: w\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  assert.match(String((await once(client, "data"))[0]), /^HTTP\/1.1 100/);
  const begin = performance.now();
  web.kill("SIGTERM");
  while (!line("stopping")) await once(web.stdout, "data");
  client.write("{}");
  assert.match(String((await once(client, "data"))[0]), /^HTTP\/1.1 503/); // there is no api
  const [code] = await once(web, "exit");
  assert.equal(code, 0);
  assert.ok(performance.now() - begin < 2000);
});
