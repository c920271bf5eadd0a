// What other tabs and background work change, as it happens.

const SUBJECTS = ["table.ready.v2", "table.deleted.v1", "table.parsing_failed.v1", "table.parsing_finished.v1", "file.deleted.v1", "file.rejected.v1",
  "query.asked.v1", "query.clarification_requested.v1", "query.answered.v1", "query.failed.v1", "reset"];
const AGAIN = 3000; // milliseconds before a stream that the server refused is asked for again

// `changed` when lists should be read again, `progressed` with {kind, id, …} while something is at work.
export function follow(changed, progressed) {
  const events = new EventSource("/v1/events");
  for (const subject of SUBJECTS) events.addEventListener(subject, changed);
  events.addEventListener("progress", (event) => progressed(JSON.parse(event.data)));
  // A broken connection is resumed by the browser, after the last event that came; an answer other than a stream ends it for good.
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => { changed(); follow(changed, progressed); }, AGAIN);
  };
}
