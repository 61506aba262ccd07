/*
 * type: what a kind of sink gives to sink.c. One row per kind; each kind is one file and knows one
 * foreign library.
 *
 * Inside this folder only.
 */
#ifndef REBATO_ALERT_SINK_TYPE_H
#define REBATO_ALERT_SINK_TYPE_H

#include "alert/sink.h"

#define SINK_TROUBLE_SIZE       256
#define SINK_TIMEOUT_MS         5000
#define SINK_TIMEOUT_MAX_MS     60000
#define SINK_RETRY_AFTER_MAX_MS (60 * 60 * 1000)

/* The options of one sink, each looked at once by its kind. */
struct sink_options {
    const struct sink_option *at;
    size_t count;
};

/* What a delivery leaves behind for whoever asks why. */
struct sink_report {
    int64_t retry_after_ms;
    char *trouble; /* SINK_TROUBLE_SIZE bytes, "" before each delivery */
};

struct sink_type {
    const char *name;
    /* NULL and `trouble` when the options cannot be right. */
    void *(*create)(const struct sink_options *options, char *trouble);
    enum sink_outcome (*deliver)(
            void *state, const struct notice *notice, struct sink_report *report);
    void (*destroy)(void *state);
};

extern const struct sink_type sink_terminal;
extern const struct sink_type sink_file;
extern const struct sink_type sink_webhook;
extern const struct sink_type sink_kafka;

/* ---- helpers for reading options ---- */

/* The value, or `otherwise` when the option is not there. */
const char *sink_option_get(
        const struct sink_options *options, const char *name, const char *otherwise);
/* False, with `trouble`, when an option is not one of `names` (which ends with NULL). */
int sink_options_known(
        const struct sink_options *options, const char *const names[], char *trouble);
/* "timeout" as a span within (0, SINK_TIMEOUT_MAX_MS]; the default when it is not there. */
int sink_option_timeout(const struct sink_options *options, int64_t *timeout_ms, char *trouble);

/* "<what> <name>: <the reason in errno>" */
void sink_say_errno(char *trouble, const char *what, const char *name);
/* Writes one line into `trouble`, cut to its size. */
void sink_say(char *trouble, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
