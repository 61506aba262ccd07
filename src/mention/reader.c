#include "mention/reader.h"

#include "mention/reading.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct reader {
    /* Fixed at creation. */
    const struct plan *told; /* NULL: each record shows its shape */
    struct plan plans[SHAPE_COUNT];
    struct plan map;
    struct reading reading;

    /* Of the last record that had a shape. */
    const char *shape;
};

int
reader_shape_known(const char *shape)
{
    return shape == NULL || shape_named(shape) != SHAPE_COUNT;
}

int
reader_pointer_valid(const char *pointer)
{
    return jdoc_pointer_valid(view_of(pointer));
}

static int
is_wanted(const struct reader_options *options, enum reader_field field)
{
    return options->fields == 0 || field == READER_FIELD_text || field == READER_FIELD_time ||
           (options->fields & READER_FIELD_BIT(field)) != 0;
}

/* 0 when out of memory. */
static int
make_plan(struct json_picker *picker,
        const struct shape *shape,
        const struct reader_options *options,
        struct plan *plan)
{
    int good = 1;

    *plan = (struct plan){ .shape = shape };
    for (enum reader_field field = 0; field < READER_FIELD_COUNT; field++) {
        const char *own = options->pointers[field];
        plan->mapped[field] = own != NULL;
        if (!is_wanted(options, field)) {
            continue;
        }
        good = good &&
               (own != NULL ? path_add(picker, view_of(own), &plan->fields[field])
                            : path_parse(picker, shape->pointers[field], &plan->fields[field]));
    }
    /* A title belongs to the preset's text, not to a text that the settings chose. */
    return good &&
           path_parse(picker, plan->mapped[READER_FIELD_text] ? NULL : shape->lead, &plan->lead);
}

static int
is_whole_map(const struct reader_options *options)
{
    return options->shape == NULL && options->pointers[READER_FIELD_text] != NULL &&
           (options->pointers[READER_FIELD_time] != NULL || options->time_default_ms != 0);
}

/* Which records the reader will see decides what it wants of them. 0 when out of memory. */
static int
make_plans(struct reader *reader, const struct reader_options *options)
{
    struct reading *reading = &reader->reading;
    enum shape_number first = SHAPE_NATIVE;
    enum shape_number last = SHAPE_COUNT - 1;

    if (is_whole_map(options)) {
        reader->told = &reader->map;
        return make_plan(reading->picker, &shape_map, options, &reader->map);
    }
    if (options->shape != NULL) {
        first = last = shape_named(options->shape);
        reader->told = &reader->plans[first];
    } else if (!shape_want_signs(reading->picker, &reading->wants)) {
        return 0;
    }
    for (enum shape_number i = first; i <= last; i++) {
        if (!make_plan(reading->picker, &shapes[i], options, &reader->plans[i]) ||
                !shape_want_asides(reading->picker, i, &reading->wants)) {
            return 0;
        }
    }
    return 1;
}

struct reader *
reader_create_for(const struct reader_options *options, enum isa isa)
{
    assert(reader_shape_known(options->shape));
    struct reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return NULL;
    }
    reader->shape = "";
    reader->reading.time_default_ms = options->time_default_ms;
    reader->reading.picker = json_picker_create(RECORD_SIZE_MAX, isa);
    if (reader->reading.picker == NULL || !make_plans(reader, options)) {
        reader_destroy(&reader);
        return NULL;
    }
    reader->reading.json = json_picker_document(reader->reading.picker);
    reader->reading.picks = json_picker_picks(reader->reading.picker);
    reader->reading.isa = isa;
    if (options->strict) {
        json_picker_be_strict(reader->reading.picker);
    }
    return reader;
}

struct reader *
reader_create(const struct reader_options *options)
{
    return reader_create_for(options, isa_choose());
}

void
reader_destroy(struct reader **reader)
{
    if (*reader == NULL) {
        return;
    }
    json_picker_destroy(&(*reader)->reading.picker);
    free(*reader);
    *reader = NULL;
}

