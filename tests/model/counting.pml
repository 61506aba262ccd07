/*
 * counting: the protocol that keeps counts exact, small enough for every one of its histories to be looked at.
 *
 *   log ─▶ W0, W1 ─ claim, authors, apply, idle ─▶ shard 0, shard 1 ◀─ close, read, commit, publish, erase ─ J0, J1
 *
 * One partition, two brands in two shards, buckets 1 to 3. A cell is not a number but the set of records counted
 * in it, a bit each: what is lost or counted twice is seen at once, even where two faults would make the sum come
 * out right. Every step is one request, as atomic as its script is.
 *
 * Whoever stands still is a zombie: the scheduler need not choose it, and what it has under way arrives later. W0
 * still holds the partition when W1 has been given it, or J0 the lease that J1 has taken. KILLS times somebody ends
 * at once, and what it had under way is gone. ROLLBACK: the shards in these bits stand once again as they stood
 * before, and every connection to them breaks.
 *
 * A token is the name of its owner. That is enough: what a process sent under an older token of its own is lost
 * with its connection, and what outlives a connection is W0 beside W1, J0 beside J1.
 */
#ifndef N
#define N 3
#endif
#ifndef THIRD
#define THIRD 2
#endif
#ifndef WORKER_ZOMBIES
#define WORKER_ZOMBIES 1
#endif
#ifndef JUDGE_ZOMBIES
#define JUDGE_ZOMBIES 0
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef ROLLBACK
#define ROLLBACK BOTH
#endif

/* ---- the log ---- */

/* A brand speaks in every other record. All are of bucket 1 but the third, which may be of 2; the second has no
 * signal, so no author is kept of it. */
#define SHARD(o)      (o & 1)
#define BUCKET(o)     (o == 2 -> THIRD : 1)
#define SIGNALLED(set) ((set) & 13)
#define LAST      3 /* the bucket that only the wall clock closes: what is late at the end lies there */
#define BOTH      3 /* shards, a bit each */

/* Greatest bucket below an offset; a record is late below what its partition had reached. */
#define REACHED(f)   (f == 0 -> 0 : (f <= 2 -> 1 : THIRD))
#define LATE(o, lb)  (BUCKET(o) <= lb || BUCKET(o) < REACHED(o))
#define EVEN_BELOW(f) ((f > 0 -> 1 : 0) | (f > 2 -> 4 : 0))
#define ODD_BELOW(f)  ((f > 1 -> 2 : 0) | (f > 3 -> 8 : 0))
#define TRUTH(s, f)  (s == 0 -> EVEN_BELOW(f) : ODD_BELOW(f))

unsigned arrived : 3;
unsigned kills : 2 = KILLS;

/* ---- Redis ---- */

/* Sets of records by bucket, four bits each; from bucket `b` on; up to bucket `b`; all in one. */
#define IN(b, set)     ((set) << (4 * (b - 1)))
#define ABOVE(b, sets) ((sets) >> (4 * (b)))
#define UP_TO(b, sets) ((sets) & ((1 << (4 * (b))) - 1))
#define UNION(sets)    ((sets | ((sets) >> 4) | ((sets) >> 8)) & 15)
/* By their own bucket. */
#define BY_BUCKET(set) (IN(1, (set) & 11) | IN(THIRD, (set) & 4))

typedef shard_row {
    unsigned fence : 3;
    unsigned idle : 1;
    unsigned late_below : 2;
    unsigned token : 1;
    unsigned closed : 2;
    unsigned cells : 12; /* on time and late */
    unsigned authors : 8;
    unsigned lease : 2; /* 0: nobody's yet */
    unsigned folded : 4;
    unsigned folded_through : 2;
    unsigned published : 4
};

shard_row shards[2];
shard_row before[2];    /* what a rollback goes back to */
unsigned rollback : 3; /* 0: nothing kept yet; which shards were, in bits; 4: it has happened */

#define COUNTED(s) (shards[s].folded | UNION(ABOVE(shards[s].folded_through, shards[s].cells)))

/* folded + counted = truth, after every write. */
#define EXACT(s) assert(COUNTED(s) == TRUTH(s, shards[s].fence))

/* ---- workers ---- */

#define off             0
#define claiming        1
#define reading         2
#define writing_authors 3
#define applying        4
#define saying_idle     5
#define idling          6

