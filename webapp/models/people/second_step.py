"""The second step of signing in: apps, codes for the day on which the app is gone, and sign-ins that wait for it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime


class AuthenticatorApp(Model):
    """What a person's app shares with us, sealed; a new one waits beside it until its first code."""

    __tablename__ = "authenticator_apps"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    #: None: none was confirmed yet.
    secret: Mapped[str | None] = mapped_column(String(255))
    new_secret: Mapped[str | None] = mapped_column(String(255))
    #: The last 30 seconds (since 1970) whose code was taken: no code counts twice.
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Model):
    """One of ten codes that stand for the app, once each; only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StartedSignIn(Model):
    """Somebody took the first step: whoever has the secret of this browser may try the second."""

    __tablename__ = "started_sign_ins"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    next_path: Mapped[str] = mapped_column(String(500))
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
