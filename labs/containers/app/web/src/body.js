import { Refusal } from "./refusal.js";

const LIMIT = 64 * 1024; // the api's own
const DRAIN = 16 * 1024 * 1024;

/**
 * The whole body as text. One that is too large is read on, up to a bound, and thrown away: a client
 * that is still sending doesn't read the answer.
 */
export async function readBody(request) {
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      size += chunk.length;
      if (size <= LIMIT) chunks.push(chunk);
      if (size > DRAIN) break;
    }
  } catch {
    throw new Refusal(400, "the body ended early");
  }
  if (size > LIMIT) throw new Refusal(413, `the body is larger than ${LIMIT} bytes`);
  return Buffer.concat(chunks).toString();
}
