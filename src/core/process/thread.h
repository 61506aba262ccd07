/*
 * thread: start, name and join; and the one flag that asks everybody to stop.
 */
#ifndef REBATO_CORE_PROCESS_THREAD_H
#define REBATO_CORE_PROCESS_THREAD_H

#include <pthread.h>
#include <stdatomic.h>

struct thread {
    pthread_t handle;
    int running;
};

/* Main thread. `name` is at most 15 bytes. Signals stay with the main thread. 0 when it could not
 * start. */
int thread_start(struct thread *thread, const char *name, void *(*run)(void *), void *argument);
/* Waits for the thread's end; harmless when it never started. */
void thread_join(struct thread *thread);

/* Set once, by a signal or by the thread that finds the work done; read by all. */
struct stop_flag {
    atomic_int raised;
};

static inline void
stop_raise(struct stop_flag *flag)
{
    /* Pairs with stop_raised(): whoever sees the flag sees what was written before it. */
    atomic_store_explicit(&flag->raised, 1, memory_order_release);
}

static inline int
stop_raised(const struct stop_flag *flag)
{
    /* Pairs with stop_raise(). */
    return atomic_load_explicit(&flag->raised, memory_order_acquire);
}

#endif
