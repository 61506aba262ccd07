/*
 * record: what a peer's parser takes out of a record; the same fields for all of them.
 *
 * Two shapes are known, the ones of the corpora: our own ("native") and X 1.1. Which one a corpus
 * has its first line tells.
 */
#ifndef REBATO_BENCH_COURSE_RECORD_H
#define REBATO_BENCH_COURSE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum record_shape { RECORD_NATIVE, RECORD_X };

struct record_string {
    const char *at; /* until the next record is read */
    size_t size;
};

struct record {
    struct record_string id, lang, author, handle, text;
    struct record_string created; /* X: as it is written */
    int64_t time_ms;              /* native */
    int64_t reach;
    int reply;
};

/* simdjson, on demand. NULL when out of memory. */
struct simdjson_reader;
struct simdjson_reader *simdjson_reader_create(void);
void simdjson_reader_destroy(struct simdjson_reader **reader);
/* False when it is no such record. At least 64 bytes behind the record may be read. */
int simdjson_reader_read(struct simdjson_reader *reader,
        enum record_shape shape,
        struct record_string json,
        struct record *record);

#ifdef __cplusplus
}
#endif

#endif
