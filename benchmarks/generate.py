"""What `make bench` runs: how fast a schedule is generated."""

from benchmarks.solve import main

if __name__ == "__main__":
    main()
