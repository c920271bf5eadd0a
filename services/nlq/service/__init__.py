"""The use cases of nlq: ask, classify, generate offline, validate, repair, answer, read, download."""

from services.nlq.service.asking import Ask
from services.nlq.service.classifying import Classify
from services.nlq.service.downloading import Download
from services.nlq.service.ending import EndQueries
from services.nlq.service.flow import Flow
from services.nlq.service.looking_up import FindAbsent
from services.nlq.service.reading import Read
from services.nlq.service.rounds.answering import AnswerQuery
from services.nlq.service.rounds.composing import Compose
from services.nlq.service.rounds.generating import Generate
from services.nlq.service.rounds.handing_over import HandOver
from services.nlq.service.rounds.verifying import VerifyResult
from services.nlq.service.snippets import RunSnippet
from services.nlq.service.stopping import StopQuestion
from services.nlq.service.validating import ValidateCode

__all__ = [
    "AnswerQuery",
    "Ask",
    "Classify",
    "Compose",
    "Download",
    "EndQueries",
    "FindAbsent",
    "Flow",
    "Generate",
    "HandOver",
    "Read",
    "RunSnippet",
    "StopQuestion",
    "ValidateCode",
    "VerifyResult",
]
