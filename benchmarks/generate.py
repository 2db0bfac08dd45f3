"""What `make bench` runs: how fast a schedule is generated, and how fast coverage is judged."""

from benchmarks import coverage, solve

if __name__ == "__main__":
    solve.main()
    coverage.main()
