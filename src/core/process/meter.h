/*
 * meter: a counter with one writer and any number of readers.
 *
 * No lock and no locked instruction: the writer loads and stores its own counter, relaxed. A reader sees
 * some recent value, which is what a metric is.
 */
#ifndef REBATO_CORE_PROCESS_METER_H
#define REBATO_CORE_PROCESS_METER_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t meter;

/* Owner thread only. */
static inline void
meter_add(meter *counter, uint64_t amount)
{
    uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, now + amount, memory_order_relaxed);
}

static inline void
meter_set(meter *counter, uint64_t value)
{
    atomic_store_explicit(counter, value, memory_order_relaxed);
}

/* Any thread. */
static inline uint64_t
meter_read(const meter *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

#endif
