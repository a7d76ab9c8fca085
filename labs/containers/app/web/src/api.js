import { Refusal } from "./refusal.js";

const TIMEOUT = 3000; // ms; the api itself gives up on its dependencies after 2 s

/** Asks the api, and passes on what it says. A 503 where it can't be reached: that will pass. */
export function makeApi(url) {
  async function ask(path, options = {}) {
    if (!url) throw new Refusal(503, "no api is configured: API_URL");
    try {
      const answer = await fetch(new URL(path, url), {
        ...options,
        signal: AbortSignal.timeout(TIMEOUT),
      });
      return { status: answer.status, text: await answer.text() };
    } catch (cause) {
      throw new Refusal(503, "the api doesn't answer; try again", { cause });
    }
  }
  return {
    configured: Boolean(url),
    post: (path, body) =>
      ask(path, { method: "POST", body, headers: { "Content-Type": "application/json" } }),
    get: (path) => ask(path),
  };
}