typedef worker {
    unsigned does : 3;
    unsigned due : 4; /* shards, in bits, whose request is on its way; AUTHORS_NOT_AWAITED: 4, 8 applies */
    unsigned failed : 1; /* an answer was no, or does not come */
    unsigned wake : 1;
    unsigned from : 3; /* the range that is built: [from, to) */
    unsigned to : 3;
    unsigned hole : 3; /* STALE_QUEUE: records below it are not in the range that covers them */
    unsigned stands : 6; /* fence of each shard, as far as known */
    unsigned late_below : 4
};

worker workers[2];
unsigned moved : 1; /* the partition has been given to W1 */

#define STANDS(w, s)     ((workers[w].stands >> (3 * s)) & 7)
#define LATE_BELOW(w, s) ((workers[w].late_below >> (2 * s)) & 3)

byte set, on_time, lowest, o, b; /* of the step being made; 0 between steps */

#define forget_step() set = 0; on_time = 0; lowest = 0; o = 0; b = 0

/* What the range holds for shard s: set, on_time, and the lowest bucket of those on time. */
inline look(w, s)
{
    set = 0; on_time = 0; lowest = 9;
    o = workers[w].from;
    do
    :: o >= workers[w].to -> break
    :: else ->
        if
        :: SHARD(o) == s && o >= STANDS(w, s) && o >= workers[w].hole ->
            set = set | (1 << o);
            if
            :: !LATE(o, LATE_BELOW(w, s)) ->
                on_time = on_time | (1 << o);
                lowest = (BUCKET(o) < lowest -> BUCKET(o) : lowest)
            :: else
            fi
        :: else
        fi;
        o++
    od
}

/* Forgets all of the partition, and claims it anew; W0, when it is W1's by now, leaves it. */
inline resync(w)
{
    workers[w].does = (w == 0 && moved -> off : claiming);
    workers[w].due = (w == 0 && moved -> 0 : BOTH);
    workers[w].failed = 0;
#ifdef STALE_QUEUE
    workers[w].hole = workers[w].to;
#else
    workers[w].to = 0;
#endif
    workers[w].from = 0;
    workers[w].stands = 0;
    workers[w].late_below = 0
}

inline leave(w)
{
    resync(w);
    workers[w].does = off;
    workers[w].due = 0; workers[w].wake = 0; workers[w].to = 0; workers[w].hole = 0
}

inline claim(w, s)
{
    shards[s].token = w;
    if
    :: shards[s].idle || workers[w].wake -> shards[s].late_below = shards[s].closed
    :: else
    fi;
    shards[s].idle = 0;
    workers[w].stands = workers[w].stands | (shards[s].fence << (3 * s));
    workers[w].late_below = workers[w].late_below | (shards[s].late_below << (2 * s));
    workers[w].due = workers[w].due & ~(1 << s)
}

#define LOWER(x, y)  (x < y -> x : y)
#define HIGHER(x, y) (x > y -> x : y)

/* All shards have answered: counts on from the lowest fence. */
inline begin(w)
{
    workers[w].does = reading;
    workers[w].wake = 0;
#ifdef RESUME_MAX
    workers[w].from = HIGHER(STANDS(w, 0), STANDS(w, 1));
#else
    workers[w].from = LOWER(STANDS(w, 0), STANDS(w, 1));
#endif
    workers[w].to = HIGHER(workers[w].from, workers[w].hole)
}

#ifdef NO_TO_GUARD
#define WANTED(w, s) (workers[w].to != STANDS(w, s))
#else
#define WANTED(w, s) (workers[w].to > STANDS(w, s))
#endif

inline send_applies(w)
{
    workers[w].does = applying;
    workers[w].due = (WANTED(w, 0) -> 1 : 0) | (WANTED(w, 1) -> 2 : 0)
}

inline hand_over(w, more)
{
    workers[w].to = workers[w].to + more;
    workers[w].does = writing_authors;
    look(w, 0);
    workers[w].due = (SIGNALLED(on_time) && WANTED(w, 0) -> 1 : 0);
    look(w, 1);
    workers[w].due = workers[w].due | (SIGNALLED(on_time) && WANTED(w, 1) -> 2 : 0);
#ifdef AUTHORS_NOT_AWAITED
    /* Sent in one go; a connection keeps the order, so the authors of a shard arrive first. */
    workers[w].does = applying;
    workers[w].due = workers[w].due | (WANTED(w, 0) -> 4 : 0) | (WANTED(w, 1) -> 8 : 0);
#else
    if
    :: workers[w].due == 0 -> send_applies(w)
    :: else
    fi;
#endif
    forget_step()
}

