"""What the model can do: the tools of the Messages API that it is given, the same for every question."""

from __future__ import annotations

from typing import Any

_CODE = {"type": "string", "description": "Python that assigns `result`"}
_TEXT = {"type": "string"}


def tool(name: str, description: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
    return {"name": name, "description": description, "input_schema": schema}


LOOK = tool(
    "look",
    "Look into the data before you compute: only you see what comes back. Give `table` and `column` for the values of a column, the most frequent first "
    "(`containing`: only those with this text in them); `table` and `where`, a condition for DataFrame.query, for rows (`columns`: only these); "
    "or `code` for anything else, such as a trial computation. At most 50 rows come back.",
    {
        "table": _TEXT,
        "column": _TEXT,
        "containing": _TEXT,
        "where": _TEXT,
        "columns": {"type": "array", "items": _TEXT},
        "code": _CODE,
    },
)
COMPUTE = tool(
    "compute",
    "Compute something that the person is to see. Its result and its code are shown, and come back to you. Compute several results under several names "
    "where the question has several parts; compute again under the same name to correct a result.",
    {
        "code": _CODE,
        "name": {"type": "string", "description": "what to call the result: a short name such as revenue_by_city"},
        "explanation": {
            "type": "string",
            "description": "one plain sentence for a person who does not program: which rows and columns are used, and how; no figures",
        },
    },
    "code",
    "name",
    "explanation",
)
ASK = tool(
    "ask",
    "Ask the person which reading is meant, with two to five short options.",
    {"question": _TEXT, "options": {"type": "array", "items": _TEXT}},
    "question",
    "options",
)
DECLINE = tool(
    "decline",
    "Say in one sentence why the tables cannot answer this, and name what is missing.",
    {"reason": _TEXT},
    "reason",
)
REPLY = {
    **tool(
        "reply",
        "Write the answer over the results that you computed, or a reply that needs none. This ends your work on the question.",
        {
            "text": {"type": "string", "description": "plain text, no markup"},
            "result": {"type": "string", "description": "the name of the result that the answer is mostly about"},
            "chart": {
                "type": "object",
                "description": "a Vega-Lite specification over that result, without `data`; leave it out unless a picture says more than the table",
            },
            "suggestions": {
                "type": "array",
                "items": _TEXT,
                "description": "one or two questions that follow from this one and that these tables can answer",
            },
        },
        "text",
    ),
    "eager_input_streaming": True,  # the text is shown while it is written
}
TOOLS = (LOOK, COMPUTE, ASK, DECLINE, REPLY)
