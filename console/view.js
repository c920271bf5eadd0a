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

export function grid({ columns, rows, total_rows: total }) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.map((row) => element("tr", {}, ...row.map(cell)));
  const more = total > rows.length ? element("p", { class: "muted" }, `${rows.length} of ${total.toLocaleString()} rows`) : null;
  return element("div", {}, element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)), more);
}

function cell(value) {
  if (value === null) return element("td", { class: "muted" }, "–");
  return element("td", typeof value === "number" ? { class: "number" } : {}, typeof value === "object" ? JSON.stringify(value) : String(value));
}

export function answer(query, choose) {
  if (query.state === "needs_clarification") {
    const options = query.clarification.options.map((option) => element("button", { type: "button", onclick: () => choose(option.id) }, option.label));
    return element("div", {}, element("p", { class: "said" }, query.clarification.question), element("div", { class: "chips" }, ...options));
  }
  if (query.state === "failed") return element("p", { class: "said problem" }, query.error.message);
  const found = query.answer;
  return element("div", {},
    element("p", { class: "said" }, found.text),
    found.table_preview ? element("div", { class: "scroll" }, grid(found.table_preview)) : null,
    ...query.warnings.map((warning) => element("p", { class: "problem" }, warning)),
    folded("Code", query.code || ""),
    folded("Receipt", JSON.stringify(query.receipt, null, 2)),
    found.table_preview ? element("p", {}, element("a", { href: `/v1/queries/${query.query_id}/result?format=csv` }, "Download the whole result")) : null);
}

function folded(title, text) {
  return element("details", {}, element("summary", {}, title), element("pre", {}, text));
}
