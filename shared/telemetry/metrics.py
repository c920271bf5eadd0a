"""Every metric of the house, in one list (served at `/metrics` by each service)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SLOW = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)

HTTP_REQUESTS = Counter(
    "askframe_http_requests_total", "HTTP requests by route and status", ["method", "route", "status"]
)
HTTP_SECONDS = Histogram(
    "askframe_http_request_seconds",
    "Seconds to the end of the answer, streams and long polls included",
    ["method", "route"],
    buckets=SLOW,
)
EVENTS_PUBLISHED = Counter("askframe_events_published_total", "Events stored by the bus", ["subject"])
EVENTS_HANDLED = Counter(
    "askframe_events_handled_total",
    "Deliveries by how they ended: done, retried, dead_lettered, failed",
    ["durable", "outcome"],
)
HANDLING_SECONDS = Histogram("askframe_event_handling_seconds", "Seconds in a handler", ["durable"], buckets=FAST)
DEAD_LETTERS = Counter("askframe_dead_letters_total", "Messages that were given up", ["durable"])
DEAD_LETTERS_LOST = Counter(
    "askframe_dead_letters_lost_total", "Advisories of the server that could not be turned into a dead letter"
)
WORK_RESTARTS = Counter(
    "askframe_work_restarts_total", "Endless background work that failed and was begun again", ["work"]
)
TOKEN_CHECKS = Counter(
    "askframe_token_checks_total", "Token verifications: cached, valid, refused, unavailable", ["outcome"]
)
TOKEN_SECONDS = Histogram("askframe_token_check_seconds", "Seconds to verify a token", ["cached"], buckets=FAST)
UPLOAD_BYTES = Counter("askframe_upload_bytes_total", "Bytes received from clients")
FILES_ENDED = Counter("askframe_files_ended_total", "Files by final state and code", ["state", "code"])
PARSE_SECONDS = Histogram("askframe_parse_seconds", "Seconds from file to tables", ["format"], buckets=SLOW)
PARSE_ROWS = Counter("askframe_parse_rows_total", "Rows that became table rows", ["format"])
JAIL_RUNS = Counter("askframe_jail_runs_total", "Runs of generated code by outcome", ["outcome"])
JAIL_SECONDS = Histogram("askframe_jail_run_seconds", "Seconds from request to result", buckets=FAST)
EVALUATIONS = Counter(
    "askframe_evaluations_total", "Plans evaluated by outcome: ok, or the code of the refusal", ["outcome"]
)
EVALUATION_SECONDS = Histogram(
    "askframe_evaluation_seconds", "Seconds that the plans of one request took", buckets=FAST
)
QUERIES_ENDED = Counter(
    "askframe_queries_ended_total", "Questions by final state, engine and code", ["state", "engine", "code"]
)
ANSWERS_DISAGREED = Counter(
    "askframe_answers_disagreed_total", "Answers that were not shown because their two computations differ", ["kind"]
)
SENTENCES_LEFT_OUT = Counter(
    "askframe_sentences_left_out_total", "Sentences of a model that hold a number which stands in no result"
)
CHARTS_REFUSED = Counter(
    "askframe_charts_refused_total",
    "Charts of a model that do not hold over their result, in whose place its shape decides",
)
REPLIES_REFUSED = Counter(
    "askframe_replies_refused_total",
    "Replies of a model that hold a number which stands in no result: the first one, which is then written anew, or that, too",
    ["after"],
)
QUERY_SECONDS = Histogram("askframe_query_seconds", "Seconds from question to answer", ["engine"], buckets=SLOW)
LLM_REQUESTS = Counter("askframe_llm_requests_total", "Calls of the model by outcome", ["model", "outcome"])
LLM_TOKENS = Counter("askframe_llm_tokens_total", "Tokens by kind: input, output, cache_read", ["model", "kind"])
LLM_COST = Counter("askframe_llm_cost_usd_total", "US dollars spent on the model", ["model"])
LLM_BUDGET_REFUSALS = Counter(
    "askframe_llm_budget_refusals_total",
    "Exchanges refused by a budget that is used up: question, session, day",
    ["budget"],
)
SESSIONS_CREATED = Counter("askframe_sessions_created_total", "Sessions made")
SESSIONS_ENDED = Counter("askframe_sessions_ended_total", "Sessions ended by reason", ["reason"])
STREAMS_OPEN = Gauge("askframe_event_streams_open", "Server-sent event streams open now")
