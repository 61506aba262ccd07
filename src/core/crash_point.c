#include "core/crash_point.h"

#ifdef REBATO_CRASH_POINTS

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_SIZE 32

/* What the file says, "" when there is none. */
static void
read_wish(const char *path, char wish[NAME_SIZE])
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? 0 : read(file, wish, NAME_SIZE - 1);

    wish[size < 0 ? 0 : size] = '\0';
    if (file >= 0) {
        close(file);
    }
}

void
crash_point(const char *name)
{
    const char *path =
            getenv("REBATO_CRASH_FILE"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
    char wish[NAME_SIZE];

    if (path == NULL) {
        return;
    }
    read_wish(path, wish);
    if (strcmp(wish, name) == 0 && unlink(path) == 0) {
        (void)raise(SIGKILL);
    }
}

#endif
