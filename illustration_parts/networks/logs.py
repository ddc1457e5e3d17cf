"""The log of a training: on the screen, in log.csv, and for TensorBoard."""

import contextlib
import csv
import importlib.util
import io
import sys

from illustration_parts.system import files

RENAMED = {"rate": "learning_rate", "critic": "discriminator"}  # columns of older logs
TERMS = ("matching", "adversarial", "discriminator")  # further losses of a network with a discriminator


def name_fields(task, progress):
    """Return the names of the values that are logged."""
    terms = TERMS if progress.adversarial_weight else ()
    return ("step", "seconds", "loss", *terms, "learning_rate", "steps_per_second", "waited", *task.score_fields)


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
            # Lines after the checkpoint's step belong to a run that was cut off: these steps are taken again.
            with path.open(newline="", errors="replace") as file:  # a power cut may have left zeros in it
                lines = (line for line in file if "\0" not in line)
                rows = [row for row in csv.DictReader(lines) if (row.get("step") or "").isdecimal()]
            rows = [{RENAMED.get(name, name): value for name, value in row.items()} for row in rows]
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

    def show(self, loss, learning_rate, left):
        """Move the bar on by one step."""
        if self.terminal:
            self.bar.set_postfix_str(
                f"loss {loss:.4f}, learning rate {learning_rate:.1e}, left {clock(left)}", refresh=False
            )
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
        """Close the files. On a full disk the last lines are lost; that has been reported."""
        self.bar.close()
        for file in filter(None, (self.file, self.board)):
            with contextlib.suppress(OSError):
                file.close()


class Silence:
    """Stands in for the `Log` in all processes but the chief's: these write nothing."""

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