inline write_authors(w, s)
{
    look(w, s);
    if
    :: shards[s].token != w -> workers[w].failed = 1
    :: else ->
        if
        :: shards[s].idle || lowest <= shards[s].closed ->
            workers[w].failed = 1;
            workers[w].wake = 1
        :: else ->
            shards[s].authors = shards[s].authors | BY_BUCKET(SIGNALLED(on_time))
        fi
    fi;
    workers[w].due = workers[w].due & ~(1 << s);
    forget_step()
}

/* Late ones count in the first bucket that is open. */
inline put(s)
{
    assert((set & COUNTED(s)) == 0); /* counted twice */
    shards[s].cells = shards[s].cells | BY_BUCKET(on_time);
    o = 0;
    do
    :: o == N -> break
    :: else ->
        if
        :: (set & ~on_time) & (1 << o) ->
            b = HIGHER(REACHED(o), shards[s].closed + 1);
            b = (b == 0 -> 1 : b);
            shards[s].cells = shards[s].cells | IN(b, 1 << o)
        :: else
        fi;
        o++
    od
}

#ifdef HIGH_WATER
#define MOVED(w, s)  false
#define BEHIND(w, s) false /* "already there" passes for "done" */
#define PASSED(w, s) (workers[w].to <= shards[s].fence)
#else
#define MOVED(w, s)  (shards[s].fence != STANDS(w, s))
#ifdef NO_TO_GUARD
#define BEHIND(w, s) false
#else
#define BEHIND(w, s) (workers[w].to <= shards[s].fence)
#endif
#define PASSED(w, s) false
#endif
#ifdef CLOSED_IGNORED
#define SHUT(w, s) false
#else
#define SHUT(w, s)                                                                                 \
    (shards[s].idle || shards[s].late_below != LATE_BELOW(w, s) || lowest <= shards[s].closed)
#endif

inline apply(w, s, flag)
{
    look(w, s);
    if
    :: PASSED(w, s)
    :: else ->
        if
        :: BEHIND(w, s) || MOVED(w, s) -> workers[w].failed = 1
        :: else ->
            if
            :: SHUT(w, s) ->
                workers[w].failed = 1;
                workers[w].wake = 1
            :: else ->
                put(s);
                assert(workers[w].to > shards[s].fence); /* a fence goes on */
                shards[s].fence = workers[w].to;
                EXACT(s)
            fi
        fi
    fi;
    workers[w].due = workers[w].due & ~flag;
    forget_step()
}

inline land(w)
{
    workers[w].from = workers[w].to;
    workers[w].hole = 0;
    workers[w].stands = HIGHER(workers[w].to, STANDS(w, 0)) |
                        (HIGHER(workers[w].to, STANDS(w, 1)) << 3);
    workers[w].does = reading
}

inline say_idle(w, s)
{
    if
    :: shards[s].fence != workers[w].from || shards[s].token != w -> workers[w].failed = 1
    :: else -> shards[s].idle = 1
    fi;
    workers[w].due = workers[w].due & ~(1 << s)
}

#define KNOWN_IDLE(w, s) (shards[s].idle && shards[s].token == w)

/* The last answer of a round; what was told no is dropped, claimed again and read again. */
#define NONE_DUE(w)    (workers[w].due == 0)
#define ALL_WELL(w)    (workers[w].due == 0 && !workers[w].failed)
#define ONE_FAILED(w)  (workers[w].due == 0 && workers[w].failed)

inline claimed(w, s)
{
    claim(w, s);
    if
    :: NONE_DUE(w) -> begin(w)
    :: else
    fi
}

inline authors_written(w, s)
{
    write_authors(w, s);
#ifndef AUTHORS_NOT_AWAITED
    if
    :: ONE_FAILED(w) -> resync(w)
    :: ALL_WELL(w) -> send_applies(w)
    :: else
    fi
#endif
}

