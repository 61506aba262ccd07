"""When which process dies, and whether it was caught with records in its hands."""
import random
import time

import line

# Each at least once: places named in the source by crash_point(). The first ones of a life, and those that wait
# for the group or for an alert, are rare.
HOOKS = ("authors_sent", "apply_sent", "apply_answered", "claimed", "revoked", "closed", "folded", "publishing",
         "published", "delivered")
RARE = ("claimed", "revoked")
OUTSIDE = "outside"
# Stopped for longer than its session, then let go on: a zombie that believes it owns what others count by now.
PAUSE = "pause"
PAUSES = 3
# Between two strikes, when a backlog is counted at once.
LEAST_S = 1.0


def plan(count, seed):
    """`count` kinds of death: nearly half by hook, in an order of the seed."""
    hooks = list(HOOKS) + [hook for hook in HOOKS if hook not in RARE]
    hooks = hooks[:max(count // 2, min(count, len(HOOKS)))]
    kinds = hooks + [OUTSIDE] * (count - len(hooks))
    random.Random(seed).shuffle(kinds)
    for place in range(1, PAUSES + 1):
        kinds.insert(place * len(kinds) // (PAUSES + 1), PAUSE)
    # What needs an alert has to wait for one.
    for place, kind in enumerate([kind for kind in kinds if kind == "delivered"]):
        kinds.remove(kind)
        kinds.insert(place * len(kinds) // 3, kind)
    return kinds


class Killer:
    """Lets processes die as planned, starts them again, and remembers each death."""

    def __init__(self, processes, redis, options):
        self.processes, self.redis = processes, redis
        self.session_s = options.session_ms / 1000
        self.kinds = plan(options.kills, options.seed)
        self.random = random.Random(options.seed + 1)
        self.hooks = processes[0].hooks
        self.deaths = []  # (kind, process, records counted and not applied)
        self.pauses = 0
        self.trouble = []
        self.next_at = 0
        self.next_s = 0.0
        self.due = []  # kinds of strikes from outside
        self.waiting = set()  # hooks that are to be passed
        # Spread over what is counted, not over time: where the machine is slow they wait for it. A twelfth is
        # left for hooks that have yet to be passed.
        self.every = options.mentions * 11 // 12 // (options.kills + PAUSES)

    def note_death(self, kind, process):
        left = line.unapplied(process, self.redis)
        self.deaths.append((kind, process.name, left))
        if left == 0:
            self.kinds.append(OUTSIDE)  # who had nothing in hand does not count
        process.due = time.monotonic() + self.pause_s()

    def pause_s(self):
        """Mostly short. Where somebody is to die of a rebalance the group has to miss one, and one only."""
        down = sum(process.due is not None or process.paused_until is not None for process in self.processes)
        if down == 0 and ("revoked" in self.waiting or self.random.random() < 0.1):
            return self.session_s + 1.5
        return self.random.uniform(0.05, 0.5)

    def look(self):
        """Notes who has died since."""
        dead = [process for process in self.processes if process.due is None and not process.running()]
        passed = sorted(name for name in self.waiting if not (self.hooks / name).exists())
        for process in dead:
            code = process.child.returncode
            if passed and code == -9:
                self.waiting.remove(passed[0])
                self.note_death(passed.pop(0), process)
            else:
                self.trouble.append(f"{process.name} ended by itself with {code}")
                process.due = time.monotonic() + 0.5

    def at_work(self):
        """One of those that have something in hand: a death before that shows little. None when nobody has."""
        busy = [process for process in self.processes
                if process.running() and process.paused_until is None and line.unapplied(process, self.redis)]
        return self.random.choice(busy) if busy else None

    def strike(self):
        """What is due from outside, as soon as there is somebody for it."""
        victim = self.at_work() if self.due else None
        if victim is None:
            return
        if self.due.pop(0) == PAUSE:
            victim.pause(self.session_s + self.random.uniform(0.2, 2))
            self.pauses += 1
        else:
            victim.kill()
            self.note_death(OUTSIDE, victim)

    def begin_next(self):
        kind = self.kinds.pop(0)
        if kind in (OUTSIDE, PAUSE) or kind in self.waiting:
            self.due.append(kind)
        else:
            self.waiting.add(kind)
            (self.hooks / kind).touch()

    def turn(self, applied):
        self.look()
        if self.kinds and applied >= self.next_at and time.monotonic() >= self.next_s:
            self.begin_next()
            self.next_at += int(self.every * self.random.uniform(0.5, 1.5))
            self.next_s = time.monotonic() + LEAST_S
        self.strike()
        now = time.monotonic()
        for process in self.processes:
            if process.due is not None and now >= process.due:
                process.start()
            elif process.paused_until is not None and now >= process.paused_until:
                process.go_on()

    def finished(self):
        paused = any(process.paused_until is not None for process in self.processes)
        return not (self.kinds or self.waiting or self.due or paused)

    def restart_all(self):
        for process in self.processes:
            if process.paused_until is not None:
                process.go_on()
            if not process.running():
                process.start()
