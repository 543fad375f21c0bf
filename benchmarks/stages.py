"""How long a stage of the pipeline takes from nothing, in a copy of the project: python benchmarks/stages.py [stage]"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PARTS = ("authorities.toml", "dodo.py", "requirements.lock", "data", "notebooks", "src")


def seconds(stage: str, processes: int = 2) -> float:
    """The seconds that `doit -n processes stage` takes where nothing has been made yet."""
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
            copy(PROJECT / part, Path(folder, part))
        shutil.rmtree(Path(folder, "data/processed"), ignore_errors=True)
        start = time.perf_counter()
        command = [sys.executable, "-m", "doit", "-n", str(processes), stage]
        environment = {**os.environ, "PYTHONPATH": str(Path(folder, "src"))}
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - start


if __name__ == "__main__":
    for stage in sys.argv[1:] or ["tidy"]:
        print(f"{stage}: {seconds(stage):.1f} s")
