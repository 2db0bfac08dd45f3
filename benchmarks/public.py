"""Public instances beside their best known results: `make bench ARGS="public FOLDER [SECONDS]"`.

FOLDER holds `curtois` and `inrc2`, read where they are and not copied. Before any figure is printed
the scorer of the competition must agree with the official validator on its sample. Results are
kept in `results/public.json`.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.report import Asked, Rows, conditions, keep
from solver.formats import inrc2, inrc2_score
from solver.formats.rosters import Roster

CURTOIS = {1: 607, 3: 1001, 5: 1143, 7: 1056, 9: 439, 11: 3443}
INRC2 = {"n030w4_1_6-2-9-1": 1670, "n040w4_0_2-0-6-1": 1565, "n060w4_1_6-1-1-5": 2450}
SAMPLE, SAMPLE_TOTAL = "n005w4_0_1-2-3-3", 1695
WORKERS = 2
PROGRAM = Path(sys.executable).with_name("understudy")


@dataclass(frozen=True)
class Figure:
    """One instance solved once; gaps in percent of the best known and of the objective."""

    name: str
    best_known: int
    objective: int
    bound: int | None
    status: str
    seconds: float

    @property
    def over_best(self) -> float:
        return 100 * (self.objective / self.best_known - 1)

    @property
    def proved_gap(self) -> float | None:
        if self.bound is None or not self.objective:
            return None
        return 100 * (1 - self.bound / self.objective)


def sample_total(folder: Path) -> int:
    """What our scorer says of the sample that the official validator has scored."""
    instance = inrc2.read(folder / "inrc2" / SAMPLE)
    idle: dict[int, str | None] = dict.fromkeys(range(instance.days))
    roster: Roster = {nurse.id: dict(idle) for nurse in instance.nurses}
    sample = folder / "inrc2" / "n005w4" / "sample_H0_WD_1-2-3-3"
    for file in sample.glob("Sol-*.txt"):
        week = int(file.stem[-1])
        for words in map(str.split, file.read_text(encoding="utf-8").splitlines()):
            if len(words) == 4 and words[1] in inrc2.WEEKDAYS:
                day = 7 * week + inrc2.WEEKDAYS.index(words[1])
                roster[words[0]][day] = f"{words[2]}:{words[3]}"
    return inrc2_score.score(instance, roster).objective


def measure(file: Path, form: str, best_known: int, seconds: float) -> Figure:
    """As a user would: the command in a process of its own."""
    command = [str(PROGRAM), "solve", str(file), "--format", form, "--seconds", f"{seconds:g}"]
    command += ["--workers", str(WORKERS), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    return Figure(
        name=f"{form} {file.stem}",
        best_known=best_known,
        objective=answer["objective"],
        bound=answer["bound"],
        status=answer["status"],
        seconds=answer["seconds"],
    )


def shown(figure: Figure) -> str:
    gap = "none" if figure.proved_gap is None else f"{figure.proved_gap:.1f} %"
    return (
        f"{figure.name:26} best known {figure.best_known:>5}  ours {figure.objective:>5} "
        f"(+{figure.over_best:.1f} %)  bound {figure.bound!s:>5}, proved gap {gap:>6}  "
        f"{figure.status:8} {figure.seconds:5.1f} s"
    )


def measured(folder: Path, seconds: float) -> Rows:
    total = sample_total(folder)
    if total != SAMPLE_TOTAL:
        sys.exit(f"The validator says {SAMPLE_TOTAL} of the sample, our scorer {total}.")
    print(f"  scorer and official validator agree on the sample: {total}; {seconds:g} s each")
    found = []
    files = [(folder / "curtois" / f"Instance{n}.txt", "curtois", b) for n, b in CURTOIS.items()]
    files += [(folder / "inrc2" / name, "inrc2", best) for name, best in INRC2.items()]
    for file, form, best in files:
        found.append(measure(file, form, best, seconds))
        print(f"  {shown(found[-1])}", flush=True)
    return [asdict(figure) for figure in found]


def figures(asked: Asked) -> Rows:
    if (asked.public / "curtois").is_dir():
        return measured(asked.public, asked.public_seconds)
    print(f"  left out: no instances in {asked.public} (--public FOLDER)")
    return []


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit('Say where the instances are: make bench ARGS="public FOLDER [SECONDS]".')
    folder = Path(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    said = conditions(f"make bench ARGS='public FOLDER {seconds:g}'")
    print("\n".join(f"{name}: {value}" for name, value in said.items()))
    keep("public", said, measured(folder, seconds))


if __name__ == "__main__":
    main()
