#include "harness/calibration.h"

#include "core/process/clock.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { ALU_STEPS = 20000000, MEMORY_SIZE = 192 << 20, COPY_SIZE = 16384, COPIES = 20000 };

/* The compiler must believe that somebody looks at the memory. */
static void
keep(const void *at)
{
    __asm__ __volatile__("" : : "r"(at) : "memory");
}

uint64_t
calibration_alu(uint64_t steps)
{
    uint64_t state = steps;

    for (uint64_t i = 0; i < steps; i++) {
        state = (state ^ (state >> 29)) * 0x9E3779B97F4A7C15ULL;
    }
    return state;
}

static double
measure_alu(void)
{
    int64_t start = clock_monotonic_ns();
    uint64_t state = calibration_alu(ALU_STEPS);

    keep(&state);
    return (double)(clock_monotonic_ns() - start) / ALU_STEPS;
}

static uint64_t
sum_words(const uint64_t *words, size_t count)
{
    uint64_t sums[4] = { 0 };

    for (size_t i = 0; i + 8 <= count; i += 8) {
        sums[0] += words[i] ^ words[i + 4];
        sums[1] += words[i + 1] ^ words[i + 5];
        sums[2] += words[i + 2] ^ words[i + 6];
        sums[3] += words[i + 3] ^ words[i + 7];
    }
    return sums[0] + sums[1] + sums[2] + sums[3];
}

static double
measure_memory(void)
{
    uint64_t *words = malloc(MEMORY_SIZE);

    if (words == NULL) {
        return 0;
    }
    memset(words, 0x5A, MEMORY_SIZE);
    int64_t start = clock_monotonic_ns();
    uint64_t sum = sum_words(words, MEMORY_SIZE / sizeof *words);
    int64_t end = clock_monotonic_ns();

    keep(&sum);
    free(words);
    return (double)(end - start) * CALIBRATION_MENTION_SIZE / MEMORY_SIZE;
}

static double
measure_copy(void)
{
    static const char from[COPY_SIZE];
    char to[COPY_SIZE];
    int64_t start = clock_monotonic_ns();

    for (int i = 0; i < COPIES; i++) {
        memcpy(to, from, sizeof to);
        keep(to);
    }
    return (double)(clock_monotonic_ns() - start) * CALIBRATION_MENTION_SIZE /
           ((double)COPY_SIZE * COPIES);
}

struct calibration
calibration_measure(void)
{
    struct calibration calibration = { .alu_ns = measure_alu() };

    calibration.memory_ns = measure_memory();
    calibration.copy_ns = measure_copy();
    return calibration;
}

int
bench_pin(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET((unsigned)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}
