"""RQ entry points: ids in, one service call. The schedule is data, in `schedule.py`."""
