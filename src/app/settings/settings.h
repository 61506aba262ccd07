/*
 * settings: rebato.yaml, read strictly: every key known, every value in range, every fault located.
 *
 * Plain values are rows of a table (table.h): name, unit, lowest, normal, highest and why.
 * The parser, the range check, `rebato config schema` and `rebato config init` all come from it.
 * Secrets come from the environment (${NAME}) or from files (*_file), never from the command
 * line.
 */
#ifndef REBATO_APP_SETTINGS_SETTINGS_H
#define REBATO_APP_SETTINGS_SETTINGS_H

#include "core/process/log.h"
#include "core/yaml/fault.h"
#include "ingest/consumer.h"
#include "match/rule.h"
#include "mention/reader.h"

#include <stdint.h>

#define SETTINGS_SCHEMA       "rebato/config/v1"
#define SETTINGS_CHANNELS_MAX 32
#define SETTINGS_LIST_MAX     64
#define SETTINGS_WORKERS_MAX  64
#define SETTINGS_SIZE_MAX     ((size_t)1024 * 1024)

struct settings_channel {
    const char *name;
    const char *type;                                    /* terminal, webhook, kafka, file */
    struct consumer_property options[SETTINGS_LIST_MAX]; /* name and value */
    size_t option_count;
    size_t line; /* where it stands in the file */
    size_t column;
};

struct settings {
    /* input.kafka */
    const char *brokers; /* "a:9092,b:9092"; NULL: not set */
    const char *topics[SETTINGS_LIST_MAX];
    size_t topic_count;
    const char *group;
    enum start_policy start;
    int64_t start_time_ms;
    struct consumer_property properties[SETTINGS_LIST_MAX];
    size_t property_count;

    /* input.shape, input.fields */
    struct reader_options reader;

    /* input.late, input.dedupe */
    int64_t allow_ms;
    int64_t idle_ms;
    int64_t max_age_ms; /* 0: any */
    uint32_t dedupe_records;

    /* rules: files and folders (patterns expanded); none: the packs inside the binary */
    const char *rules[SETTINGS_LIST_MAX];
    size_t rule_count;

    /* patterns */
    uint32_t always_max; /* that may run on every text */

    /* redis */
    const char *redis_url; /* "memory:" when not set */
    const char *redis_namespace;
    uint32_t redis_shards;
    int64_t redis_timeout_ms;
    int64_t retain_10s_ms;
    int64_t retain_5m_ms;
    int64_t retain_1h_ms;

    /* checkpoint: one of the two, or none */
    const char *checkpoint_file;
    const char *checkpoint_topic;
    int64_t checkpoint_every_ms;

    /* judge */
    const char *deployment; /* part of incident ids; default: redis_namespace */
    enum sensitivity sensitivity;
    int has_sensitivity; /* 0: not said, every rule keeps its own */
    int64_t learning_ms;
    int64_t cool_after_ms;
    int64_t resolve_after_ms;
    int64_t reopen_within_ms;

    /* control: at most one of the two */
    const char *control_file; /* NULL: not said */
    const char *control_topic;

    /* workers, linger, turn */
    uint32_t workers;
    int64_t linger_ms;
    int64_t turn_ms;
    int64_t early_ms;

    struct settings_channel channels[SETTINGS_CHANNELS_MAX];
    size_t channel_count;

    const char *web_listen;   /* NULL: no page */
    const char *external_url; /* "": not said */
    const char *timezone;     /* accepted and kept; times are shown in UTC */
    enum lang lang;
    enum log_level log_level;
    enum log_format log_format;

    /* Those of the strings above that came from a *_file: never shown. */
    const char *secrets[SETTINGS_LIST_MAX];
    size_t secret_count;

    void *memory; /* what the strings above live in; freed by settings_fini */
};

/* The defaults. */
void settings_init(struct settings *settings);
/* Also after a reading that failed. */
void settings_fini(struct settings *settings);

/* Reads a file over the defaults. All faults are added; false when one of them is an error. */
int settings_read(struct settings *settings, const char *path, struct fault_list *faults);
/* The same from bytes. */
int settings_parse(
        struct settings *settings, const char *file, struct view text, struct fault_list *faults);

/* Adds a fault for each thing that `rebato run` needs and the file does not say; 0 when there is
 * one. */
int settings_expect_input(
        const struct settings *settings, const char *file, struct fault_list *faults);

/* The values in force, as a file that could be read again but for its secrets: those are "***".
 * malloc'd. */
char *settings_show(const struct settings *settings);

/* A commented sample that settings_parse() takes without a fault; malloc'd. */
char *settings_sample(void);
/* JSON Schema of the file; malloc'd. */
char *settings_schema(void);

#endif
