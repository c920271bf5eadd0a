"""All use cases of the service, as the adapters get them."""

from __future__ import annotations

from dataclasses import dataclass

from services.session.live.streams import LiveEvents
from services.session.service.access import Access
from services.session.service.archive import Archive
from services.session.service.forgetting import Forgetting
from services.session.service.privacy import PrivacyChoice
from services.session.service.quotas import Quotas
from services.session.service.recovery import Recovery
from services.session.service.registry import Registry


@dataclass(frozen=True)
class SessionService:
    """One field per use case."""

    access: Access
    privacy: PrivacyChoice
    registry: Registry
    forgetting: Forgetting
    recovery: Recovery
    quotas: Quotas
    archive: Archive
    live: LiveEvents
