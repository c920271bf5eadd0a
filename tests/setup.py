"""What the tests need besides Python packages: Chromium and the npm clients. `python -m tests.setup`, quick when all is there.

What cannot be had is said plainly; the tests that need it then fail rather than pass unseen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NODE = Path(__file__).parent / "node"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    if not any(map(shutil.which, BROWSERS)):
        install_chromium()
    if (NODE / "package-lock.json").exists() and not (NODE / "node_modules").is_dir():
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=NODE)
    return 0


def install_chromium() -> None:
    """Debian's package; needs root."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        print(
            "Chromium is missing: install it (for example `apt-get install chromium`) to run the browser tests.",
            file=sys.stderr,
        )
        return
    print("installing Chromium for the browser tests …", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", env=quiet)
    run("apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium", env=quiet)


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
