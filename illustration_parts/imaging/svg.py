"""SVG as text: paths of cubic Bézier curves, groups that Inkscape shows as layers, whole documents.

layer = svg.layer("lines", [svg.path(svg.describe(curves, counts, closed)[0], stroke_width="2")], fill="none")
files.write_bytes("a.svg", svg.document((height, width), "a", [layer]))
"""

from xml.sax.saxutils import quoteattr

import numpy as np

PARTS = 100  # of a pixel, to which places are rounded


def describe(curves, counts, closed):
    """Write chains of curves as path data.

    Args:
        curves: (M, 4, 2) float64 control points, each curve's first one equal to the last of the one before.
        counts: curves of each chain.
        closed: whether each chain is closed.

    Returns:
        list of str, one of each chain. The middle of pixel (0, 0) becomes (0.5, 0.5), as SVG has it.
    """
    places = np.round((np.asarray(curves) + 0.5) * PARTS)
    steps = ((places[:, 1:] - places[:, :1]) / PARTS).reshape(len(places), 6)
    texts = ["{:.7g} {:.7g} {:.7g} {:.7g} {:.7g} {:.7g}".format(*step) for step in steps.tolist()]
    begins = np.concatenate([[0], np.cumsum(counts)]).astype(int)
    heads = (places[np.minimum(begins[:-1], max(0, len(places) - 1)), 0] / PARTS).tolist() if len(places) else []
    return [
        f"M{head[0]:.7g} {head[1]:.7g}c" + " ".join(texts[begin:end]) + ("z" if ring else "")
        for head, begin, end, ring in zip(heads, begins[:-1].tolist(), begins[1:].tolist(), closed)
    ]


def path(data, **attributes):
    """A path element; attributes are written with - for _."""
    return f"<path{_write(attributes)} d={quoteattr(data)}/>"


def layer(name, elements, **attributes):
    """A group that Inkscape shows as a layer: its text."""
    head = f'<g id={quoteattr(name)} inkscape:groupmode="layer" inkscape:label={quoteattr(name)}{_write(attributes)}>'
    return "\n".join([head, *elements, "</g>"])


def document(shape, title, layers):
    """A whole SVG file.

    Args:
        shape: (height, width) in pixels. title: any text; characters that XML cannot hold become U+FFFD.
        layers: list of texts, from below.

    Returns:
        bytes, UTF-8.
    """
    height, width = shape
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>{escape(title)}</title>",
        *layers,
        "</svg>",
        "",
    ]
    return "\n".join(lines).encode()


def escape(text):
    """Write any text so that XML can hold it between tags."""
    return replace_unknown(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def replace_unknown(text):
    """Replace the characters of a text that XML cannot hold by U+FFFD."""
    return "".join(letter if _is_xml(ord(letter)) else "\ufffd" for letter in str(text))


def _is_xml(code):
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code >= 0x10000


def _write(attributes):
    return "".join(f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in attributes.items())