inline applied(w, s, flag)
{
    apply(w, s, flag);
    if
    :: ONE_FAILED(w) -> resync(w)
    :: ALL_WELL(w) -> land(w)
    :: else
    fi
}

inline idle_said(w, s)
{
    say_idle(w, s);
    if
    :: ONE_FAILED(w) -> resync(w)
    :: ALL_WELL(w) -> workers[w].does = idling
    :: else
    fi
}

#define READS(w) (workers[w].does == reading)
/* One server takes the requests of a connection in their order; two servers have two connections. */
#define FIRST(w, flag)      (ROLLBACK != BOTH || !(workers[w].due & (flag - 1)))
#define DOES(w, what, flag) (workers[w].does == what && (workers[w].due & flag) && FIRST(w, flag))

proctype Worker(byte w)
{
end_worker:
    do
    :: d_step { DOES(w, claiming, 1) -> claimed(w, 0) }
    :: d_step { DOES(w, claiming, 2) -> claimed(w, 1) }

    /* Hands over as many records as it likes. */
    :: d_step { READS(w) && workers[w].to < arrived -> hand_over(w, 1) }
    :: d_step { READS(w) && workers[w].to + 1 < arrived -> hand_over(w, 2) }
    :: d_step { READS(w) && workers[w].to + 2 < arrived -> hand_over(w, 3) }
    :: d_step { READS(w) && workers[w].to + 3 < arrived -> hand_over(w, 4) }
#ifdef AUTHORS_NOT_AWAITED
    :: d_step { DOES(w, applying, 1) -> authors_written(w, 0) }
    :: d_step { DOES(w, applying, 2) -> authors_written(w, 1) }
    :: d_step { DOES(w, applying, 4) && !(workers[w].due & 1) -> applied(w, 0, 4) }
    :: d_step { DOES(w, applying, 8) && !(workers[w].due & 2) -> applied(w, 1, 8) }
#else
    :: d_step { DOES(w, writing_authors, 1) -> authors_written(w, 0) }
    :: d_step { DOES(w, writing_authors, 2) -> authors_written(w, 1) }
    :: d_step { DOES(w, applying, 1) -> applied(w, 0, 1) }
    :: d_step { DOES(w, applying, 2) -> applied(w, 1, 2) }
#endif

    /* The end of the log, as it stands after the claim. */
    :: d_step { READS(w) && workers[w].to == arrived ->
        workers[w].does = saying_idle;
        workers[w].due = BOTH }
    :: d_step { DOES(w, saying_idle, 1) -> idle_said(w, 0) }
    :: d_step { DOES(w, saying_idle, 2) -> idle_said(w, 1) }
    :: d_step { workers[w].does == idling && workers[w].to < arrived -> resync(w) }
    /* A former owner's claim may have taken it back: it is said again. */
    :: d_step { workers[w].does == idling && !(KNOWN_IDLE(w, 0) && KNOWN_IDLE(w, 1)) ->
        workers[w].does = saying_idle;
        workers[w].due = BOTH }

    :: d_step { workers[w].does != off && kills > 0 -> kills--; workers[w].wake = 0; resync(w) }
    :: d_step { w == 0 && moved && workers[0].does != off -> leave(0) }
    od
}

/* ---- the judge ---- */

#define closing    1
#define scanning   2
#define committing 3
#define publishing 4
#define erasing    5

typedef judge {
    unsigned does : 3;
    unsigned at : 1; /* shard */
    unsigned through : 2;
    unsigned watermark : 2; /* what was read; 3: the partition was idle */
    unsigned page : 12;
    unsigned page_authors : 8;
    unsigned folded : 4; /* memory of the brand */
    unsigned folded_through : 2
};

judge judges[2];

/* How far the shard can be closed. Only when all is counted does the wall clock close the last bucket. */
#define CLOSABLE(s)                                                                                \
    (shards[s].idle -> (shards[s].fence == N -> LAST : REACHED(shards[s].fence)) :                 \
                       (REACHED(shards[s].fence) == 2 -> 1 : 0))
#define DUE(s)                                                                                     \
    (CLOSABLE(s) > shards[s].closed || shards[s].closed > shards[s].folded_through ||              \
            UP_TO(shards[s].folded_through, shards[s].cells))

