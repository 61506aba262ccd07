"""Processes that count together, how they die, and how far they had come."""
import mmap
import os
import pathlib
import signal
import struct
import subprocess
import time

MARKS = 512  # CRASH_MARKS of src/core/process/crash_point.h
SHARDS = 4


class Process:
    """One `rebato run`, started again and again under the same name."""

    def __init__(self, name, binary, settings, folder):
        self.name, self.binary, self.settings = name, binary, settings
        self.folder = pathlib.Path(folder)
        self.hooks = self.folder / "hooks"
        self.hooks.mkdir(exist_ok=True)
        self.log_path = self.folder / f"{name}.log"
        self.marks_path = self.folder / f"{name}.marks"
        self.child, self.due, self.paused_until = None, None, None

    def start(self):
        self.marks_path.write_bytes(bytes(8 * MARKS))
        environment = dict(os.environ, REBATO_CRASH_FOLDER=str(self.hooks), REBATO_CRASH_MARKS=str(self.marks_path))
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen([self.binary, "run", "-c", str(self.settings)], stdin=subprocess.DEVNULL,
                                          stdout=subprocess.DEVNULL, stderr=log, env=environment)
        self.due = None

    def running(self):
        return self.child is not None and self.child.poll() is None

    def kill(self):
        self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def pause(self, seconds):
        self.child.send_signal(signal.SIGSTOP)
        self.paused_until = time.monotonic() + seconds

    def go_on(self):
        self.child.send_signal(signal.SIGCONT)
        self.paused_until = None

    def counted(self):
        """{partition: the offset up to which it had counted}, of the process that has ended or runs."""
        with open(self.marks_path, "rb") as file, mmap.mmap(file.fileno(), 8 * MARKS, prot=mmap.PROT_READ) as marks:
            values = struct.unpack(f"{MARKS}q", marks[:])
        return {values[i]: values[i + 1] for i in range(0, MARKS, 2) if values[i + 1] > 0}

    def stop(self, seconds=10):
        """Asked to end; its exit code, None when it had to be killed."""
        if not self.running():
            return self.child.returncode if self.child else None
        self.child.terminate()
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


def unapplied(process, redis):
    """Records that the process has counted and that no fence covers. Of a dead one nobody else moves the fences
    before its session ends, and what it had sent has arrived by now."""
    fences = redis.fences(SHARDS)
    return sum(max(0, offset - min(fences.get(partition, [0]))) for partition, offset in process.counted().items())
