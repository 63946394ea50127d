"""`python -m tests.benchmarks`: every benchmark in turn; `make bench` runs this."""

from tests.benchmarks import database, sockets

if __name__ == "__main__":
    database.main()
    sockets.main()
