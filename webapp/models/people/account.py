"""People and the ways they prove who they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.notices.notice import Frequency
from webapp.domain.people.care import AskStatus
from webapp.domain.people.merge import MergeWay
from webapp.domain.people.proof import MailedLink
from webapp.domain.places.party import GuestName
from webapp.domain.text import sort_name
from webapp.extensions import Model
from webapp.models.columns import BigId, UtcDateTime, one_of, partial_index

#: The e-mail address of the fixed account that stands for the system in every trail.
SYSTEM_EMAIL = "system_batch@turnout.invalid"


def _sorted_by(context: Any) -> str:
    """What a new account is listed by; whoever writes another name writes this, too."""
    return sort_name(context.get_current_parameters()["name"])


class User(Model):
    """A person (or the system). A walk-in has a name and maybe no address and no password."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_users_sort_name", "sort_name", "id"),
        Index("uq_users_handle", "handle", unique=True),
        CheckConstraint("handle = lower(handle)", name="handle_lower"),
        one_of("notification_frequency", Frequency, "notification_frequency"),
        partial_index("ix_users_merged", "merged_into_id", where="merged_into_id IS NOT NULL"),
        partial_index("ix_users_managed", "managed_by_id", where="managed_by_id IS NOT NULL"),
        CheckConstraint(
            "managed_by_id IS NULL OR (email IS NULL AND password_hash IS NULL AND managed_by_id <> id)",
            name="managed_has_no_way_in",
        ),
        one_of("guest_name", GuestName, "guest_name"),
        CheckConstraint("merged_into_id IS NULL OR disabled_at IS NOT NULL", name="merged_is_disabled"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    #: As it was typed by whoever added somebody without an address.
    phone: Mapped[str | None] = mapped_column(String(40))
    #: Folded words of name and address, see `domain.text.search_text`.
    search_text: Mapped[str] = mapped_column(String(1200), default="")
    #: The name by its last word, see `domain.text.sort_name`; compared byte by byte on both databases.
    sort_name: Mapped[str] = mapped_column(
        String(400).with_variant(String(400, collation="C"), "postgresql"), server_default="", default=_sorted_by
    )
    password_hash: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str | None] = mapped_column(String(64))
    #: Chosen by the person ("pt_BR"); None: the browser's, and in mails the organization's.
    language: Mapped[str | None] = mapped_column(String(20))
    #: The person's address under `/people/`; without one there is no public profile.
    handle: Mapped[str | None] = mapped_column(String(60))
    #: What becomes of a record for which the person said nothing else (`RecordPrivacy`).
    records_on_profile: Mapped[bool] = mapped_column(default=True)
    records_to_organizations: Mapped[bool] = mapped_column(default=False)
    #: For every organization without a `NotificationPreference` of its own.
    notification_frequency: Mapped[str] = mapped_column(String(20), default=Frequency.ALL)
    is_operator: Mapped[bool] = mapped_column(default=False)
    is_system: Mapped[bool] = mapped_column(default=False)
    #: When a mailed link proved that the address is theirs (`domain.proof`).
    address_proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Others gave this account something: a role, a place, a facility. It opens only once the address is proved.
    given_by_others: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Staff from before addresses had to be proved keep their account until then.
    proof_grace_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The mail server refused the address for good then, and took no mail for it since.
    mail_refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The person asked to go: the row stays for the counts, without anything about them.
    anonymized_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The row that this person is kept under; this one cannot be used any more (`PersonMerge`).
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Who looks after this person and acts for them: they have no sign-in of their own.
    managed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Made as a head of a party, with or without a name of their own; None: known in another way.
    guest_name: Mapped[str | None] = mapped_column(String(10))


class PersonMerge(Model):
    """Two rows were one person. Append-only: the database refuses changes, but that a reason is taken out."""

    __tablename__ = "person_merges"
    __table_args__ = (one_of("way", MergeWay, "way"), CheckConstraint("kept_id <> merged_id", name="two_rows"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    way: Mapped[str] = mapped_column(String(20))
    #: Whose staff did it; None: the person or the operator.
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    #: Which events, classes, facilities and notes went along (`services.merging.moving`).
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonMergeUndo(Model):
    """A merge was taken apart again: once. Append-only."""

    __tablename__ = "person_merge_undos"

    merge_id: Mapped[int] = mapped_column(ForeignKey("person_merges.id"), primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PersonClaim(Model):
    """A link by which somebody who is looked after takes their own record over: one use, only its hash kept."""

    __tablename__ = "person_claims"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was used, or a newer one took its place.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CareRequest(Model):
    """Staff asks the owner of an account whether they look after a person; nothing changes without their yes."""

    __tablename__ = "care_requests"
    __table_args__ = (
        one_of("status", AskStatus, "status"),
        partial_index("uq_care_requests_open", "user_id", where="status = 'open'", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    carer_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=AskStatus.OPEN)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignIn(Model):
    """A server-side session: only the hash of its cookie is kept; deleting it signs out."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    #: When a passkey, or a code beside the first step, proved a second thing; None: one step only.
    second_step_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The issuer of the provider with which it was begun; None: by other means.
    provider: Mapped[str | None] = mapped_column(String(255))


class CalendarFeed(Model):
    """The secret address under which a person's calendar reads their places: one at most, and only its hash is kept."""

    __tablename__ = "calendar_feeds"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordReset(Model):
    """A mailed link that lets somebody in: one use, an end, only its hash kept."""

    __tablename__ = "password_resets"
    __table_args__ = (one_of("purpose", MailedLink, "purpose"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20), default=MailedLink.RESET, server_default=MailedLink.RESET)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When it was used, or a newer link or password took its place.
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ResetRequest(Model):
    """Somebody asked for a link to that address. Whether anybody has it is looked at by the worker."""

    __tablename__ = "reset_requests"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MailCode(Model):
    """Somebody asked for a code to sign in with, or to sign up: an end, five tries, only hashes kept.

    It never says whether the address has an account; that is looked at once the mailbox is proved.
    """

    __tablename__ = "mail_codes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Of the secret that the asking browser keeps in a cookie.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Of that secret and the digits: without the browser a code is worth nothing.
    code_hash: Mapped[str] = mapped_column(String(64))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(254), index=True)
    #: For a new account; None: somebody signs in.
    name: Mapped[str | None] = mapped_column(String(200))
    timezone: Mapped[str | None] = mapped_column(String(64))
    #: Where to go on to, a local path.
    next_path: Mapped[str] = mapped_column(String(500), default="")
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    #: The place that becomes theirs by it, where a guest enrolls.
    guest_hold_id: Mapped[int | None] = mapped_column(ForeignKey("guest_holds.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Of the link; the digits end after a quarter of an hour at the latest.
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    #: When the code or the link proved the mailbox, and when that let somebody in.
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AddressChange(Model):
    """Another mailbox of somebody's: to be used from then on, or to merge its account into theirs.

    Only hashes of its code and of the link that undoes it are kept.
    """

    __tablename__ = "address_changes"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    #: Asked for as the address of another account, and not to be used from then on.
    for_merge: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Of the digits and of the secret of the session that asked.
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the code proved the mailbox of another account, which can be merged for a moment.
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    previous_address: Mapped[str | None] = mapped_column(String(254))
    undo_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
