"""The tables of all benchmarks, in Markdown."""


def format_table(header, rows):
    """Return a Markdown table; all columns but the first are aligned to the right."""
    widths = [max(len(str(row[column])) for row in (header, *rows)) for column in range(len(header))]

    def line(cells):
        first, *rest = (str(cell) for cell in cells)
        padded = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:]))]
        return "| " + " | ".join(padded) + " |"

    rule = "| " + " | ".join(["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]) + " |"
    return "\n".join([line(header), rule, *(line(row) for row in rows)])


def format_peak(peak):
    """Format megabytes for a table; `?` if they are unknown."""
    return "?" if peak is None else f"{peak:.0f}"
