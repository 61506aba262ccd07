/*
 * usage: who used the CPU, us or librdkafka.
 *
 * Its threads are told by their names ("rdk:main", "rdk:broker1"). Linux only; elsewhere zero.
 */
#ifndef REBATO_BENCH_KAFKA_USAGE_H
#define REBATO_BENCH_KAFKA_USAGE_H

#include <stdint.h>

/* Of the calling thread. */
int64_t usage_own_ns(void);
/* Of all threads of librdkafka that live now. */
int64_t usage_library_ns(void);

#endif
