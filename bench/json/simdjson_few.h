/* simdjson_few: text, language and followers of a record, by simdjson on demand. */
#ifndef REBATO_BENCH_JSON_SIMDJSON_FEW_H
#define REBATO_BENCH_JSON_SIMDJSON_FEW_H

#include "course/record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct few {
    struct record_string text, lang; /* until the next record is read */
    int64_t followers;
};

struct simdjson_few;
/* NULL when out of memory. */
struct simdjson_few *simdjson_few_create(void);
void simdjson_few_destroy(struct simdjson_few **reader);
/* False when it is no such record. At least 64 bytes behind the record may be read. */
int simdjson_few_read(struct simdjson_few *reader,
        enum record_shape shape,
        struct record_string json,
        struct few *out);

#ifdef __cplusplus
}
#endif

#endif
