/*
 * fault: what is wrong with a file that a person wrote, where, why, and what to do about it.
 *
 *   rules/es/outage.yaml:12:9: error: unknown key "anny" in match
 *      12 |         anny: ['\bno funciona\b']
 *         |         ^~~~
 *      advice: did you mean "any"?
 *
 * All faults of a run are collected and shown together: nobody should have to mend a file one error
 * at a time.
 */
#ifndef REBATO_CORE_YAML_FAULT_H
#define REBATO_CORE_YAML_FAULT_H

#include "core/view.h"

#include <stdio.h>

enum fault_level {
    FAULT_ERROR,
    FAULT_WARNING,
};

/* Where in a file. Lines and columns count from 1 (columns in code points); line 0 = the whole file. */
struct fault_place {
    const char *file; /* borrowed while the fault is added; copied */
    size_t line;
    size_t column;
    size_t length;      /* code points to underline, at least 1 */
    struct view source; /* the line's text, copied; may be empty */
};

struct fault {
    enum fault_level level;
    const char *file;
    size_t line;
    size_t column;
    size_t length;
    const char *source; /* "" when unknown */
    const char *what;
    const char *advice; /* "" when there is none */
};

struct fault_list;

struct fault_list *fault_list_create(void);
void fault_list_destroy(struct fault_list **list);

/* `advice` may be NULL. Past 1,000 faults only their number is kept. */
void fault_add(struct fault_list *list,
        enum fault_level level,
        struct fault_place place,
        const char *what,
        const char *advice);

/* fault_add with printf's formatting for `what`. */
void fault_addf(struct fault_list *list,
        enum fault_level level,
        struct fault_place place,
        const char *advice,
        const char *format,
        ...) __attribute__((format(printf, 5, 6)));

size_t fault_count(const struct fault_list *list, enum fault_level level);
size_t fault_list_size(const struct fault_list *list);
const struct fault *fault_at(const struct fault_list *list, size_t index);

enum fault_color { FAULT_PLAIN, FAULT_COLOR };

/* In order of file and line. Text from files is escaped for the terminal. */
void fault_print(const struct fault_list *list, FILE *out, enum fault_color color);

/* The closest of `count` known words, or NULL when none is near: for "did you mean". */
const char *fault_nearest(struct view word, const char *const *known, size_t count);

#endif
