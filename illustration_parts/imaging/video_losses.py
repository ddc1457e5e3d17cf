"""Finds the frames of a damaged video that could not be decoded.

    losses = Losses(period)
    losses.pass_packet(time, key, corrupt, discard)      # for each packet, as it is read
    losses.pass_frame(before, time, corrupt)             # for each frame, as it comes out
    losses.describe(start, end)                          # a sentence, or None

Times are seconds, `Fraction`s.
"""

import math
from fractions import Fraction

HOLE = Fraction(3, 2)  # usual times of a frame, from one frame to the next, beyond which frames may be missing
NEAR = Fraction(1, 2)  # seconds between a sign of damage and the frames that it cost
LATE = 2  # seconds by which a decoder may bring frames late, and for how long after damage
PLACES = 3  # of missing frames that are named
MOST = 300  # places that are kept, of holes and of damage


class Losses:
    """Frames of a video that could not be decoded, found by signs of damage and holes in time.

    A hole alone proves nothing, since the rate may change. Nor does a packet that gives no frame: some hold one field
    of an interlaced frame, or a frame that is never shown.

    Args:
        period: usual time of a frame in seconds.
    """

    def __init__(self, period):
        self._period = period
        self._holes: list = []  # (from, to, frames)
        self._signs: list = []  # times of damage, the latest ones
        self._damaged: list = []  # (from, to) of such times, where they lie near to each other
        self._waiting: set = set()  # times of packets that have given no frame yet
        self._begun, self._last, self._clean = None, Fraction(0), False
        self._least = math.inf  # time from one frame to the next

    def note(self, time):
        """Note a sign of damage at a time in seconds; None if it is unknown."""
        time = self._last if time is None else time
        self._signs = [*self._signs[1 - MOST :], time]
        begin, end = self._damaged[-1] if self._damaged else (math.inf, -math.inf)
        if begin - NEAR <= time <= end + NEAR:
            self._damaged[-1] = min(begin, time), max(end, time)
            return
        self._damaged.append((time, time))
        if len(self._damaged) > MOST:  # of a file that is damaged all over
            self._damaged[-2:] = [(min(begin, time), max(end, time))]

    def is_late(self, before, time):
        """Whether a frame whose time is not after that of the last one comes late because of damage near by."""
        damaged = any(begin - LATE <= before <= end + LATE for begin, end in self._damaged)
        return damaged and before - time < LATE

    def pass_packet(self, time, key, corrupt, discard):
        """Take note of a packet: its time or None, whether it begins anew, is damaged, is not meant to be shown."""
        if corrupt:
            self.note(time)
        if time is None or discard:
            return
        if key and self._begun is None:
            self._begun = time
        if self._begun is not None and time >= self._begun:  # others need frames from before the file's beginning
            self._waiting.add(time)

    def pass_frame(self, before, time, corrupt):
        """Take note of a frame: the time of the one before or None, its own, and whether it is damaged."""
        if corrupt and self._clean:  # the first frames after a seek may be, too
            self.note(time)
        self._clean = self._clean or not corrupt
        first = before is None
        if first:
            before = (time if self._begun is None else min(self._begun, time)) - self._period
        step = time - before
        damaged = any(before - NEAR <= each <= time + NEAR for each in self._signs)
        lost = any(before < each < time for each in self._waiting) and step > HOLE * self._least
        if step > HOLE * self._period and (damaged or lost):
            self._add(before + self._period, time)
        if not first:
            self._least = min(self._least, step)
        self._waiting = {each for each in self._waiting if each > time}
        self._signs = [each for each in self._signs if each > time - 2 * NEAR]
        self._last = time

    def finish(self, time):
        """Take note of the end, after the last frame's time or None; returns where the packets end, or None."""
        ends = [each for each in (time, *self._waiting) if each is not None]
        if not ends:
            return None
        end = max(ends) + self._period
        after = time + self._period if time is not None else min(ends)
        usual = self._period / 2 if self._signs or time is None else HOLE * max(self._period, self._least)
        if end - after > usual:
            self._add(after, end)
        return end

    def _add(self, begin, end):
        self._holes.append((begin, end, max(1, round((end - begin) / self._period))))
        if len(self._holes) > MOST:  # of a file that is damaged all over
            (begin, _, count), (_, end, more) = self._holes[-2:]
            self._holes[-2:] = [(begin, end, count + more)]

    def describe(self, start, end):
        """Say what was lost between two times in seconds; None if nothing is known to be."""
        holes = [hole for hole in self._holes if hole[1] > start and hole[0] < end]
        if not holes:
            seen = [max(begin, start) for begin, until in self._damaged if until >= start and begin < end]
            return f"is damaged at {float(min(seen)):.2f} s" if seen else None
        count = sum(hole[2] for hole in holes)
        places = [f"{float(begin):.2f} to {float(until):.2f} s" for begin, until, _ in holes[:PLACES]]
        more = f" and {len(holes) - PLACES} more" if len(holes) > PLACES else ""
        return f"{count} frame{'s' * (count > 1)} could not be decoded, at {', '.join(places)}{more}"
