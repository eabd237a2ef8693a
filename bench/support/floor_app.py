"""The floor of the HTTP figures: the least that a Flask app must do for a page, an enrollment and a webhook.

With the ORM, but for webhooks. No login, no CSRF, no log, no rules. Reads FLOOR_DATABASE_URL; `tables.sql` and
`webhooks.py` make its tables.
"""

import base64
import hashlib
import json
import os
import random
import threading

import jwt
import psycopg
from flask import Flask, render_template, request
from sqlalchemy import BigInteger, ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

app = Flask(__name__, template_folder="floor_templates")
engine = create_engine(
    os.environ["FLOOR_DATABASE_URL"], pool_size=int(os.environ.get("WEB_THREADS") or 2), max_overflow=0
)
Session = sessionmaker(engine)
WEBHOOK = """
WITH w AS (INSERT INTO webhook_event (id, kind, session_id, identity, participant_sid, at, raw)
   VALUES (%(id)s, %(kind)s, %(session)s, %(identity)s, %(sid)s, to_timestamp(%(at)s), %(raw)s)
   ON CONFLICT (id) DO NOTHING RETURNING session_id, identity, at)
INSERT INTO attendance AS a (session_id, identity, first_join, joins) SELECT session_id, identity, at, 1 FROM w
   ON CONFLICT (session_id, identity) DO UPDATE
   SET first_join = least(a.first_join, excluded.first_join), joins = a.joins + 1, calculated_at = NULL
"""
_of_this_thread = threading.local()


class Base(DeclarativeBase):
    pass


class Policy(Base):
    __tablename__ = "policy"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    wl_seq: Mapped[int] = mapped_column(BigInteger, default=0)


class Event(Base):
    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))


class Enrollment(Base):
    __tablename__ = "enrollment"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[int]
    user_id: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str]


class Transition(Base):
    __tablename__ = "enrollment_transition"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    to_status: Mapped[str]
    triggered_by: Mapped[str]


@app.get("/null")
def null() -> str:
    return "ok"


@app.get("/select_orm/<int:event_id>")
def select_orm(event_id: int) -> str:
    with Session() as session:
        event = session.get_one(Event, event_id)
    return render_template("page.html", event=event, rows=range(34))


@app.post("/enroll_orm")
def enroll_orm() -> str:
    """On one event, or with `e` on that one: many events are the shape of a check-in."""
    user_id = request.args.get("u", type=int) or random.getrandbits(60)
    event_id = request.args.get("e", 1, type=int)
    with Session.begin() as session:
        policy = session.scalars(select(Policy).where(Policy.event_id == event_id).with_for_update()).one()
        policy.taken += 1
        enrollment = Enrollment(event_id=event_id, user_id=user_id, status="confirmed")
        session.add(enrollment)
        session.flush()
        session.add(Transition(enrollment_id=enrollment.id, to_status="confirmed", triggered_by="participant"))
    return "<p>You are enrolled</p>"


@app.post("/webhook")
def webhook() -> str:
    body = request.get_data()
    claims = jwt.decode(
        request.headers["Authorization"],
        os.environ["FLOOR_SECRET"],
        algorithms=["HS256"],
        issuer=os.environ["FLOOR_KEY"],
        options={"require": ["exp"]},
    )
    if base64.b64decode(claims["sha256"]) != hashlib.sha256(body).digest():
        raise ValueError("another body")
    raw = json.loads(body)
    if not hasattr(_of_this_thread, "connection"):
        plain = os.environ["FLOOR_DATABASE_URL"].replace("+psycopg", "")
        _of_this_thread.connection = psycopg.connect(plain, autocommit=True, prepare_threshold=0)
    _of_this_thread.connection.execute(
        WEBHOOK,
        {
            "id": raw["id"],
            "kind": raw["event"],
            "session": int(raw["room"]["name"].rpartition("-")[2]),
            "identity": int(raw["participant"]["identity"][1:]),
            "sid": raw["participant"]["sid"],
            "at": int(raw["createdAt"]),
            "raw": body.decode(),
        },
    )
    return "ok"
