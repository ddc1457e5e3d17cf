"""Thinning of masks to lines one pixel wide."""

import numpy as np

from illustration_parts.system.compiled import njit

GONE = np.int32(2**31 - 1)


def thin_mask(mask):
    """Thin a (H, W) bool mask to lines one pixel wide: (H, W) bool.

    The result is that of `skimage.morphology.skeletonize` (Zhang and Suen 1984, with changes). Only pixels that can
    still change are computed.
    """
    inside = np.pad(mask, 1).view(np.uint8)
    _thin(inside.reshape(-1), inside.shape[1], THINNING)
    return inside[1:-1, 1:-1] > 0


def _make_thinning_table():
    """Return (256,) uint8: whether a pixel goes in the first of two passes (1), the second (2), or both (3).

    The index has one bit for each neighbour, clockwise from the upper left. The rule is that of Zhang and Suen
    (Communications of the ACM, 1984). As in scikit-image 0.26, the neighbourhoods listed here depart from it: lines at
    45 degrees become one pixel wide, and shapes of two pixels do not vanish.
    """
    table = np.zeros(256, np.uint8)
    for index in range(256):
        ring = [index >> bit & 1 for bit in range(8)]
        _, north, _, east, _, south, _, west = ring
        starts = sum(ring[bit] < ring[(bit + 1) % 8] for bit in range(8))
        if 2 <= sum(ring) <= 6 and starts == 1:
            table[index] |= 1 if not (north and east and south) and not (east and south and west) else 0
            table[index] |= 2 if not (north and east and west) and not (north and south and west) else 0
    for passes, indices in (
        (0, (48, 129)),
        (1, (3, 6, 11, 12, 14, 131, 134, 161, 194, 198)),
        (2, (24, 26, 56, 96, 104, 108, 176, 192, 224)),
        (3, (10, 40, 130, 160)),
    ):
        table[list(indices)] = passes
    return table


THINNING = _make_thinning_table()


@njit(cache=True, nogil=True)
def _thin(inside, stride, table):
    """Thin in place; `inside` is a flat array of 0 and 1, rows of `stride` pixels with a border of zeros.

    Every pixel's neighbourhood is kept as a number. A pixel is examined when it has lost a neighbour. Then it goes in
    the next pass, or in the one after, or it stays until it loses another neighbour.

    Two things make it fast. Values are written to a list first, and the list is lengthened if that was right, because
    processors cannot predict these branches. Places are unsigned, because Python's negative indices cost a comparison.
    """
    zero, one, width, size = np.uint64(0), np.uint64(1), np.uint64(stride), np.uint64(inside.size)
    begin, end = width + one, size - width - one
    code = np.zeros(inside.size, np.uint8)  # one bit for each neighbour, clockwise from the upper left
    changed_in = np.empty(inside.size, np.int32)  # the pass in which the code last changed; GONE if not inside
    for i in range(size):
        changed_in[i] = 0 if inside[i] else GONE
    for i in range(begin, end):
        upper = inside[i - width - one] | inside[i - width] << 1 | inside[i - width + one] << 2
        lower = inside[i + width + one] << 4 | inside[i + width] << 5 | inside[i + width - one] << 6
        code[i] = upper | inside[i + one] << 3 | lower | inside[i - one] << 7
    around = np.array(  # differences modulo 2^64
        [zero - width - one, zero - width, zero - width + one, one, width + one, width, width - one, zero - one],
        np.uint64,
    )
    without = np.array([255 - (1 << ((bit + 4) & 7)) for bit in range(8)], np.uint8)  # clears the opposite bit
    going, next_going = np.empty(inside.size, np.uint32), np.empty(inside.size, np.uint32)
    later, next_later = np.empty(inside.size, np.uint32), np.empty(inside.size, np.uint32)
    changed = np.empty(inside.size, np.uint32)
    count = waiting = zero
    for i in range(begin, end):
        if inside[i] and table[code[i]]:
            first = table[code[i]] & 1 != 0
            going[count] = later[waiting] = i
            count += np.uint64(first)
            waiting += np.uint64(not first)
    turn = np.int32(1)
    while count or waiting:
        for k in range(count):
            changed_in[np.uint64(going[k])] = GONE
        found = zero
        for k in range(count):
            for bit in range(8):
                place = np.uint64(going[k]) + around[bit]
                code[place] &= without[bit]
                changed[found] = place
                found += np.uint64(changed_in[place] < turn)
                changed_in[place] = max(changed_in[place], turn)
        kind = 2 if turn % 2 else 1  # of the next pass
        count = next_waiting = zero
        for k in range(found):
            place = changed[k]
            passes = table[code[np.uint64(place)]]
            next_going[count] = next_later[next_waiting] = place
            count += np.uint64(passes & kind != 0)
            next_waiting += np.uint64(passes & kind == 0 and passes != 0)
        for k in range(waiting):
            next_going[count] = later[k]
            count += np.uint64(changed_in[np.uint64(later[k])] < turn)
        going, next_going, later, next_later = next_going, going, next_later, later
        waiting, turn = next_waiting, turn + np.int32(1)
    for i in range(size):
        inside[i] = changed_in[i] != GONE
