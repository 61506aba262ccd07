/*
 * table: what rebato.yaml may say, one row per setting.
 *
 * Parser, range check, sample, schema and `config show` walk these rows; a setting that is not
 * here does not exist. Values of a shape of their own (lists, maps, secrets) bring a reader and a
 * fragment of the schema. For this room alone.
 */
#ifndef REBATO_APP_SETTINGS_TABLE_H
#define REBATO_APP_SETTINGS_TABLE_H

#include "app/settings/settings.h"
#include "core/arena.h"
#include "core/yaml/yaml.h"

#include <stdio.h>

#define SETTINGS_SPAN_SIZE 24

/* One reading of one file. */
struct settings_reader {
    struct settings *settings;
    struct arena *arena; /* settings->memory */
    struct fault_list *faults;
    const char
            *folder; /* of the file, with a slash at the end, or "": relative paths begin there */
};

enum setting_kind {
    SETTING_SPAN,  /* int64_t, ms */
    SETTING_COUNT, /* uint32_t */
    SETTING_WORD,  /* an enum whose values are positions in `words` */
    SETTING_TEXT,  /* const char *; "" normal: NULL */
    SETTING_OTHER, /* read and shown by functions of its own */
};

struct setting_row {
    const char *section; /* "input.late"; "": the top */
    const char *key;
    enum setting_kind kind;
    size_t offset; /* in struct settings */
    const char *unit;
    int64_t lowest, normal, highest;
    const char *text; /* TEXT: the normal value */
    const char *const *words;
    size_t word_count;
    /* In the sample: another value than the normal one; with a # before it, the line is a
     * comment. */
    const char *sample;
    const char *why;
    /* OTHER: reads. All others: looks again at what was read; may be NULL. */
    void (*read)(struct settings_reader *reader, const struct yaml_node *node);
    /* OTHER: the value as YAML flow on one line. NULL: not shown. */
    void (*show)(const struct settings *settings, FILE *out);
    const char *schema; /* OTHER: JSON Schema of the value */
};

/* A section stands behind the one it is in. */
struct setting_section {
    const char *name;
    const char *why;
};

/* Keys that people look for here and that live elsewhere, or come later. */
struct setting_elsewhere {
    const char *section;
    const char *key;
    const char *what;
    const char *advice;
};

extern const struct setting_row setting_rows[];
extern const size_t setting_row_count;
extern const struct setting_section setting_sections[];
extern const size_t setting_section_count;
extern const struct setting_elsewhere setting_elsewheres[];
extern const size_t setting_elsewhere_count;

/* "input.late" is in "input", that is in "". */
int setting_section_is_in(const char *section, const char *parent);
/* The last part of its name. */
const char *setting_section_key(const char *section);

/* ---- values; all add a fault and give 0 or NULL when the value is not as it should be ---- */

/* A scalar, copied; control characters are refused, so that a C string holds all of it. */
const char *settings_text(struct settings_reader *reader, const struct yaml_node *node);
/* A list of texts, or one text alone. */
size_t settings_texts(struct settings_reader *reader,
        const struct yaml_node *node,
        const char *texts[SETTINGS_LIST_MAX]);
/* "200ms", "30s", "10m", "2h", "35d". */
int settings_span(struct settings_reader *reader, const struct yaml_node *node, int64_t *span_ms);
/* The position among `words`, or -1. */
int settings_word(struct settings_reader *reader,
        const struct yaml_node *node,
        const char *const *words,
        size_t count);
/* A map whose keys are free, each once and at most `count_max`: its size. */
size_t settings_free_map(
        struct settings_reader *reader, const struct yaml_node *node, size_t count_max);
/* `name: value` of a free map. A name that ends in _file stands for the one before it, with the
 * value read from that file. */
int settings_property(struct settings_reader *reader,
        const struct yaml_node *map,
        size_t index,
        struct consumer_property *property);
/* Below the settings file's folder unless absolute; in the arena. */
const char *settings_path(const struct settings_reader *reader, const char *path);
/* A secret's file, trimmed: it must be there and hold one line. */
const char *settings_secret_file(struct settings_reader *reader, const struct yaml_node *node);
/* Copies into the arena; memory is a precondition of starting at all. */
const char *settings_keep(const struct settings_reader *reader, struct view text);

/* Adds a fault of the expanded text to `faults`, without what variables stand for. */
void settings_fault_as_written(
        struct fault_list *faults, const struct fault *fault, struct view text);

/* Is a property of that name a secret? "sasl.password", "ssl.key.pem", ... */
int settings_is_secret_name(const char *name);
/* An address without what may be secret in it: its user and password, and a path that may be a
 * token. */
void settings_show_address(const char *url, FILE *out);
/* "90s", "2h": in the largest unit that divides it. Returns `text`. */
const char *settings_span_text(int64_t span_ms, char text[SETTINGS_SPAN_SIZE]);
/* In double quotes, escaped, as YAML and JSON both read it. */
void settings_show_text(const char *text, FILE *out);

/* ---- readers and showers of OTHER rows ---- */

void settings_read_schema(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_brokers(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_topics(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_start(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_properties(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_fields(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_rules(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_redis_url(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_redis_url_file(struct settings_reader *reader, const struct yaml_node *node);
void settings_read_channels(struct settings_reader *reader, const struct yaml_node *node);

/* Looks again at a value that was read. */
void settings_check_shape(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_namespace(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_checkpoint_file(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_checkpoint_topic(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_sensitivity(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_control_file(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_control_topic(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_listen(struct settings_reader *reader, const struct yaml_node *node);
void settings_check_external_url(struct settings_reader *reader, const struct yaml_node *node);

/* What channels take over from the rest of the file, then what they still lack. */
void settings_complete_channels(struct settings_reader *reader, const struct yaml_node *root);

void settings_show_topics(const struct settings *settings, FILE *out);
void settings_show_start(const struct settings *settings, FILE *out);
void settings_show_brokers(const struct settings *settings, FILE *out);
void settings_show_properties(const struct settings *settings, FILE *out);
void settings_show_fields(const struct settings *settings, FILE *out);
void settings_show_rules(const struct settings *settings, FILE *out);
void settings_show_redis_url(const struct settings *settings, FILE *out);
void settings_show_schema(const struct settings *settings, FILE *out);
void settings_show_channels(const struct settings *settings, FILE *out);

#endif
