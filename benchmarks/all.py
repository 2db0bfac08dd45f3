"""What bare `make bench` runs: every benchmark, one after another, in some ten minutes.

Words for it go into ARGS behind the name: `make bench ARGS="all 20 --long 60 --write"`.
"""

from benchmarks import conflicts, control, coverage, live, public, repair, solve
from benchmarks.report import run

BENCHMARKS = {
    "solve": solve.figures,
    "coverage": coverage.figures_of_coverage,
    "conflicts": conflicts.figures,
    "repair": repair.figures,
    "control": control.figures,
    "public": public.figures,
    "live": live.quick,
}

if __name__ == "__main__":
    run(BENCHMARKS, "all")
