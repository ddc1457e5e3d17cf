"""Scores of lines and of regions under one name, for programs that want both."""

from illustration_parts.imaging.line_scores import (
    GREYS,
    THRESHOLDS,
    WIDTHS,
    best_f,
    count_grey,
    line_scores,
    precision_recall,
    summarise_lines,
)
from illustration_parts.imaging.region_scores import (
    AP_SHORT_SIDE,
    SHORT_SIDES,
    count_boundaries,
    edge_precision,
    find_boundaries,
    find_edges,
    region_covering,
    region_scores,
    scale_shape,
    summarise_regions,
    variation_of_information,
)

__all__ = [
    "AP_SHORT_SIDE",
    "GREYS",
    "SHORT_SIDES",
    "THRESHOLDS",
    "WIDTHS",
    "best_f",
    "count_boundaries",
    "count_grey",
    "edge_precision",
    "find_boundaries",
    "find_edges",
    "line_scores",
    "precision_recall",
    "region_covering",
    "region_scores",
    "scale_shape",
    "summarise_lines",
    "summarise_regions",
    "variation_of_information",
]
