"""Errors of nlq."""

from __future__ import annotations

from shared.errors import Conflict, InvalidRequest, NotFound, RateLimited, Unavailable


class QueryNotFound(NotFound):
    """No such question in this session."""

    code, title = "query_not_found", "No such question"

    def __init__(self, query_id: str) -> None:
        super().__init__(
            f"This session has no question {query_id[:80]}.",
            hint="GET /v1/queries lists the questions of this session.",
        )


class TableUnknown(NotFound):
    """A question names a table that this session does not have."""

    code, title = "table_not_found", "No such table"


class ConversationUnknown(NotFound):
    """A question names a conversation that this session does not have."""

    code, title = "conversation_not_found", "No such conversation"


class NoTable(InvalidRequest):
    """There is nothing to ask about."""

    code, title = "no_table", "There is no table to ask about"


class NotWaiting(Conflict):
    """A choice was sent to a question that does not ask for one."""

    code = "not_waiting_for_clarification"


class UnknownChoice(InvalidRequest):
    """The choice is none of the options."""

    code = "unknown_choice"


class NoResult(Conflict):
    """The question has no result, or not yet."""

    code = "no_result"


class AlreadyEnded(Conflict):
    """The question has ended: there is nothing to stop."""

    code = "already_ended"


class NoChart(Conflict):
    """The answer has no chart."""

    code = "no_chart"


class ChartNotDrawn(InvalidRequest):
    """The drawing failed, and would fail again: the chart's specification or its numbers do not allow it."""

    code, title = "chart_not_drawn", "This chart cannot be drawn"


class ResultTooLarge(InvalidRequest):
    """The format cannot hold the result whole."""

    code, title = "result_too_large", "The result is too large for this format"


class TooManyDownloads(RateLimited):
    """As many results are being made or read as one session, or one copy of the service, has places or room on disk for."""

    code = "too_many_downloads"


class RenderingFailed(Unavailable):
    """The file could not be made."""

    code = "rendering_failed"


class ChangedMeanwhile(Unavailable):
    """Another worker moved the question on between reading and writing it; doing it again settles it."""

    code = "changed_meanwhile"


class TooManyQuestions(RateLimited):
    """The session has as many questions running, or has asked as many in the last minute, as it may."""

    code = "too_many_questions"
