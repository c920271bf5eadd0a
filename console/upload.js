// Uploads over tus 1.0.0: in pieces, resumed after a broken connection, at the offset that the server has kept.

const PIECE = 8 * 1024 * 1024;
const TRIES = 8;
const TUS = { "Tus-Resumable": "1.0.0" };

export async function upload(file, progressed) {
  const url = await create(file);
  let offset = 0;
  for (let tries = 0; offset < file.size; ) {
    try {
      offset = await send(url, file, offset, (sent) => progressed(sent / file.size));
      tries = 0;
    } catch (error) {
      if (error.final || ++tries > TRIES) throw error;
      await new Promise((wake) => setTimeout(wake, 500 * tries));
      offset = await keptOffset(url).catch(() => offset);
    }
  }
  progressed(1);
  return url.split("/").pop();
}

async function create(file) {
  const metadata = `filename ${base64(file.name)},filetype ${base64(file.type || "application/octet-stream")}`;
  const response = await fetch("/v1/uploads", {
    method: "POST",
    credentials: "same-origin",
    headers: { ...TUS, "Upload-Length": String(file.size), "Upload-Metadata": metadata },
  });
  if (response.status !== 201) throw await refusal(response);
  return new URL(response.headers.get("Location"), location.href).pathname;
}

async function keptOffset(url) {
  const response = await fetch(url, { method: "HEAD", credentials: "same-origin", headers: TUS });
  if (!response.ok) throw await refusal(response);
  return Number(response.headers.get("Upload-Offset"));
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function send(url, file, offset, progressed) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", url);
    for (const [name, value] of Object.entries({ ...TUS, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" })) {
      request.setRequestHeader(name, String(value));
    }
    request.upload.onprogress = (event) => progressed(offset + event.loaded);
    request.onerror = () => failed(new Error("The connection broke."));
    request.onload = () => {
      if (request.status === 204) return done(Number(request.getResponseHeader("Upload-Offset")));
      let body = {};
      try { body = JSON.parse(request.responseText); } catch { /* no document came with the refusal */ }
      const error = new Error([body.detail || `The server answered ${request.status}.`, body.hint].filter(Boolean).join(" "));
      error.final = request.status >= 400 && request.status < 500 && ![408, 409, 423, 429].includes(request.status);
      failed(error);
    };
    request.send(file.slice(offset, offset + PIECE));
  });
}

async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const error = new Error([body.detail || `The server answered ${response.status}.`, body.hint].filter(Boolean).join(" "));
  error.final = response.status >= 400 && response.status < 500;
  return error;
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
