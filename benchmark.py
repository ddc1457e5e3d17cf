"""Measure the quality of lines, refined lines, sketches and regions against ground truth, and the speed of everything.

    python benchmark.py lines                                  # shipped weights on 500 drawn pictures
    python benchmark.py lines --truth lines --found results    # any results against any ground truth
    python benchmark.py refine                                 # gaps, tremor, specks, clean drawings; 3 minutes
    python benchmark.py sketch --task colorize                 # sketches, or their colours, of drawn pictures; 1 minute
    python benchmark.py regions --truth maps --found results   # any region maps; 3 pictures a second for each core
    python benchmark.py regions                                # areas of line drawings with gaps; 2 minutes
    python benchmark.py speed                                  # shipped and published network, by engine; 2 minutes
    python benchmark.py speed --stages                         # the stages of predict.py: reading, network, writing
    python benchmark.py speed --long 2000                      # memory of predict.py over many pictures
    python benchmark.py speed --train                          # batches per second of a training, made and used
    python benchmark.py skeletons                              # skeleton maps, by stage, against the plain way
    python benchmark.py clips                                  # what predict.py --steady does for clips; 2 minutes

Tables are Markdown, on stdout. Times are for two CPU cores.
"""

import argparse
import sys

from illustration_parts.benchmarks import clips, lines, networks, refine, regions, skeletons, sketches, speed
from illustration_parts.benchmarks.timing import ProgramError
from illustration_parts.networks import engine
from illustration_parts.system import cli

BENCHMARKS = {  # name: (its file, help)
    "lines": (lines, "score found lines against ground truth"),
    "refine": (refine, "try a line refiner: gaps, tremor, specks, clean drawings"),
    "sketch": (sketches, "try a sketch network: sketches, grey of binary pictures, colours"),
    "regions": (regions, "score found regions against ground truth; line drawings with gaps"),
    "speed": (speed, "time and memory: of networks, of predict.py, of training"),
    "clips": (clips, "flicker and quality of clips, with predict.py --steady and without"),
    "skeletons": (skeletons, "time of skeleton maps by stage, against the plain way"),
}


def build_parser():
    """Return the parser of the command line, with a sub-command for each benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar=f"{{{','.join(BENCHMARKS)}}}")
    for name, (benchmark, text) in BENCHMARKS.items():
        command = commands.add_parser(name, help=text, formatter_class=cli.HelpFormatter)
        benchmark.add_options(command)
        command.set_defaults(run=benchmark.run)
    networks.add_commands(commands)
    return parser


def main(arguments=None):
    """Run the command line; returns the exit code."""
    parser = build_parser()
    args = parser.parse_args(arguments)
    try:
        return args.run(parser, args)
    except (engine.WeightsError, ValueError, ProgramError) as error:
        print(f"benchmark.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(cli.run_script(main))