#ifdef UNFENCED
#define HOLDS(j)    true
#define FOLDED_AS(j) true
#else
#define HOLDS(j)    (shards[judges[j].at].lease == j + 1)
#define FOLDED_AS(j) (S(j).folded_through == judges[j].folded_through)
#endif
#define S(j) shards[judges[j].at]

inline forget_page(j)
{
    judges[j].page = 0; judges[j].page_authors = 0
}

/* A turn ends; whoever was told no has lost its lease, and J0 does not get it back. */
inline rest(j)
{
    forget_page(j);
    judges[j].at = 0; judges[j].through = 0; judges[j].watermark = 0;
    judges[j].folded = 0; judges[j].folded_through = 0;
    judges[j].does = (j == 0 && judges[1].does != off -> off : idling)
}

/* Lease, load and progress: between them nothing can happen that a later compare does not see. */
inline begin_turn(j, s)
{
    judges[j].at = s;
    shards[s].lease = j + 1;
    judges[j].folded = shards[s].folded;
    judges[j].folded_through = shards[s].folded_through;
    judges[j].watermark = (shards[s].idle -> 3 : REACHED(shards[s].fence));
    judges[j].through = HIGHER(CLOSABLE(s), shards[s].closed);
#ifdef READ_FIRST
    judges[j].does = scanning
#else
    judges[j].does = (judges[j].through > shards[s].closed -> closing : scanning)
#endif
}

inline close(j)
{
    if
    :: !HOLDS(j) -> rest(j)
    :: else ->
        if
#ifndef CLOSE_BLIND
        :: !S(j).idle && REACHED(S(j).fence) < judges[j].watermark -> rest(j)
#endif
        :: else ->
            S(j).closed = HIGHER(judges[j].through, S(j).closed);
#ifdef READ_FIRST
            judges[j].does = committing
#else
            judges[j].does = scanning
#endif
        fi
    fi
}

inline scan(j)
{
    judges[j].page = UP_TO(judges[j].through, S(j).cells);
    judges[j].page_authors = UP_TO(judges[j].through, S(j).authors);
#ifdef READ_FIRST
    judges[j].does = (judges[j].through > S(j).closed -> closing : committing)
#else
#ifdef ERASE_FIRST
    judges[j].does = erasing
#else
    judges[j].does = committing
#endif
#endif
}

#define UNFOLDED(j, sets) ABOVE(judges[j].folded_through, sets)

/* State and folded_through in one write; without anything to fold only what is left is published. */
inline commit(j)
{
    if
    :: judges[j].folded_through == judges[j].through -> judges[j].does = publishing
    :: else ->
        if
        :: !HOLDS(j) || !FOLDED_AS(j) || S(j).closed < judges[j].through -> rest(j)
        :: else ->
            set = UNION(UNFOLDED(j, judges[j].page));
            assert((set & judges[j].folded) == 0); /* folded twice */
            assert(UNFOLDED(j, judges[j].page_authors) ==
                    UNFOLDED(j, judges[j].page & BY_BUCKET(SIGNALLED(15)))); /* authors of those on time */
            assert(S(j).closed >= judges[j].through); /* no fold without close */
            S(j).folded = judges[j].folded | set;
            S(j).folded_through = judges[j].through;
            EXACT(judges[j].at);
            judges[j].does = publishing
        fi
    fi;
    forget_step()
}

inline publish(j)
{
    set = UNION(judges[j].page);
    assert((set & ~S(j).folded) == 0); /* what is shown is folded */
    S(j).published = S(j).published | set;
#ifdef ERASE_FIRST
    rest(j);
#else
    judges[j].does = erasing;
#endif
    forget_step()
}

#define IF_READ(j, b) (UP_TO(1, ABOVE(b - 1, judges[j].page)) -> IN(b, 15) : 0)
#define READ(j)       (IF_READ(j, 1) | IF_READ(j, 2) | IF_READ(j, 3))

/* The fields that were read, whatever stands in them by now. */
inline erase(j)
{
#ifdef ERASE_FIRST
    if
    :: !HOLDS(j) -> rest(j)
#else
    if
#ifndef UNFENCED
    :: !HOLDS(j) || S(j).folded_through < judges[j].through -> rest(j)
#endif
#endif
    :: else ->
        assert((UNION(S(j).cells & READ(j)) & ~S(j).folded) == 0); /* erased, and not folded */
        assert((UNION(S(j).cells & READ(j)) & ~S(j).published) == 0);
        S(j).cells = S(j).cells & ~READ(j);
        S(j).authors = S(j).authors & ~READ(j);
        EXACT(judges[j].at);
#ifdef ERASE_FIRST
        judges[j].does = committing
#else
        rest(j)
#endif
    fi;
    forget_step()
}

