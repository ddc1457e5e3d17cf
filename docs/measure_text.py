"""Report the longest sentences of the pages, and of the code's comments, docstrings and help texts.

python -m docs.measure_text            # every sentence of more than 30 words
python -m docs.measure_text 25         # of more than 25
"""

import argparse
import ast
import io
import re
import sys
import tokenize
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MOST = 30  # words; a longer sentence must be read twice
# A full stop ends a sentence where a space follows, and a capital letter, a digit, a quote or a link.
END = re.compile(r"(?<=[.!?])[)\"'*`]*\s+(?=[\"'(*]*[A-Z0-9]|[`\[])")
ABBREVIATIONS = re.compile(r"\b(et al|e\.g|i\.e|cf|vs|Fig|pp|No)\.")
HEADING = re.compile(r"^\s*(Args|Returns|Raises|Yields|Attributes|References?|Input shape|Output shape):\s*$")


class Sentence(NamedTuple):
    """A sentence: the place it starts at, how many words it has, and its text."""

    place: str
    words: int
    text: str


def split(text, place):
    """Yield the `Sentence`s of a paragraph."""
    text = ABBREVIATIONS.sub(lambda match: match[0].replace(".", "·"), " ".join(text.split()))
    for sentence in END.split(text):
        words = re.findall(r"[\w'’.·/-]*\w[\w'’.·/-]*", re.sub(r"`[^`]*`|https?://\S+", "name", sentence))
        if words:
            yield Sentence(place, len(words), sentence.replace("·", "."))


def list_sentences(path):
    """Return the `Sentence`s of a page (`.md`), without tables, code and headings, or of a Python file's texts."""
    path = Path(path)
    text = path.read_text("utf-8")
    name = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    return list(_read_page(text, name) if path.suffix == ".md" else _read_code(text, name))


def _read_page(text, name):
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    paragraph, start, listed = [], 0, False
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        item = re.match(r"\s*(?:[-*]|\d+\.) +", line)
        code = line.startswith("    ") and not (listed and not re.match(r"\s+(\.venv|make|python3?|KERAS_)", line))
        if not line.strip() or line.startswith(("|", "#", "![")) or item or code:
            yield from split(" ".join(paragraph), f"{name}:{start}")
            paragraph, start = [], number
            listed = bool(item) or listed and not (line.strip() and not line.startswith(" "))
            if item:
                paragraph.append(line[item.end() :])
        else:
            paragraph.append(line)


def _read_code(text, name):
    tree = ast.parse(text)
    done = set()  # strings that are read already, by identity
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node):
            first = node.body[0]
            done |= {id(part) for part in ast.walk(first)}
            for block in _split_docstring(ast.get_docstring(node)):
                yield from split(block, f"{name}:{first.lineno}")
    for node in ast.walk(tree):  # help texts and messages; what an f-string puts in counts as a word
        if isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else " name " for part in node.values]
            done |= {id(part) for part in ast.walk(node)}
            yield from split("".join(parts), f"{name}:{node.lineno}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in done:
            yield from split(node.value, f"{name}:{node.lineno}")
    yield from _read_comments(text, name)


def _split_docstring(text):
    """Blocks of a docstring: paragraphs, and each named argument; tables and indented commands are left out."""
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        new = re.match(r"\s+`?[\w*, \[\]]+`?: |\s*- ", line)
        if not line.strip() or HEADING.match(line) or new or line.startswith(("|", "    python")):
            yield " ".join(block)
            block = []
        if (
            line.strip()
            and not HEADING.match(line)
            and not re.match(r"\||\s*(\.venv|python3? |for |with |\w+ = )", line)
        ):
            block.append(line[new.end() :] if new else line)


def _read_comments(text, name):
    """Comments of neighbouring lines are one paragraph; a comment behind code is one of its own."""
    paragraph, start, before = [], 0, -2
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        alone = token.line.strip().startswith("#")
        if not alone or token.start[0] != before + 1:
            yield from split(" ".join(paragraph), f"{name}:{start}")
            paragraph, start = [], token.start[0]
        paragraph.append(token.string.lstrip("# "))
        before = token.start[0] if alone else -2
    yield from split(" ".join(paragraph), f"{name}:{start}")


def list_files():
    """The pages and the Python files of the suite, without its tests."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "data/README.md", *ROOT.glob("weights/*.md")]
    code = [*ROOT.glob("*.py"), *(ROOT / "docs").glob("*.py"), *(ROOT / "illustration_parts").rglob("*.py")]
    code += (ROOT / "web").glob("*.py")
    return sorted(pages) + sorted(code)


def main(arguments=None):
    """Print the sentences that are too long, the longest first; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("most", nargs="?", type=int, default=MOST, help="words of a sentence (default: %(default)s)")
    most = parser.parse_args(arguments).most
    sentences = [each for path in list_files() for each in list_sentences(path)]
    for each in sorted(sentences, key=lambda each: -each.words):
        if each.words > most:
            print(f"{each.words:3} {each.place}: {each.text}")
    print(f"{len(sentences)} sentences, {sum(each.words > most for each in sentences)} of more than {most} words")
    return 0


if __name__ == "__main__":
    sys.exit(main())
