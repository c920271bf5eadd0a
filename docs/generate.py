"""Write, or check, the documents that are made from the code: `python -m docs.generate [--check]`.

OpenAPI for each service and merged for the gateway, AsyncAPI for each service, and the tables of environment variables, of file formats
and of the reasons for which files are refused.
Nothing is started: apps and consumers are built without connecting to anything.
"""

from __future__ import annotations

import importlib
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from faststream.specification import AsyncAPI

from shared.formats import Format, Refusal
from shared.formats.signatures import STRANGERS
from shared.formats.text import HOLDS_NO_TABLE
from shared.objects.provision import StoreSettings
from shared.rpc import PROCEDURES, Procedure
from shared.rpc.procedure import Answer
from shared.web import VERSION

SERVICES = ("session", "upload", "dataproc", "llm", "nlq")
FOLDER = Path(__file__).parent / "reference"
OPERATIONAL = ("/healthz", "/readyz", "/metrics")


def documents() -> dict[Path, str]:
    """Every generated document by its path."""
    openapi = {name: openapi_of(name) for name in SERVICES}
    found = {FOLDER / f"openapi-{name}.json": dump(body) for name, body in openapi.items()}
    found[FOLDER / "openapi.json"] = dump(merged(list(openapi.values())))
    found |= {FOLDER / f"asyncapi-{name}.json": dump(asyncapi_of(name)) for name in SERVICES}
    found[FOLDER / "settings.md"] = settings_table()
    found[FOLDER / "formats.md"] = formats_table()
    found[FOLDER / "refusals.md"] = refusals_table()
    return found


def openapi_of(service: str) -> dict[str, Any]:
    app_module = importlib.import_module(f"services.{service}.app")
    settings = importlib.import_module(f"services.{service}.settings").Settings.model_construct(**defaults_of(service))
    body: dict[str, Any] = app_module.create_app(settings).openapi()
    return body


def defaults_of(service: str) -> dict[str, Any]:
    """Declared defaults, whatever the environment of the machine that generates."""
    fields = importlib.import_module(f"services.{service}.settings").Settings.model_fields
    return {name: field.get_default(call_default_factory=True) for name, field in fields.items()}


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """One document for the gateway. Two services may share a schema's name only when they mean the same."""
    body: dict[str, Any] = {
        "openapi": parts[0]["openapi"],
        "info": {"title": "Askframe", "version": VERSION},
        "paths": {},
        "components": {},
    }
    for part in parts:
        body["paths"] |= {path: item for path, item in part["paths"].items() if path not in OPERATIONAL}
        for kind, entries in part.get("components", {}).items():
            known = body["components"].setdefault(kind, {})
            for name, entry in entries.items():
                if known.setdefault(name, entry) != entry:
                    raise SystemExit(
                        f"{part['info']['title']}: the component {name} means something else in another service; rename it"
                    )
    return body


def asyncapi_of(service: str) -> dict[str, Any]:
    build = importlib.import_module(f"services.{service}.consumers").build_consumers
    needed = [name for name in inspect.signature(build).parameters if name != "nats_url"]
    consumers = build(**{name: MagicMock(name=name) for name in needed}, nats_url="nats://nats:4222")
    text = AsyncAPI(consumers.broker, title=f"Askframe {service}", version=VERSION).to_specification().to_json()
    body: dict[str, Any] = json.loads(text)
    for procedure in PROCEDURES:
        if service == procedure.served_by or service in procedure.asked_by:
            add_procedure(body, procedure, action="receive" if service == procedure.served_by else "send")
    return body


