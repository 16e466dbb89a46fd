"""A process of its own for a layout that people wrote: it sets one document and dies.

Run by its path (`rating.letter_press`), with nothing of the portal in it. It gets its document on stdin, answers on
stdout, sees an empty folder as the root of all files, writes none, has its time and memory limited, and finds behind
every address of the network a door that is shut.
"""

import json
import resource
import sys
from typing import Any

import typst

SECONDS, BYTES = 20, 2 * 1024**3
FAULT = 3
"""Exit code of a document that cannot be set; what the compiler says of it stands on stdout."""


def set_document(asked: dict[str, Any], fonts: typst.Fonts) -> bytes:
    """The PDF of the files, or the value of a label as JSON. Raises typst.TypstError."""
    common: dict[str, Any] = {
        "input": {name: text.encode() for name, text in asked["files"].items()},
        "sys_inputs": asked["inputs"],
        "font_paths": fonts,
        "ignore_system_fonts": True,
    }
    if asked["label"]:
        found: str = typst.query(selector=f"<{asked['label']}>", field="value", one=True, **common)
        return found.encode()
    content: bytes = typst.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], **common)
    return content


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer, code = set_document(json.load(sys.stdin.buffer), typst.Fonts(include_system_fonts=False)), 0
    except typst.TypstError as error:
        answer, code = json.dumps([error.message, error.diagnostic]).encode(), FAULT
    sys.stdout.buffer.write(answer)
    return code


if __name__ == "__main__":
    sys.exit(main())
