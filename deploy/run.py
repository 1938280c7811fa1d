"""`make run`: sets up the bot, then becomes the bot; training is set up in the background.

The background process holds the read end of a pipe whose only write end this process keeps over
`exec`. Whichever way the bot ends, even by `kill -9`, the pipe closes and the set-up stops with
it; the next start resumes it. So nothing has to stand between the terminal and the bot.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import environment

LOG = environment.ROOT / "var/setup-train.log"


def set_up_training() -> None:
    """Start the set-up of `.venv-train` and return at once, or say why not."""
    if environment.is_ready("train"):
        return
    full = environment.shortage("train")
    if full:
        print(full)
        return
    print(
        f"Training is being set up in the background ({environment.TRAIN_GB} GB; TRAIN=no skips "
        f"it); log: {LOG.relative_to(environment.ROOT)}"
    )
    LOG.parent.mkdir(exist_ok=True)
    read_end, write_end = os.pipe()
    with LOG.open("wb") as log:
        subprocess.Popen(
            [*low_priority(), sys.executable, environment.__file__, "train", "--until-eof"],
            stdin=read_end,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    os.close(read_end)
    os.set_inheritable(write_end, True)


def low_priority() -> list[str]:
    """The words before a command that let everything else go first."""
    nice, ionice = shutil.which("nice"), shutil.which("ionice")
    return [*([ionice, "-c", "3"] if ionice else []), *([nice, "-n", "19"] if nice else [])]


def main() -> None:
    """Set up, then become `python -m bot run`."""
    environment.obey_ctrl_c()
    environment.make("bot")
    if os.environ.get("TRAIN") != "no":
        set_up_training()
    sys.stdout.flush()
    python = str(environment.FOLDERS["bot"] / "bin/python")
    os.chdir(environment.ROOT)
    os.execv(python, [python, "-m", "bot", "run"])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
