"""The least that a Flask app with the ORM must do for a page and for an enrollment: the floor of the HTTP figures.

No login, no CSRF, no log, no rules. Reads FLOOR_DATABASE_URL; `tables.sql` beside it makes its tables.
"""

import os
import random

from flask import Flask, render_template, request
from sqlalchemy import BigInteger, ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

app = Flask(__name__, template_folder="floor_templates")
engine = create_engine(
    os.environ["FLOOR_DATABASE_URL"], pool_size=int(os.environ.get("WEB_THREADS") or 2), max_overflow=0
)
Session = sessionmaker(engine)


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
    user_id = request.args.get("u", type=int) or random.getrandbits(60)
    with Session.begin() as session:
        policy = session.scalars(select(Policy).where(Policy.event_id == 1).with_for_update()).one()
        policy.taken += 1
        enrollment = Enrollment(event_id=1, user_id=user_id, status="confirmed")
        session.add(enrollment)
        session.flush()
        session.add(
            Transition(enrollment_id=enrollment.id, to_status="confirmed", triggered_by="participant")
        )
    return "<p>You are enrolled</p>"
