#!/usr/bin/env python3
"""clang-tidy over every file of src, two at a time, remembering what was clean.

usage: tidy.py BUILD_DIR CACHE_DIR [JOBS]

A file is clean for as long as its bytes, those of every project header it includes, its compile
command, .clang-tidy and the tool stay the same; their hash is the name of an empty file in the
cache. The second run over an unchanged tree takes seconds.
"""
import concurrent.futures
import hashlib
import json
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def project_files(entry):
    """The file and its headers below the root, as the compiler sees them; None if it cannot."""
    command = shlex.split(entry["command"])
    place = command.index("-o")
    command = [word for word in command[:place] + command[place + 2:] if word != "-c"]
    rule = subprocess.run(command + ["-MM", "-MT", "x"], cwd=entry["directory"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    if rule.returncode != 0:
        return None
    names = rule.stdout.replace("\\\n", " ").split()[1:]
    return sorted({(pathlib.Path(entry["directory"]) / name).resolve() for name in names})


def fingerprint(entry, common):
    files = project_files(entry)
    if files is None:
        return None
    digest = hashlib.sha256(common)
    digest.update(entry["command"].encode())
    for path in files:
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def check(entry, build, cache, common):
    """Returns what clang-tidy had to say, None when the cache answered, "" when clean."""
    known_as = fingerprint(entry, common)
    if known_as and (cache / known_as).exists():
        return None
    run = subprocess.run(["clang-tidy", "-p", str(build), "--quiet", entry["file"]], text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if run.returncode == 0 and known_as:
        (cache / known_as).touch()
        return ""
    return run.stdout or run.stderr or f"{entry['file']}: error: clang-tidy said nothing"


def main():
    build, cache = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    jobs = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, check=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()
    entries = [entry for entry in json.loads((build / "compile_commands.json").read_text())
               if pathlib.Path(entry["file"]).is_relative_to(ROOT / "src")]
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        answers = list(pool.map(lambda entry: check(entry, build, cache, common), entries))
    for text in filter(None, answers):
        print(text)
    # The end of the log is what a person sees first: every finding once, without its notes.
    lines = {line for text in filter(None, answers) for line in text.splitlines()}
    print(*sorted(line for line in lines if ": error: " in line), sep="\n")
    dirty = sum(1 for text in answers if text)
    remembered = answers.count(None)
    print(f"tidy: {len(entries)} files, {remembered} of them unchanged, {dirty} with findings")
    return 1 if dirty or not entries else 0


sys.exit(main())
