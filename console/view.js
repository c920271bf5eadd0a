// Building the page from data. Text always goes in as text, never as markup: names and cells come from strangers' files.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function show(target, ...children) {
  document.getElementById(target).replaceChildren(...children.filter(Boolean));
}

export function amount(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let power = 0;
  for (let left = bytes; left >= 1000 && power < units.length - 1; left /= 1000) power += 1;
  return `${(bytes / 1000 ** power).toLocaleString([], { maximumFractionDigits: power ? 1 : 0 })} ${units[power]}`;
}

// `described` are a table's columns, whose types say how to show them.
export function grid({ columns, rows, total_rows: total }, described = []) {
  const types = new Map(described.map((column) => [column.name, column]));
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col", title: types.get(name)?.evidence }, name,
    types.has(name) ? element("span", { class: "type" }, [types.get(name).type, types.get(name).unit].filter(Boolean).join(" ")) : null)));
  const body = rows.map((row) => element("tr", {}, ...row.map(cell)));
  const more = total > rows.length ? element("p", { class: "muted" }, `the first ${rows.length} of ${total.toLocaleString()} rows`) : null;
  return element("div", {}, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)), more);
}

function cell(value) {
  if (value === null) return element("td", { class: "muted" }, "–");
  if (typeof value === "number") return element("td", { class: "number", title: String(value) }, String(Number(value.toPrecision(Number.isInteger(value) ? 17 : 7))));
  return element("td", {}, typeof value === "object" ? JSON.stringify(value) : String(value));
}

// The chart as the house draws it. A session draws a few at a time: one that found no place asks again, a little later.
const AGAIN = [2000, 5000, 10000];

function chart(id, caption) {
  const theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const waits = [...AGAIN];
  const failed = ({ target }) => {
    if (waits.length) setTimeout(() => { target.src = `${target.src.split("#")[0]}#${waits.length}`; }, waits.shift());
    else target.remove();
  };
  return element("img", { class: "chart", src: `/v1/queries/${id}/chart.svg?theme=${theme}`, alt: `Chart: ${caption}`, loading: "lazy", onerror: failed });
}

export function answer(query, choose) {
  if (query.state === "needs_clarification") {
    const options = query.clarification.options.map((option) => element("button", { type: "button", onclick: () => choose(option.id) }, option.label));
    return element("div", {}, element("p", { class: "said" }, query.clarification.question), element("div", { class: "chips" }, ...options));
  }
  if (query.state === "failed") return element("p", { class: "said problem" }, query.error.message);
  const found = query.answer;
  const took = query.timings.total ? `${query.engine === "claude" ? "Claude" : "offline planner"}, ${query.timings.total.toFixed(2)} s` : "";
  return element("div", {},
    element("p", { class: "said" }, found.text),
    found.chart ? chart(query.query_id, found.text) : null,
    found.table_preview ? element("div", { class: "scroll" }, grid(found.table_preview)) : null,
    ...query.warnings.map((warning) => element("p", { class: "problem" }, warning)),
    folded("Code that gave this answer", query.code || ""),
    folded("Receipt: which rows were used", JSON.stringify(query.receipt, null, 2)),
    element("p", { class: "muted" }, took, found.table_preview ? element("a", { href: `/v1/queries/${query.query_id}/result?format=csv`, class: "aside" }, "Download as CSV") : null));
}

function folded(title, text) {
  return element("details", {}, element("summary", {}, title), element("pre", {}, text));
}
