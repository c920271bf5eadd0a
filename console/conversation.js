// One conversation after the other: its turns, and all questions of the session below.

import { call, waitFor } from "./api.js";
import { chosenIds } from "./tables.js";
import { answer, element, show } from "./view.js";

const ENDS = ["answered", "failed", "needs_clarification"];
const STEPS = { asked: "reading the question", classified: "writing the code", generated: "checking the code", validated: "running the code", executed: "checking the result" };
const turns = new Map(); // by question id: its element, and whether it shows the whole answer
const asked = []; // {id, conversation} of what was asked here, which the history may not know yet
let conversation; // undefined until the session's history was read, null before the first question

// The conversation that was going on goes on; `null` begins another one.
export function begin() {
  conversation = null;
  show("conversation");
  document.getElementById("question").focus();
}

export async function showQuestions(attempt) {
  const { entries } = await call("GET", "/v1/sessions/current/history?kind=question&limit=100");
  if (conversation === undefined) conversation = entries[0]?.details.conversation_id ?? null;
  const mine = entries.filter((entry) => conversation !== null && entry.details.conversation_id === conversation).reverse();
  const unheard = asked.filter((one) => one.conversation === conversation && !mine.some((entry) => entry.id === one.id));
  show("conversation", ...mine.map((entry) => turn(entry, attempt)), ...unheard.map((one) => turns.get(one.id).element));
  show("history", ...entries.map((entry) => element("li", { "data-query": entry.id },
    element("button", { class: "quiet", onclick: () => attempt(() => revisit(entry, attempt)) }, entry.title || "a question"),
    element("span", { class: "state" }, summary(entry)))));
  document.getElementById("history-section").hidden = entries.length === 0;
  document.getElementById("begin").hidden = mine.length === 0;
  const last = mine.at(-1);
  if (last && !turns.get(last.id).whole) await open(last.id, attempt);
}

const summary = (entry) => entry.details.answer || entry.details.error?.message || (entry.state === "needs_clarification" ? entry.details.clarification : "working …");

function turn(entry, attempt) {
  if (!turns.has(entry.id)) turns.set(entry.id, { element: element("article", { "data-query": entry.id }), whole: false });
  const held = turns.get(entry.id);
  if (!held.whole) {
    held.element.replaceChildren(element("p", { class: "asked" }, entry.title), element("p", { class: "said" }, summary(entry)),
      element("button", { class: "quiet", onclick: () => attempt(() => open(entry.id, attempt)) }, "Show table, code and receipt"));
  }
  return held.element;
}

// A question of the history: in its own conversation, which then goes on.
async function revisit(entry, attempt) {
  conversation = entry.details.conversation_id ?? conversation;
  await showQuestions(attempt);
  if (!turns.has(entry.id)) document.getElementById("conversation").append(turn(entry, attempt));
  await open(entry.id, attempt);
  turns.get(entry.id).element.scrollIntoView({ block: "nearest" });
}

export async function ask(question, attempt) {
  const body = { question, table_ids: chosenIds(), conversation_id: conversation || (await call("POST", "/v1/conversations", {})).conversation_id };
  const { query_id: id } = await call("POST", "/v1/queries", body);
  conversation = body.conversation_id;
  const shown = element("article", { "data-query": id }, element("p", { class: "asked" }, question), element("p", { class: "muted", role: "status" }, "working …"));
  turns.set(id, { element: shown, whole: true });
  asked.push({ id, conversation });
  document.getElementById("conversation").append(shown);
  shown.scrollIntoView({ block: "nearest" });
  await open(id, attempt);
  await showQuestions(attempt);
}

async function open(id, attempt) {
  const held = turns.get(id);
  held.whole = true;
  const query = await waitFor(`/v1/queries/${id}`, ENDS, (seen) => working(held.element, seen)).catch((error) => { held.whole = false; throw error; });
  const choose = (choice) => attempt(async () => {
    await call("POST", `/v1/queries/${id}/clarification`, { choice });
    await open(id, attempt);
  });
  held.element.replaceChildren(element("p", { class: "asked" }, query.question), answer(query, choose));
}

function working(shown, query) {
  const line = shown.querySelector("[role=status]");
  if (line && STEPS[query.state]) line.textContent = `${STEPS[query.state]} …`;
}
