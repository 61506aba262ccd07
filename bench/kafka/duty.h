/*
 * duty: what happens to a record once it is ours.
 *
 *   DUTY_TOUCH  one load of each cache line: the client alone
 *   DUTY_CORE   read, fold, scan for every rule, count: what a worker does
 *   DUTY_SLOW   a microsecond or two of arithmetic: a worker that is slower than its broker
 *
 * One per thread.
 */
#ifndef REBATO_BENCH_KAFKA_DUTY_H
#define REBATO_BENCH_KAFKA_DUTY_H

#include "core/isa.h"
#include "core/view.h"
#include "harness/rules.h"

#include <stdint.h>

enum duty_kind { DUTY_TOUCH, DUTY_CORE, DUTY_SLOW };

struct duty_set; /* the rules, compiled; shared */
struct duty;

/* NULL, and said on stderr, when a rule does not compile. */
struct duty_set *duty_set_create(const struct rules *rules);
void duty_set_destroy(struct duty_set **set);

struct duty *duty_create(const struct duty_set *set, enum duty_kind kind, enum isa isa);
void duty_destroy(struct duty **duty);

/* The record is not looked at after the call. */
void duty_take(struct duty *duty, struct view record);
/* What was collected and not scanned yet. */
void duty_finish(struct duty *duty);
/* The sum of all counts; the same for every way that reads the same topic. */
uint64_t duty_sum(const struct duty *duty);

#endif
