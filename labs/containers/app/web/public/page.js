// The page's own script: sends a text, waits for its row, shows the latest ones.

const status = document.querySelector("[role=status]");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function ask(path, options) {
  const answer = await fetch(path, options);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error ?? answer.status);
  return found;
}

async function count(text) {
  let job = await ask("/jobs", { method: "POST", body: JSON.stringify({ text }) });
  for (status.textContent = "waiting …"; job.state !== "done"; await pause(300)) {
    job = await ask(`/jobs/${job.id}`);
  }
  status.textContent = `${job.words} words, ${job.characters} characters`;
}

async function showLatest() {
  const jobs = await ask("/jobs?limit=5");
  const rows = jobs.map((job) => {
    const row = document.createElement("tr");
    for (const text of [job.id.slice(0, 8), job.words, job.top_word ?? "–", job.worker]) {
      row.insertCell().textContent = text; // as text: what a client sent is never markup
    }
    return row;
  });
  document.querySelector("tbody").replaceChildren(...rows);
}

document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await count(document.querySelector("textarea").value);
    await showLatest();
  } catch (error) {
    status.textContent = error.message;
  }
});

ask("/whoami").then((me) => (document.querySelector("#instance").textContent = me.instance));
showLatest().catch((error) => (status.textContent = error.message));
