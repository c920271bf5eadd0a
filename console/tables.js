// Tables to look at and to ask about. Which ones were chosen is remembered in this browser.

import { call } from "./api.js";
import { suggested } from "./suggesting.js";
import { element, grid, show } from "./view.js";

const KEPT = "askframe.chosen";
const HINTS = ["They show here once a file has been read.", "Click it to see its rows.", "Click one to see its rows and to ask about it alone. With none chosen, all are meant."];
const chosen = new Set(JSON.parse(localStorage.getItem(KEPT) || "[]"));
let tables = [];

export const hasTables = () => tables.length > 0;
export const chosenIds = () => [...chosen];

export async function showTables(attempt) {
  const first = await call("GET", "/v1/tables?limit=200");
  tables = first.tables;
  for (const id of chosen) if (!tables.some((table) => table.table_id === id)) chosen.delete(id);
  show("tables", ...tables.map((table) => element("button", {
    type: "button", "data-table": table.table_id, "aria-pressed": String(chosen.has(table.table_id)), onclick: () => attempt(() => toggle(table)),
  }, `${table.name} · ${table.rows.toLocaleString()} × ${table.columns.length}`)));
  document.getElementById("tables-hint").textContent = HINTS[Math.min(tables.length, 2)];
  const shown = document.getElementById("preview").dataset.table;
  if (shown && !chosen.has(shown)) hide();
  if (!shown && chosen.size) await look(tables.find((table) => chosen.has(table.table_id)));
}

async function toggle(table) {
  const wasChosen = chosen.delete(table.table_id);
  if (!wasChosen) chosen.add(table.table_id);
  localStorage.setItem(KEPT, JSON.stringify([...chosen]));
  for (const button of document.querySelectorAll("#tables button")) button.setAttribute("aria-pressed", String(chosen.has(button.dataset.table)));
  if (wasChosen) hide();
  else await look(table);
}

async function look(table) {
  const page = await call("GET", `/v1/tables/${table.table_id}/preview?limit=20`);
  document.getElementById("preview").dataset.table = table.table_id;
  show("preview", grid(page, table.columns));
}

function hide() {
  delete document.getElementById("preview").dataset.table;
  show("preview");
}

// For whoever does not know how to begin: about the table that was chosen, or the largest.
export async function suggestions() {
  const table = tables.find((found) => chosen.has(found.table_id)) || tables.toSorted((one, other) => other.rows - one.rows)[0];
  return table ? suggested(table, await call("GET", `/v1/tables/${table.table_id}/profile`), tables.length === 1) : [];
}
