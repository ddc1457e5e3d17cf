"""The log of a training: on the screen, in log.csv, and for TensorBoard."""

import contextlib
import csv
import importlib.util
import io
import sys

from illustration_parts.system import files

TERMS = ("matching", "adversarial", "critic")  # losses that a network with a critic reports beside the paired one


def name_fields(task, progress):
    """What is logged of a step."""
    terms = TERMS if progress.critic else ()
    return ("step", "seconds", "loss", *terms, "rate", "steps_per_second", "waited", *task.score_fields)


class Log:
    """Progress on the screen, in log.csv, and for TensorBoard where its package is installed.

    Args:
        folder: where log.csv and the event file go.
        task: a `tasks.base.Task`.
        progress: the `Progress` at the start.
        total: last step, or None if time decides.
    """

    def __init__(self, folder, task, progress, total):
        from tqdm import tqdm

        self.fields = name_fields(task, progress)
        path = folder / "log.csv"
        rows = []
        if progress.step and path.exists():
            # Lines of steps after the checkpoint belong to a run that was cut off; they come again.
            with path.open(newline="", errors="replace") as file:  # a power cut may have left anything in it
                lines = (line for line in file if "\0" not in line)
                rows = [row for row in csv.DictReader(lines) if (row.get("step") or "").isdecimal()]
            rows = [row for row in rows if int(row["step"]) <= progress.step]
        before = io.StringIO(newline="")
        writer = csv.DictWriter(before, self.fields, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        files.write_bytes(path, before.getvalue().encode())
        self.file = path.open("a", newline="")
        self.csv = csv.DictWriter(self.file, self.fields, extrasaction="ignore")
        self.terminal = sys.stderr.isatty()
        self.bar = tqdm(total=total, initial=progress.step, unit="step", disable=not self.terminal, dynamic_ncols=True)
        self.board = None
        if importlib.util.find_spec("tensorboard"):
            from tensorboard.summary import Writer

            self.board = Writer(str(folder))

    def show(self, loss, rate, left):
        """Move the bar on by one step."""
        if self.terminal:
            self.bar.set_postfix_str(f"loss {loss:.4f}, rate {rate:.1e}, left {clock(left)}", refresh=False)
            self.bar.update()

    def write(self, left=None, **values):
        """Record the values of one step; `left` is the number of seconds to go."""
        rounded = {key: f"{value:.6g}" if isinstance(value, float) else value for key, value in values.items()}
        self.csv.writerow(rounded)
        self.file.flush()
        if self.board:
            for key in set(values) - {"step", "seconds"}:
                self.board.add_scalar(key, values[key], values["step"])
        if not self.terminal or "mae" in values:
            text = "  ".join(f"{key} {rounded[key]}" for key in self.fields if key in rounded and key != "seconds")
            self.say(text + (f"  left {clock(left)}" if left is not None else ""))

    def say(self, text):
        """Print a line without breaking the bar."""
        if self.terminal:
            self.bar.clear()
        print(text, flush=True)

    def close(self):
        """Close the files; what a full disk does not take of them is lost, and has been told of."""
        self.bar.close()
        for file in filter(None, (self.file, self.board)):
            with contextlib.suppress(OSError):
                file.close()


class Silence:
    """Stands in for the `Log` in processes beside the chief's, which write nothing."""

    def __init__(self, task, progress):
        self.fields = name_fields(task, progress)

    def show(self, *_):
        pass

    def write(self, *_, **__):
        pass

    say = close = show


def clock(seconds):
    """Format seconds as h:mm:ss."""
    seconds = max(0, int(seconds))
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