def add_procedure(body: dict[str, Any], procedure: Procedure[Any, Any], action: str) -> None:
    """A request with its reply, as AsyncAPI 3 has them; the reply goes to the inbox that the request names."""
    answer = Answer[procedure.result]  # type: ignore[name-defined]
    for name, model in ((f"{procedure.subject}.request", procedure.request), (f"{procedure.subject}.reply", answer)):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        body["components"]["schemas"] |= schema.pop("$defs", {}) | {name: schema}
        body["components"]["messages"][name] = {"title": name, "payload": {"$ref": f"#/components/schemas/{name}"}}
        address = procedure.subject if name.endswith(".request") else None
        reference = {"$ref": f"#/components/messages/{name}"}
        body["channels"][name] = {"address": address, "messages": {"Message": reference}}
    to, back = ({"$ref": f"#/channels/{procedure.subject}.{part}"} for part in ("request", "reply"))
    errors = ", ".join(f"`{error.code}`" for error in procedure.errors) or "none of its own"
    body["operations"][procedure.subject] = {
        "action": action,
        "channel": to,
        "description": f"{procedure.about} Errors: {errors}; no answer within {procedure.timeout:g} s: unavailable.",
        "reply": {"address": {"location": "$message.header#/reply"}, "channel": back},
    }


COMMANDS = {"`python -m shared.objects.provision`": StoreSettings}  # what is no service, and reads settings of its own


def settings_of(service: str) -> Any:
    return importlib.import_module(f"services.{service}.settings").Settings


# What reads these has no settings class: the launcher and the client must run before, or without, any service.
OF_LAUNCHER_AND_CLIENT = (
    "## launcher and client",
    "",
    "| variable | default | meaning |",
    "|---|---|---|",
    "| `ASKFRAME_HOME` | `.askframe` | folder of a local stack's state; the `askframe` command looks there for one that runs |",
    "| `ASKFRAME_URL` |  | the server that the `askframe` command talks to; empty: the local stack, or one started for the call |",
    "| `ASKFRAME_TOKEN` |  | the session that it works in; empty: a new one |",
    "",
)


def settings_table() -> str:
    lines = ["# Settings", "", "Read from environment variables at start. Generated from the code.", ""]
    for name, settings in {**{service: settings_of(service) for service in SERVICES}, **COMMANDS}.items():
        prefix = settings.model_config.get("env_prefix", "")
        lines += [f"## {name}", "", "| variable | default | meaning |", "|---|---|---|"]
        for field_name, field in settings.model_fields.items():
            variable = field.validation_alias or f"{prefix}{field_name}".upper()
            default = "" if field.is_required() else str(field.get_default(call_default_factory=True))
            lines.append(f"| `{variable}` | {f'`{default}`' if default else ''} | {field.description or ''} |")
        lines.append("")
    return "\n".join([*lines, *OF_LAUNCHER_AND_CLIENT])


def formats_table() -> str:
    lines = ["# File formats", "", "Told by content, never by name. Generated from the code.", ""]
    lines += ["| format | media type | begins with |", "|---|---|---|"]
    for found in Format:
        magics = ", ".join(f"`{magic!r}`" for magic in found.magics[:4])
        lines.append(f"| `{found}` | `{found.media_type}` | {magics}{' …' if len(found.magics) > 4 else ''} |")
    strangers = list(dict.fromkeys(stranger.noun for stranger in STRANGERS)) + list(
        dict.fromkeys(noun for _, noun in HOLDS_NO_TABLE)
    )
    lines += ["", f"Refused by name: {', '.join(strangers)}.", ""]
    return "\n".join(lines)


def refusals_table() -> str:
    lines = [
        "# Why a file is refused",
        "",
        "The `code` of a rejected or failed file and of upload's problem documents, with the status where a request is",
    ]
    lines += [
        "answered with it. Generated from the code.",
        "",
        "| code | status | what happened | what to do |",
        "|---|---|---|---|",
    ]
    for refusal in Refusal:
        sentence = re.sub(r"{(\w+)[^}]*}", r"*\1*", refusal.sentence)
        lines.append(f"| `{refusal}` | {refusal.http_status} | {sentence} | {refusal.hint} |")
    return "\n".join([*lines, ""])


def dump(body: dict[str, Any]) -> str:
    return json.dumps(body, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    found = documents()
    stale = [path for path, text in found.items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(FOLDER.parents[1])} is not what the code says: run `make docs`")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(found[path])
        print(f"wrote {path.relative_to(FOLDER.parents[1])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
