#include "core/process/clock.h"

#include <assert.h>
#include <errno.h>
#include <time.h>

static int64_t
read_ns(clockid_t clock)
{
    struct timespec now;
    int result = clock_gettime(clock, &now);

    assert(result == 0); /* fails only for a clock that does not exist */
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t
clock_wall_ms(void)
{
    return read_ns(CLOCK_REALTIME) / 1000000;
}

int64_t
clock_monotonic_ms(void)
{
    return read_ns(CLOCK_MONOTONIC) / 1000000;
}

int64_t
clock_monotonic_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t
clock_thread_cpu_ns(void)
{
    return read_ns(CLOCK_THREAD_CPUTIME_ID);
}

void
clock_sleep_ms(int64_t duration_ms)
{
    if (duration_ms <= 0) {
        return;
    }
    struct timespec left = { .tv_sec = (time_t)(duration_ms / 1000),
        .tv_nsec = (long)(duration_ms % 1000) * 1000000 };

    /* A signal may interrupt: sleep what is left. */
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}
