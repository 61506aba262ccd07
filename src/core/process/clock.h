/*
 * clock: the one file that asks the operating system what time it is.
 *
 * Verdicts never depend on it: event time enters the engine as an argument. The wall clock stamps
 * `updated_ms` and log lines; the monotonic clock times timeouts and progress.
 */
#ifndef REBATO_CORE_PROCESS_CLOCK_H
#define REBATO_CORE_PROCESS_CLOCK_H

#include <stdint.h>

int64_t clock_wall_ms(void);
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_ns(void);
int64_t clock_thread_cpu_ns(void);
void clock_sleep_ms(int64_t duration_ms);

#endif
