"""The session service's use cases."""

from services.session.service.access import Access, Opened
from services.session.service.archive import Archive
from services.session.service.forgetting import Forgetting
from services.session.service.privacy import PrivacyChoice
from services.session.service.quotas import Quotas
from services.session.service.recovery import Recovery
from services.session.service.registry import Overview, Page, Registry
from services.session.service.session_service import SessionService

__all__ = [
    "Access",
    "Archive",
    "Forgetting",
    "Opened",
    "Overview",
    "Page",
    "PrivacyChoice",
    "Quotas",
    "Recovery",
    "Registry",
    "SessionService",
]
