"""The picture of a session: what counts, what does not, what is not known, each where it belongs."""

from datetime import UTC, datetime
from types import SimpleNamespace

from webapp.domain.online.presence import StayTimes, Thresholds
from webapp.views.presence_picture import picture_of

START = int(datetime(2026, 6, 13, 8, tzinfo=UTC).timestamp())  # 10:00 in Berlin
SESSION = SimpleNamespace(starts_at=datetime(2026, 6, 13, 8, tzinfo=UTC), ends_at=datetime(2026, 6, 13, 9, tzinfo=UTC))
END = START + 3600


def picture(*stays, **more):
    return picture_of(SESSION, Thresholds(), timezone="Europe/Berlin", stays=stays, **more)


def bars(lane):
    return [(bar.kind, bar.x, bar.width) for bar in lane.bars]


def test_the_scale_leaves_room_for_who_came_early_and_stayed_longer_but_not_for_more_than_a_quarter_of_an_hour():
    plain = picture()
    assert (plain.low, plain.high) == (START - 240, END + 240)
    early = picture(StayTimes(START - 600, END + 300, END + 300))
    assert (early.low, early.high) == (START - 660, END + 360)
    far = picture(StayTimes(START - 7200, END + 7200, END + 7200))
    assert (far.low, far.high) == (START - 900, END + 900)


def test_a_stay_is_cut_at_the_start_and_the_end():
    stay = StayTimes(START - 240, END + 240, END + 240)
    lane = picture().lane([stay])
    assert bars(lane) == [("out", "0.00%", "5.88%"), ("in", "5.88%", "88.24%"), ("out", "94.12%", "5.88%")]
    assert lane.words == "In the room 09:56 to 11:04"


def test_an_open_end_is_sure_until_the_last_sign_and_hatched_after_it():
    stay = StayTimes(START, None, START + 1800)
    assert [bar[0] for bar in bars(picture().lane([stay]))] == ["in", "open"]
    closed = picture().lane([stay._replace(closed=START + 2700)])
    assert bars(closed)[1] == ("open", "50.00%", "22.06%")
    assert closed.words == "In the room since 10:00, no leave reported"


def test_while_it_runs_somebody_without_a_leave_is_in_until_now():
    now = datetime(2026, 6, 13, 8, 30, tzinfo=UTC)
    live = picture(now=now)
    lane = live.lane([StayTimes(START, None, START)])
    assert bars(lane) == [("in", "5.88%", "44.12%")]
    assert (live.now_x, lane.words) == ("50.00%", "In the room since 10:00")


def test_stays_at_the_same_time_lie_beside_each_other():
    lane = picture().lane([StayTimes(START, END, END), StayTimes(START + 60, START + 600, START + 600)])
    assert [(bar.y, bar.height) for bar in lane.bars] == [(-9, 8), (1, 8)]
    many = picture().lane([StayTimes(START + n, END, END) for n in range(5)])
    assert {bar.y for bar in many.bars} == {-14, -4, 6}


def test_nobody_is_said_to_have_been_there_who_never_was():
    lane = picture().lane([])
    assert (lane.bars, lane.words) == ((), "Never in the room")


def test_the_axis_names_start_and_end_and_round_times_between():
    assert [tick.words for tick in picture().ticks] == ["10:00", "10:10", "10:20", "10:30", "10:40", "10:50", "11:00"]
    long = SimpleNamespace(starts_at=SESSION.starts_at, ends_at=datetime(2026, 6, 13, 17, 50, tzinfo=UTC))
    words = [tick.words for tick in picture_of(long, Thresholds(), timezone="Europe/Berlin", stays=()).ticks]
    assert words == ["10:00", "12:00", "14:00", "16:00", "18:00", "19:50"]


def test_a_session_shorter_than_the_grace_time_has_no_line_for_it():
    short = SimpleNamespace(starts_at=SESSION.starts_at, ends_at=datetime(2026, 6, 13, 8, 10, tzinfo=UTC))
    assert picture_of(short, Thresholds(), timezone="UTC", stays=()).grace_x is None
    assert picture().grace_x == "27.94%"
