"""A program of its own that receives one unit and then waits to be killed."""

import sys
from pathlib import Path

from tests.journeys.bench import bench, furnished_home

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with furnished_home(folder) as home, bench(home, folder / "pictures") as standing:
        standing.sign_on()
        standing.receive_one()
        sys.stdout.write("received\n")
        sys.stdout.flush()
        while True:
            standing.player.turn()
