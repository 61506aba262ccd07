/*
 * reading: one record while it becomes a mention. Shared by the reader and by what is special about each
 * platform; nobody else sees it.
 */
#ifndef REBATO_MENTION_READING_H
#define REBATO_MENTION_READING_H

#include "core/limits.h"
#include "mention/shape.h"

#define PATH_ALTERNATIVES_MAX 6
/* What mentions point to and records do not hold: strings that had to be decoded or composed, one behind
 * the other until all are forgotten at once. Hardly any record needs more than a few hundred bytes. */
#define STRINGS_SIZE 262144 /* 256 KiB */
/* What one record can ask for: every field and what a platform adds to them, a text that is replaced by
 * the post it repeats, and a quoted one. */
#define STRINGS_RECORD_MAX ((READER_FIELD_COUNT + 8) * ID_SIZE_MAX + 3 * TEXT_SIZE_MAX)

/* A field's alternatives, cut apart once at creation. */
struct path {
    size_t count;
    json_want wants[PATH_ALTERNATIVES_MAX];
    int scalar_only[PATH_ALTERNATIVES_MAX];
};

/* What records of one layout have: the shape, and of each field's alternatives the first that is there. */
struct layout {
    uint64_t number; /* json_picker_layout()'s; 0: none yet */
    const struct plan *plan;
    json_want firsts[READER_FIELD_COUNT]; /* JSON_WANT_ROOT: none is there */
};

/* A shape with the settings' own pointers in place. */
struct plan {
    const struct shape *shape;
    struct path fields[READER_FIELD_COUNT];
    struct path lead;
    int mapped[READER_FIELD_COUNT]; /* the settings named it: not to be composed */
};

struct reading {
    /* Fixed at creation. */
    struct json_picker *picker;
    struct json_picks picks;          /* the picker's */
    const struct json_document *json; /* likewise */
    enum isa isa;
    struct shape_wants wants;
    int64_t time_default_ms;

    /* Of the record being read. */
    const struct plan *plan;
    struct mention *out;
    struct reader_trouble *trouble;
    char markup[MARKUP_SIZE_MAX]; /* a text on its way to plain text */

    /* Of a record before; most are alike. */
    struct layout layout;
    int alike; /* is the one being read? */

    /* Of all records since the strings were forgotten. */
    size_t strings_size;
    char strings[STRINGS_SIZE];
};

static_assert(STRINGS_RECORD_MAX <= STRINGS_SIZE, "after forgetting there is room for any record");

/* Cuts "a|?b|c" apart and wants what it names; NULL is no path. 0 when out of memory. */
int path_parse(struct json_picker *picker, const char *pointers, struct path *path);
/* The same for one pointer as it stands. */
int path_add(struct json_picker *picker, struct view pointer, struct path *path);

/* Remembers what the record has, whose plan is chosen: those of its layout have the same. */
void reading_learn(struct reading *reading, uint64_t layout);

/* The fields in the order of READER_FIELDS, into `out`. */
enum rebato_fate reading_fields(struct reading *reading);

/* The first alternative that is there and not null. */
const struct json_value *reading_find(const struct reading *reading, const struct path *path);

/* A short value: a string, or a number as it is written. Absent and null leave `*label` empty. 0 when it
 * is of another type or too long: then the trouble says so. */
int reading_label(struct reading *reading,
        const char *field,
        const struct json_value *value,
        struct view *label);

/* Text into out->text or out->quoted, through the shape's markup. What is NULL adds nothing. */
void reading_text(
        struct reading *reading, const struct json_value *lead, const struct json_value *value);
void reading_quoted(struct reading *reading, const struct json_value *value);

/* Pieces put together, for ids and links; empty when any piece is, or when it would be too long. */
struct view reading_join(struct reading *reading, const struct view *pieces, size_t count);

/* Sets the trouble and returns `fate`. */
enum rebato_fate reading_refuse(
        struct reading *reading, enum rebato_fate fate, const char *field, const char *what);

#endif
