/*
 * calibration: what this machine does at this minute, so that figures of two runs can be compared.
 *
 * Clouds swing by a factor of two between minutes. Only ratios of one run count; these three
 * numbers stand beside every figure to say which kind of minute it was.
 */
#ifndef REBATO_BENCH_HARNESS_CALIBRATION_H
#define REBATO_BENCH_HARNESS_CALIBRATION_H

#include <stdint.h>

/* Bytes of one lean mention; the memory figure is told for as many. */
#define CALIBRATION_MENTION_SIZE 384

struct calibration {
    double alu_ns;    /* one step of a chain of dependent multiplications and shifts */
    double memory_ns; /* reading 384 bytes in order, of a buffer larger than the cache */
    double copy_ns;   /* copying 384 bytes that are in the cache */
};

/* About a third of a second. All zero when there is no memory for the buffer. */
struct calibration calibration_measure(void);
/* `steps` of the chain, for those who time it themselves; the result keeps it from vanishing. */
uint64_t calibration_alu(uint64_t steps);

/* Pins the calling thread to a core. False when the machine does not let us. */
int bench_pin(int cpu);

#endif
