// The page: files in, tables shown, questions asked, and all of it there again after a reload.

import { call, session, waitFor } from "./api.js";
import { upload } from "./upload.js";
import { answer, element, grid, show } from "./view.js";

const FILE_ENDS = ["ready", "failed", "rejected"];
const QUERY_ENDS = ["answered", "failed", "needs_clarification"];
const chosen = new Set();

async function refresh() {
  const [files, tables, history] = await Promise.all([
    call("GET", "/v1/files"), call("GET", "/v1/tables"), call("GET", "/v1/sessions/current/history?kind=question"),
  ]);
  showFiles(files.files);
  showTables(tables.tables);
  showHistory(history.entries);
}

function showFiles(files) {
  show("files", ...files.map((file) => element("li", { "data-file": file.file_id },
    element("strong", {}, file.filename), element("span", { class: "state" }, file.state),
    file.reason ? element("span", { class: "problem" }, file.reason) : null,
    element("button", { class: "quiet", onclick: () => attempt(() => removeFile(file)) }, "Delete"))));
}

function showTables(tables) {
  for (const id of chosen) if (!tables.some((table) => table.table_id === id)) chosen.delete(id);
  show("tables", ...tables.map((table) => element("button", {
    type: "button", "data-table": table.table_id, "aria-pressed": String(chosen.has(table.table_id)), onclick: () => attempt(() => choose(table)),
  }, `${table.name} · ${table.rows.toLocaleString()} × ${table.columns.length}`)));
  if (!tables.length) show("preview");
}

function showHistory(entries) {
  show("history", ...entries.map((entry) => element("li", { "data-query": entry.id },
    element("button", { class: "quiet", onclick: () => attempt(() => open(entry.id)) }, entry.title),
    element("span", { class: "state" }, entry.details.answer || entry.state))));
}

async function choose(table) {
  if (!chosen.delete(table.table_id)) chosen.add(table.table_id);
  for (const button of document.querySelectorAll("#tables button")) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.table)));
  show("preview", grid(await call("GET", `/v1/tables/${table.table_id}/preview?limit=20`)));
}

async function removeFile(file) {
  await call("DELETE", `/v1/files/${file.file_id}`);
  await refresh();
}

async function take(file) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": `upload of ${file.name}` });
  const state = element("span", { class: "state" }, "uploading");
  const line = element("li", {}, element("strong", {}, file.name), bar, state);
  document.getElementById("uploads").append(line);
  try {
    const id = await upload(file, (share) => { bar.value = share; });
    state.textContent = "reading";
    await waitFor(`/v1/files/${id}`, FILE_ENDS, (seen) => { state.textContent = seen.state; });
    line.remove();
  } catch (error) {
    bar.remove();
    state.className = "problem";
    state.textContent = error.message;
  }
  await refresh();
}

async function ask(question) {
  show("answer");
  const { query_id: id } = await call("POST", "/v1/queries", { question, table_ids: [...chosen] });
  await open(id);
}

async function open(id) {
  status("working …");
  const query = await waitFor(`/v1/queries/${id}`, QUERY_ENDS, (seen) => status(seen.state === "answered" ? "" : `${seen.state} …`));
  status(query.timings.total ? `${query.engine}, ${query.timings.total.toFixed(2)} s` : "");
  show("answer", answer(query, (choice) => attempt(() => clarify(id, choice))));
  await refresh();
}

async function clarify(id, choice) {
  await call("POST", `/v1/queries/${id}/clarification`, { choice });
  await open(id);
}

async function forget() {
  if (!confirm("Delete this session with all its files, tables and answers?")) return;
  await call("DELETE", "/v1/sessions/current");
  location.reload();
}

function status(text, isProblem = false) {
  const line = document.getElementById("status");
  line.textContent = text;
  line.className = isProblem ? "problem" : "muted";
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    status(error.message, true);
  }
}

function listen() {
  const picker = document.getElementById("picker"), drop = document.getElementById("drop");
  picker.addEventListener("change", () => { for (const file of picker.files) attempt(() => take(file)); picker.value = ""; });
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    for (const file of event.dataTransfer.files) attempt(() => take(file));
  });
  document.getElementById("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => ask(document.getElementById("question").value));
  });
  document.getElementById("forget").addEventListener("click", () => attempt(forget));
}

// What other tabs and background work change shows here without a reload.
function follow() {
  let due = null;
  const soon = () => { clearTimeout(due); due = setTimeout(() => attempt(refresh), 300); };
  const events = new EventSource("/v1/events");
  for (const name of ["table.ready.v1", "table.deleted.v1", "table.parsing_failed.v1", "file.deleted.v1", "query.answered.v1", "query.failed.v1"]) {
    events.addEventListener(name, soon);
  }
}

listen();
attempt(async () => {
  const current = await session();
  document.getElementById("session").textContent = `session until ${new Date(current.expires_at).toLocaleString()}`;
  await refresh();
  follow();
});
