// The calls of this page. The browser's session is the HttpOnly cookie: no script ever sees the token.

const PATIENCE = 5; // times that a reading is repeated while the server says that it will be back

export class Problem extends Error {
  constructor(status, body) {
    super([body.detail || body.title || `The server answered ${status}.`, body.hint].filter(Boolean).join(" "));
    this.status = status;
    this.code = body.code;
  }
}

export async function call(method, path, body) {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (response.ok) return response.status === 204 ? null : response.json().catch(() => null);
    if (response.status !== 503 || method !== "GET" || tries >= PATIENCE) throw new Problem(response.status, await response.json().catch(() => ({})));
    await pause(Number(response.headers.get("Retry-After")) || 1);
  }
}

// The session that the cookie names, or a new one when there is none any more.
export async function session() {
  try {
    return await call("GET", "/v1/sessions/current");
  } catch (error) {
    if (error.status !== 401) throw error;
    await call("POST", "/v1/sessions");
    return call("GET", "/v1/sessions/current");
  }
}

// Long-poll until the thing is in one of the states that end it.
export async function waitFor(path, ends, seen = () => {}) {
  for (;;) {
    const thing = await call("GET", `${path}?wait=20`);
    seen(thing);
    if (ends.includes(thing.state)) return thing;
  }
}

export function pause(seconds) {
  return new Promise((wake) => setTimeout(wake, seconds * 1000));
}