proctype Judge(byte j)
{
end_judge:
    do
    :: d_step { judges[j].does == idling && DUE(0) -> begin_turn(j, 0) }
    :: d_step { judges[j].does == idling && DUE(1) -> begin_turn(j, 1) }
    :: d_step { judges[j].does == closing -> close(j) }
    :: d_step { judges[j].does == scanning -> scan(j) }
    :: d_step { judges[j].does == committing -> commit(j) }
    :: d_step { judges[j].does == publishing -> publish(j) }
    :: d_step { judges[j].does == erasing -> erase(j) }
    :: d_step { judges[j].does != off && judges[j].does != idling && kills > 0 -> kills--; rest(j) }
    :: d_step { j == 0 && judges[1].does != off && judges[0].does == idling -> rest(0) }
    od
}

/* ---- the world ---- */

inline copy(to_shard, from_shard)
{
    to_shard.fence = from_shard.fence;
    to_shard.idle = from_shard.idle;
    to_shard.late_below = from_shard.late_below;
    to_shard.token = from_shard.token;
    to_shard.closed = from_shard.closed;
    to_shard.cells = from_shard.cells;
    to_shard.authors = from_shard.authors;
    to_shard.lease = from_shard.lease;
    to_shard.folded = from_shard.folded;
    to_shard.folded_through = from_shard.folded_through;
    to_shard.published = from_shard.published
}

/* `before` is cleared once it has served, so that histories that differ in nothing else meet again. */
shard_row nothing;

inline keep(s)
{
    if
    :: rollback & (1 << s) -> copy(before[s], shards[s])
    :: else
    fi
}

inline lose(s)
{
    if
    :: rollback & (1 << s) -> copy(shards[s], before[s]); copy(before[s], nothing)
    :: else
    fi
}

/* What was under way to a server that is gone gets no answer, and nothing built before is sent. */
inline cut_worker(w)
{
    if
    :: workers[w].does == off
    :: workers[w].does == claiming || workers[w].does == reading || workers[w].does == idling -> resync(w)
    :: else ->
        workers[w].due = workers[w].due & ~rollback;
        workers[w].failed = 1;
        if
        :: workers[w].due == 0 -> resync(w)
        :: else
        fi
    fi
}

inline cut_judge(j)
{
    if
    :: judges[j].does != off && judges[j].does != idling && (rollback & (1 << judges[j].at)) -> rest(j)
    :: else
    fi
}

proctype World()
{
    do
    :: d_step { arrived < N -> arrived++ }
    :: d_step { WORKER_ZOMBIES && !moved -> moved = 1; resync(1) }
    :: d_step { JUDGE_ZOMBIES && judges[1].does == off -> judges[1].does = idling }
#if ROLLBACK
    :: d_step { rollback == 0 -> rollback = ROLLBACK; keep(0); keep(1) }
    :: d_step { rollback == ROLLBACK ->
        lose(0); lose(1);
#ifndef HIDDEN_RECONNECT
        cut_worker(0); cut_worker(1); cut_judge(0); cut_judge(1);
#endif
        rollback = 4;
        EXACT(0); EXACT(1) }
#endif
    /* Nothing goes on: then all is counted, folded, shown, and nothing is left over. */
    :: timeout -> break
    od;
    atomic {
        assert(arrived == N && shards[0].fence == N && shards[1].fence == N);
        assert(shards[0].folded == TRUTH(0, N) && shards[1].folded == TRUTH(1, N));
        assert(shards[0].published == TRUTH(0, N) && shards[1].published == TRUTH(1, N));
        assert(shards[0].cells == 0 && shards[1].cells == 0)
    }
}

init
{
    atomic {
        judges[0].does = idling;
        judges[1].does = off;
        workers[0].does = off; workers[1].does = off;
        d_step { resync(0) };
        run Worker(0); run Worker(1); run Judge(0); run Judge(1); run World()
    }
}
