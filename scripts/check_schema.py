"""Say whether schema/schema.graphql is what the code prints; `--write` makes it so."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "schema" / "schema.graphql"


def main(words: list[str]) -> int:
    program = Path(sys.executable).with_name("understudy")
    printed = subprocess.run(
        [str(program), "print-schema"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    ).stdout
    if words == ["--write"]:
        COMMITTED.write_text(printed, encoding="utf-8")
        return 0
    if COMMITTED.exists() and COMMITTED.read_text(encoding="utf-8") == printed:
        return 0
    print("schema/schema.graphql is not what the code prints; run `make schema` and commit it.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
