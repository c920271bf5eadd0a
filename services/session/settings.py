"""The session service's settings."""

from __future__ import annotations

from pydantic import Field

from shared.settings import PrivacySettings

DAY = 86_400.0


class Settings(PrivacySettings):
    """Lifetimes, limits and the optional sign-in. Rates are per client address."""

    session_idle_seconds: float = Field(default=DAY, gt=0, description="a session that nobody uses for so long ends")
    session_max_seconds: float = Field(default=30 * DAY, gt=0, description="no session gets older")
    session_sweep_seconds: float = Field(default=15.0, gt=0, description="pause between looks for ended sessions")
    session_forget_seconds: float = Field(
        default=3600.0, gt=0, description="wait for services that do not say that they forgot"
    )
    session_linger_seconds: float = Field(
        default=120.0, ge=0, description="pause before the last look at an ended session's objects"
    )

    session_creation_burst: int = Field(default=600, gt=0, description="sessions that one address may make at once")
    session_creation_rate: float = Field(default=20.0, gt=0, description="further sessions per second")
    session_failure_burst: int = Field(default=3000, gt=0, description="wrong tokens that one address may send at once")
    session_failure_rate: float = Field(default=50.0, gt=0, description="further wrong tokens per second")

    upload_max_session_bytes: int = Field(
        default=2 << 30,
        gt=0,
        description="bytes of a session's files and their tables together; shown here, held by upload",
    )
    quota_tables: int = Field(default=1000, gt=0, description="tables in one session")
    quota_questions_per_minute: int = Field(default=600, gt=0)
    quota_concurrent_questions: int = Field(default=64, gt=0)

    event_heartbeat_seconds: float = Field(
        default=15.0, gt=0, description="pause after which a silent event stream shows life"
    )
    event_buffer: int = Field(default=1000, gt=0, description="events kept for a reader that is slower than they come")
    event_replay_limit: int = Field(default=20_000, gt=0, description="stored events looked through to resume a stream")

    oidc_issuer: str = Field(default="", description="`iss` of identity tokens; empty: nobody signs in")
    oidc_audience: str = Field(default="", description="`aud` of identity tokens")
    oidc_jwks: str = Field(default="", description="where the issuer's keys are: an https URL, or a path of a file")
