"""What the benchmarks' command lines share: options, scores by worker processes, exit codes."""

import os
import sys
from pathlib import Path

from tqdm import tqdm

from illustration_parts.networks import engine
from illustration_parts.system import cli, workers


def add_network_options(parser):
    """Add `--weights` and `--engine`."""
    parser.add_argument("--weights", metavar="FILE", help="network to run (default: the shipped one)")
    parser.add_argument("--engine", choices=engine.ENGINES, default="auto", help="what runs the network")


def add_count(parser, default, help="drawn pictures"):
    """Add `--count`, of drawn validation pictures."""
    parser.add_argument("--count", metavar="N", type=cli.whole(1), default=default, help=help)


def add_jobs(parser):
    """Add `--jobs`, of worker processes."""
    parser.add_argument("--jobs", metavar="N", type=cli.whole(1), default=os.cpu_count() or 1, help="processes")


def refuse(parser, args, names, needed):
    """End with exit code 2 if an option is given that the chosen way of measuring would ignore.

    Args:
        parser, args: of the command line.
        names: of options, as in `args`. Their defaults are None, False or "auto".
        needed: what they need, as in "--each needs --truth and --found".
    """
    for name in names:
        value = getattr(args, name)
        if not (value is None or value is False or value == "auto"):
            parser.error(f"--{name.replace('_', '-')} needs {needed}")


def check_folders(parser, *paths):
    """End with exit code 2 if one of the paths that are given is no folder."""
    for path in paths:
        if path and not Path(path).is_dir():
            parser.error(f"{path} is no folder")


def score_all(score, samples, jobs, failures, total=None):
    """Score samples in worker processes.

    Args:
        score: function of a sample that returns (name, scores, None), or (name, None, reason).
        samples: iterable of what it takes. jobs: processes. failures: list that gets the reasons.
        total: number of samples; with it a bar shows how many are done.

    Returns:
        {name: scores}, in the samples' order.
    """
    table = {}
    with workers.open_pool(jobs) as pool:
        results = workers.map_ahead(pool, score, samples, 4 * jobs)
        # None: only on a terminal.
        for name, scores, reason in tqdm(results, total=total, unit="picture", disable=None if total else True):
            if reason:
                failures.append(reason)
            else:
                table[name] = scores
    return table


def finish(table, failures, report, remarks=()):
    """Print remarks, what went wrong, and the report of what there is; returns the exit code."""
    for remark in remarks:
        print(f"benchmark.py: warning: {remark}", file=sys.stderr)
    for failure in failures:
        print(f"benchmark.py: {failure}", file=sys.stderr)
    if not table:
        print("benchmark.py: nothing to score", file=sys.stderr)
        return 1
    print(report())
    return 1 if failures else 0
