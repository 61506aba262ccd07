/* sink: bytes one behind the other, for what is written piece by piece. */
#ifndef REBATO_BENCH_GENERATOR_SINK_H
#define REBATO_BENCH_GENERATOR_SINK_H

#include "core/view.h"

struct sink {
    char *at;
    size_t size;
    size_t capacity;
    int failed; /* no memory: everything after is dropped */
};

void sink_fini(struct sink *sink);
void sink_put(struct sink *sink, struct view text);
void sink_string(struct sink *sink, const char *text);
void sink_byte(struct sink *sink, char byte);
void sink_number(struct sink *sink, uint64_t number);

/* A JSON string with its quotes. */
enum sink_json { SINK_UTF8, SINK_ESCAPED /* what is not ASCII as escapes */ };
void sink_json(struct sink *sink, struct view text, enum sink_json form);

#endif
