#include "kafka/usage.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t
usage_own_ns(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* The first line of a file of a thread; "" when it has gone. */
static void
read_line(const char *thread, const char *name, char line[256])
{
    char path[512];

    line[0] = '\0';
    (void)snprintf(path, sizeof path, "/proc/self/task/%s/%s", thread, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return;
    }
    if (fgets(line, 256, file) == NULL) {
        line[0] = '\0';
    }
    (void)fclose(file);
}

int64_t
usage_library_ns(void)
{
    DIR *threads = opendir("/proc/self/task");
    const struct dirent *thread;
    char line[256];
    int64_t sum = 0;

    if (threads == NULL) {
        return 0;
    }
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else reads this stream */
    while ((thread = readdir(threads)) != NULL) {
        read_line(thread->d_name, "comm", line);
        if (strncmp(line, "rdk:", 4) == 0) {
            read_line(thread->d_name, "schedstat", line);
            sum += strtoll(line, NULL, 10);
        }
    }
    (void)closedir(threads);
    return sum;
}
