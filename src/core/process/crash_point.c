#include "core/process/crash_point.h"

#ifdef REBATO_CRASH_POINTS

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PATH_SIZE 512

/* Written once, by open_marks(). A process has one file of marks as it has one standard error. */
static _Atomic(int64_t) *marks;
static pthread_once_t marks_once = PTHREAD_ONCE_INIT;

void
crash_point(const char *name)
{
    const char *folder =
            getenv("REBATO_CRASH_FOLDER"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    char path[PATH_SIZE];

    if (folder == NULL) {
        return;
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    if (unlink(path) == 0) {
        (void)raise(SIGKILL);
    }
}

/* Without a file marks go nowhere. */
static void
open_marks(void)
{
    const char *path =
            getenv("REBATO_CRASH_MARKS"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);

    if (file < 0) {
        return;
    }
    void *at = mmap(NULL, CRASH_MARKS * sizeof *marks, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (at != MAP_FAILED) {
        marks = at;
    }
}

void
crash_mark(uint32_t slot, int64_t value)
{
    (void)pthread_once(&marks_once, open_marks);
    if (marks != NULL && slot < CRASH_MARKS) {
        /* Read by another process, and only when this one has ended. */
        atomic_store_explicit(&marks[slot], value, memory_order_relaxed);
    }
}

#endif
