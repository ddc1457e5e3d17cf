"""Frames that could not be decoded: what counts as lost, and what does not."""

from fractions import Fraction

import pytest

from illustration_parts.imaging import video_losses

PERIOD = Fraction(1, 25)


def follow(packets, frames, corrupt=(), period=PERIOD):
    """Pass packets, then frames, given by times in periods; returns the `Losses`, and where the packets end."""
    losses = video_losses.Losses(period)
    for number, time in enumerate(packets):
        losses.pass_packet(time * period, number == 0, time in corrupt, False)
    before = None
    for time in frames:
        losses.pass_frame(before, time * period, False)
        before = time * period
    return losses, losses.finish(before)


@pytest.mark.parametrize(
    "packets, frames, corrupt, said",
    [
        (range(20), range(20), (), None),
        ((0, 1, 2, 9, 10), (0, 1, 2, 9, 10), (), None),  # the rate changes
        ((0, 1, 2, 9, 10), (0, 1, 2, 9, 10), (2,), "6 frames could not be decoded, at 0.12 to 0.36 s"),
        (range(20), [0, 1, 2, 3, *range(6, 20)], (), "2 frames could not be decoded, at 0.16 to 0.24 s"),
        (range(20), [0, 1, 2, *range(4, 20)], (), "1 frame could not be decoded, at 0.12 to 0.16 s"),
        (range(20), range(3, 20), (0,), "3 frames could not be decoded, at 0.00 to 0.12 s"),
        (range(20), range(17), (), "3 frames could not be decoded, at 0.68 to 0.80 s"),
        (range(40), range(0, 40, 2), (), None),  # two fields make a frame
        (range(20), range(20), (5,), "is damaged at 0.20 s"),
        (
            range(40), [each for each in range(40) if each % 7 != 3], (),
            "6 frames could not be decoded, at 0.12 to 0.16 s, 0.40 to 0.44 s, 0.68 to 0.72 s and 3 more",
        ),
    ],
)  # fmt: skip
def test_what_is_lost(packets, frames, corrupt, said):
    losses, end = follow(packets, frames, corrupt)
    assert losses.describe(0, 1e9) == said
    assert end == (max(packets) + 1) * PERIOD


def test_frames_before_the_first_key_frame_are_not_lost():
    losses = video_losses.Losses(PERIOD)
    for number in range(10):
        losses.pass_packet(number * PERIOD, number == 4, False, False)
    losses.pass_packet(20 * PERIOD, False, False, True)  # it is not meant to be shown
    before = None
    for number in range(4, 10):
        losses.pass_frame(before, number * PERIOD, number == 4)
        before = number * PERIOD
    assert losses.finish(before) == 10 * PERIOD and losses.describe(0, 9) is None


def test_places_are_counted_between_two_times_and_are_not_kept_without_end():
    frames = [each for each in range(1601) if each % 4 != 3]
    losses, _ = follow(range(1601), frames)
    assert losses.describe(0, 1) == (
        "6 frames could not be decoded, at 0.12 to 0.16 s, 0.28 to 0.32 s, 0.44 to 0.48 s and 3 more"
    )
    assert losses.describe(0, 1e9).startswith("400 frames could not be decoded")
    assert len(losses._holes) <= video_losses.MOST


def test_late_frames_are_known_only_after_damage():
    losses = video_losses.Losses(PERIOD)
    assert not losses.is_late(Fraction(5), Fraction(4))
    losses.note(Fraction(3))
    assert losses.is_late(Fraction(5), Fraction(4)) and not losses.is_late(Fraction(50), Fraction(4))
    assert not losses.is_late(Fraction(3600), Fraction(3600))
    losses.note(Fraction(3599))
    assert losses.is_late(Fraction(3600), Fraction(3600)) and not losses.is_late(Fraction(1800), Fraction(1800))


def test_damage_without_lost_frames_is_told_between_two_times():
    losses, _ = follow(range(250), range(250), corrupt=[*range(3, 76), 150])
    assert losses.describe(0, 10) == "is damaged at 0.12 s" and losses.describe(1, 2) == "is damaged at 1.00 s"
    assert losses.describe(5, 7) == "is damaged at 6.00 s"
    assert [losses.describe(*times) for times in ((0, 0.1), (3.1, 5.9), (6.1, 10))] == [None, None, None]


def test_places_of_damage_are_not_kept_without_end():
    losses = video_losses.Losses(PERIOD)
    for time in range(2 * video_losses.MOST):
        losses.note(Fraction(time))
    assert len(losses._damaged) == video_losses.MOST
    assert losses.describe(2 * video_losses.MOST - 2, 1e9) == f"is damaged at {2 * video_losses.MOST - 2}.00 s"
    assert losses.describe(10.1, 10.9) is None


def test_nothing_at_all():
    losses = video_losses.Losses(PERIOD)
    losses.note(None)
    assert losses.finish(None) is None and losses.describe(0, 1) == "is damaged at 0.00 s"
