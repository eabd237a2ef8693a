"""One room of a video server: it signs and tells as the real one does, and the product takes it in."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask

from tests.support.worlds.online.livekit_cases import KEYS, signed
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.intake import Taken, take_delivery

_number = count(1)


@dataclass
class VideoRoom:
    """Instants are minutes after `starts_at`, or datetimes."""

    app: Flask
    name: str
    starts_at: datetime
    sid: str = "RM_first"
    told: list[str] = field(default_factory=list)

    def joins(self, identity: str, at: float | datetime, **changes: Any) -> str:
        """Somebody comes in; the participant's sid."""
        sid = changes.pop("participant_sid", None) or f"PA_{next(_number):012d}"
        self._about(sid, identity, "participant_joined", at, **changes)
        return sid

    def leaves(self, identity: str, sid: str, at: float | datetime, **changes: Any) -> None:
        self._about(sid, identity, "participant_left", at, **changes)

    def stays(self, identity: str, come: float, go: float) -> str:
        sid = self.joins(identity, come)
        self.leaves(identity, sid, go)
        return sid

    def publishes(self, identity: str, sid: str, at: float | datetime) -> None:
        """A sign of life in between."""
        self._about(sid, identity, "track_published", at)

    def is_closed(self, at: float | datetime) -> None:
        self.tells("room_finished", at)

    def is_opened(self, at: float | datetime, sid: str) -> None:
        self.sid = sid
        self.tells("room_started", at)

    def tells(self, event: str, at: float | datetime, **parts: Any) -> Taken:
        """Any delivery about this room."""
        raw = {
            "event": event,
            "room": {"sid": self.sid, "name": self.name},
            "id": f"EV_{next(_number):012d}",
            "createdAt": str(int(self.instant(at).timestamp())),
            **parts,
        }
        self.told.append(json.dumps(raw))
        return self.send(self.told[-1])

    def send(self, body: str) -> Taken:
        """One delivery as it comes over the wire, signed afresh."""
        with self.app.app_context():
            return take_delivery(body.encode(), signed(body.encode()), keys=KEYS, now=self.starts_at)

    def fold(self) -> None:
        with self.app.app_context():
            fold_due_rooms(now=self.starts_at)

    def instant(self, at: float | datetime) -> datetime:
        return at if isinstance(at, datetime) else self.starts_at + timedelta(minutes=at)

    def _about(self, sid: str, identity: str, event: str, at: float | datetime, **changes: Any) -> None:
        joined = {"joinedAt": str(int(self.instant(at).timestamp()))} if event == "participant_joined" else {}
        self.tells(event, at, participant={"sid": sid, "identity": identity, **joined, **changes})
