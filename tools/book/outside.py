#!/usr/bin/env python3
"""A preprocessor of mdBook: links that leave the book lead to the repository. Python 3.9 and nothing else.

Pages are read on GitHub too, where `../actions/lint/README.md` is the right link. In the book nothing is there, so it
becomes the file's address. See <https://rust-lang.github.io/mdBook/for_developers/preprocessors.html>.
"""
import json
import posixpath
import re
import sys

LINK = re.compile(r"(?<=\]\()(\.\./[^)\s]+)(?=\))")


def address(link, folder, repository, source):
    """The address of a link that leaves the book, or the link."""
    path = posixpath.normpath(posixpath.join(source, folder, link))
    below = posixpath.normpath(source) + "/"
    return link if path.startswith(below) else f"{repository}/blob/main/{path}"


def rewritten(text, folder, repository, source):
    """The page with its links; what stands in a code block is no link."""
    lines, fenced = [], False
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        if not fenced:
            line = LINK.sub(lambda found: address(found.group(1), folder, repository, source), line)
        lines.append(line)
    return "\n".join(lines)


def visit(items, repository, source):
    """Rewrites every chapter, with those below it."""
    for item in items:
        chapter = item.get("Chapter") if isinstance(item, dict) else None
        if chapter:
            folder = posixpath.dirname(chapter.get("path") or "")
            chapter["content"] = rewritten(chapter["content"], folder, repository, source)
            visit(chapter["sub_items"], repository, source)


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    context, book = json.load(sys.stdin)
    repository = context["config"]["output"]["html"]["git-repository-url"]
    # Older versions of mdBook call them sections.
    visit(book.get("items") or book.get("sections") or [], repository, "docs")
    json.dump(book, sys.stdout)


if __name__ == "__main__":
    main()
