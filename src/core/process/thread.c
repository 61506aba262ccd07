#include "core/process/thread.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

int
thread_start(struct thread *thread, const char *name, void *(*run)(void *), void *argument)
{
    sigset_t all;
    sigset_t before;

    assert(!thread->running);
    assert(strlen(name) <= 15); /* the kernel's limit */
    sigfillset(&all);
    /* The new thread inherits the mask, so that signals find only the main thread. */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&thread->handle, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) {
        return 0;
    }
    thread->running = 1;
    pthread_setname_np(thread->handle, name); /* for top and gdb; failing does no harm */
    return 1;
}

void
thread_join(struct thread *thread)
{
    if (!thread->running) {
        return;
    }
    int result = pthread_join(thread->handle, NULL);
    assert(result == 0); /* joined twice, or by itself */
    thread->running = 0;
}
