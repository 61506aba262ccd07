/*
 * phrases: what people of a generated world write, in Spanish and in English, about an invented brand of the
 * shipped rules. Each is said to be one signal and no other: that is what is put to the test.
 */
#ifndef REBATO_BENCH_CRISIS_PHRASES_H
#define REBATO_BENCH_CRISIS_PHRASES_H

#include "match/signal.h"

#include <stdint.h>

#define PHRASE_BRAND "casa-lumen"

/* SIGNAL_COUNT: no complaint. The same number, the same words. */
const char *phrase_of(enum signal signal, enum lang lang, uint32_t number);

#endif
