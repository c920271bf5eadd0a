// Files come in, and stand there with their state.

import { call, waitFor } from "./api.js";
import { upload } from "./upload.js";
import { amount, element, show } from "./view.js";

const ENDS = ["ready", "failed", "rejected"];
const WORDS = { uploading: "upload not finished", received: "waiting to be read", parsing: "being read", ready: "ready", failed: "cannot be read", rejected: "refused" };
const arriving = new Map(); // by file id, the line that shows how far it is

export async function showFiles(attempt, changed) {
  const { files } = await call("GET", "/v1/files");
  show("files", ...files.filter((file) => !arriving.has(file.file_id)).map((file) => element("li", { "data-file": file.file_id },
    element("strong", {}, file.filename), element("span", { class: "state" }, `${amount(file.size)} · ${WORDS[file.state] || file.state}`),
    file.reason ? element("span", { class: "problem" }, file.reason) : null,
    element("button", { class: "quiet", "aria-label": `Delete ${file.filename}`, onclick: () => attempt(() => remove(file, changed)) }, "Delete"))));
}

async function remove(file, changed) {
  await call("DELETE", `/v1/files/${file.file_id}`);
  await changed();
}

// The file's line stays until the file is ready, or says why it is not.
export async function take(file, changed) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": `upload of ${file.name}` });
  const state = element("span", { class: "state" }, "uploading");
  const line = element("li", {}, element("strong", {}, file.name), bar, state);
  document.getElementById("uploads").append(line);
  let id = null;
  try {
    id = await upload(file, (share) => {
      bar.value = share;
      state.textContent = `${Math.floor(share * 100)} % of ${amount(file.size)}`;
    });
    arriving.set(id, state);
    bar.removeAttribute("value");
    await waitFor(`/v1/files/${id}`, ENDS, (seen) => { state.textContent = WORDS[seen.state]; });
    line.remove();
  } catch (error) {
    bar.remove();
    state.className = "problem";
    state.textContent = error.message;
  } finally {
    arriving.delete(id);
  }
  await changed();
}

export function fileProgressed({ kind, id, rows }) {
  if (kind === "file" && rows && arriving.has(id)) arriving.get(id).textContent = `being read · ${rows.toLocaleString()} rows`;
}
