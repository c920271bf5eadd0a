// The page: files in, tables shown, questions asked, and all of it there again after a reload.

import { call, session } from "./api.js";
import { ask, begin, showQuestions } from "./conversation.js";
import { follow } from "./events.js";
import { fileProgressed, showFiles, take } from "./files.js";
import { chosenIds, hasTables, showTables, suggestions } from "./tables.js";
import { amount, element, show } from "./view.js";

const SAMPLE = `city,month,temperature,rain_mm
Lisbon,2025-01,11.6,99.9\nLisbon,2025-04,15.7,64.5\nLisbon,2025-07,23.1,4.2\nLisbon,2025-10,18.2,100.8
Oslo,2025-01,-4.3,49.2\nOslo,2025-04,4.5,41.3\nOslo,2025-07,16.4,81.0\nOslo,2025-10,6.3,83.9
Rome,2025-01,7.5,66.9\nRome,2025-04,13.0,80.5\nRome,2025-07,24.7,19.3\nRome,2025-10,17.4,93.7\n`;
const at = (id) => document.getElementById(id);

async function refresh() {
  await Promise.all([showFiles(attempt, refresh), showTables(attempt), showQuestions(attempt)]);
  at("question").disabled = at("send").disabled = !hasTables();
  at("question").placeholder = hasTables() ? "Ask about your tables …" : "Add a file first";
  at("sample").hidden = hasTables();
  show("suggestions", ...(await suggestions()).map((text) => element("button", { type: "button", class: "quiet", onclick: () => attempt(() => send(text)) }, text)));
}

async function send(question) {
  at("question").value = "";
  say("");
  await ask(question, attempt);
}

function takeAll(files) {
  for (const file of files) attempt(() => take(file, refresh));
}

async function forget() {
  if (!confirm("Delete all files, tables, questions and answers of this session? This cannot be undone.")) return;
  await call("DELETE", "/v1/sessions/current?wait=5");
  location.reload();
}

function say(text, isProblem = false) {
  at("status").textContent = text;
  at("status").className = isProblem ? "problem" : "muted";
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    if (error.status === 401) await start().catch(() => {});
    say(error.status === 401 ? "Your session had ended; this is a new one." : error.message, true);
  }
}

const TOLD = { profile: "names and values of your tables", schema_only: "names and types only, no value of a cell" };

function showPrivacy({ privacy, privacy_from: from }) {
  at("privacy").textContent = `Claude, where this server uses it, is told ${TOLD[privacy]} (${from === "session" ? "your choice" : "this server's default"}).`;
  at("choose-privacy").hidden = false;
  at("choose-privacy").onclick = () =>
    attempt(async () => showPrivacy(await call("PATCH", "/v1/sessions/current", { privacy: privacy === "profile" ? "schema_only" : "profile" })));
}

function listen() {
  const picker = at("picker"), drop = at("drop");
  picker.addEventListener("change", () => { takeAll(picker.files); picker.value = ""; });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    takeAll(event.dataTransfer.files);
  });
  at("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => send(at("question").value));
  });
  at("sample").addEventListener("click", () => takeAll([new File([SAMPLE], "weather.csv", { type: "text/csv" })]));
  at("begin").addEventListener("click", begin);
  at("forget").addEventListener("click", () => attempt(forget));
}

async function start() {
  const current = await session();
  const until = new Date(current.expires_at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  at("session").textContent = `Your work stays in this browser: session until ${until}, later with every use.`;
  showPrivacy(current);
  at("quota").textContent = `${amount(current.quota.bytes.used)} of ${amount(current.quota.bytes.limit)}, ${current.quota.tables.used} of ${current.quota.tables.limit} tables`;
  await refresh();
}

let due = null;
const soon = () => { clearTimeout(due); due = setTimeout(() => attempt(start), 300); };

listen();
await attempt(start);
follow(soon, fileProgressed);