/* From bytes to a JSON object, or the fate that ends the record before its fields are looked at. */
static enum rebato_fate
parse(struct reading *reading, struct view record)
{
    if (record.size == 0) {
        return reading_refuse(reading, REBATO_FATE_empty, "", "no bytes at all");
    }
    switch (json_pick(reading->picker, record, &reading->trouble->at)) {
    case JSON_TOO_LARGE:
        return reading_refuse(reading, REBATO_FATE_too_large, "", "larger than 1 MiB");
    case JSON_TOO_DEEP:
        return reading_refuse(reading, REBATO_FATE_too_deep, "", "nested deeper than 64");
    case JSON_MALFORMED:
        snprintf(reading->trouble->what, sizeof reading->trouble->what, "not JSON from byte %zu on",
                reading->trouble->at);
        return REBATO_FATE_malformed;
    case JSON_GOOD:
        break;
    }
    const struct json_value *root = json_picked(&reading->picks, JSON_WANT_ROOT);
    if (root == NULL || root->kind != JSON_OBJECT) {
        return reading_refuse(reading, REBATO_FATE_malformed, "", "JSON, but not an object");
    }
    return REBATO_FATE_unmatched;
}

/* Sets the plan of the record; 0 when it has none. */
static int
choose_plan(struct reader *reader)
{
    struct reading *reading = &reader->reading;
    uint64_t layout = json_picker_layout(reading->picker);

    reading->alike = layout != 0 && layout == reading->layout.number;
    if (reading->alike) {
        reading->plan = reading->layout.plan;
        return 1;
    }
    reading->plan = reader->told;
    if (reader->told == NULL) {
        enum shape_number shape = shape_detect(&reading->picks, &reading->wants);
        reading->plan = shape == SHAPE_COUNT ? NULL : &reader->plans[shape];
    }
    if (reading->plan != NULL && layout != 0) {
        reading_learn(reading, layout);
    }
    return reading->plan != NULL;
}

/* Field by field: of the whole at once, compilers make an instruction that is slow to start. */
static inline void
clear_mention(struct mention *out)
{
    static_assert(sizeof(struct mention) ==
                          3 * sizeof(int64_t) + 10 * sizeof(struct view) + 2 * sizeof(uint64_t),
            "every field is named here");
    out->time_ms = 0;
    out->platform = PLATFORM_OTHER;
    out->id = out->text = out->quoted = out->lang = (struct view){ 0 };
    out->author_id = out->author_handle = (struct view){ 0 };
    out->reply_to_id = out->reply_to_handle = out->root_id = out->link = (struct view){ 0 };
    out->author_since_ms = 0;
    out->reach = 0;
    out->text_truncated = 0;
    out->utf8_repaired = 0;
}

static enum rebato_fate
read_shape(struct reading *reading)
{
    const struct shape *shape = reading->plan->shape;
    enum rebato_fate fate = REBATO_FATE_unmatched;

    reading->out->platform = shape->platform;
    if (shape->admit != NULL) {
        fate = shape->admit(reading);
    }
    if (fate == REBATO_FATE_unmatched) {
        fate = reading_fields(reading);
    }
    if (fate == REBATO_FATE_unmatched && shape->finish != NULL) {
        fate = shape->finish(reading);
    }
    return fate;
}

enum rebato_fate
reader_read_on(struct reader *reader,
        struct view record,
        struct mention *out,
        struct reader_trouble *trouble)
{
    struct reading *reading = &reader->reading;

    assert(reader_has_room(reader));
    clear_mention(out);
    trouble->field = "";
    trouble->at = 0;
    trouble->what[0] = '\0';
    reading->out = out;
    reading->trouble = trouble;
    enum rebato_fate fate = parse(reading, record);
    if (fate != REBATO_FATE_unmatched) {
        return fate;
    }
    if (!choose_plan(reader)) {
        return reading_refuse(
                reading, REBATO_FATE_unknown_shape, "", "its keys are those of no known platform");
    }
    reader->shape = reading->plan->shape->name;
    return read_shape(reading);
}

enum rebato_fate
reader_read(struct reader *reader,
        struct view record,
        struct mention *out,
        struct reader_trouble *trouble)
{
    reader_clear(reader);
    return reader_read_on(reader, record, out, trouble);
}

void
reader_clear(struct reader *reader)
{
    reader->reading.strings_size = 0;
}

int
reader_has_room(const struct reader *reader)
{
    return STRINGS_SIZE - reader->reading.strings_size >= STRINGS_RECORD_MAX;
}

const char *
reader_shape(const struct reader *reader)
{
    return reader->shape;
}
