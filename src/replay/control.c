#include "replay/control.h"

#include "core/arena.h"
#include "core/limits.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define VERSION 1

struct idle_entry {
    struct control_idle idle;
    size_t number; /* of its line: of two with one key the later one holds */
    int is_void;
};

struct control {
    struct arena *texts;
    struct control_header header;
    int has_header;
    struct idle_entry *entries; /* malloc'd */
    size_t entry_count, entry_room;
    struct control_idle *idles; /* malloc'd: what holds of the entries */
    size_t idle_count;
    int settled;                 /* idles are those of the entries */
    struct control_rules *rules; /* malloc'd */
    size_t rules_count, rules_room;
    struct control_text *pieces; /* malloc'd */
    size_t piece_count, piece_room;
    size_t lines;
};

struct control *
control_create(void)
{
    struct control *control = calloc(1, sizeof *control);

    if (control != NULL) {
        control->texts = arena_create();
    }
    if (control != NULL && control->texts == NULL) {
        control_destroy(&control);
    }
    return control;
}

void
control_destroy(struct control **control)
{
    if (*control == NULL) {
        return;
    }
    arena_destroy(&(*control)->texts);
    free((*control)->entries);
    free((*control)->idles);
    free((*control)->rules);
    free((*control)->pieces);
    free(*control);
    *control = NULL;
}

/* Memory is a precondition here: a log that was read in part would be believed. */
static void *
grow(void *at, size_t *room, size_t count, size_t size)
{
    if (count < *room) {
        return at;
    }
    *room = *room == 0 ? 64 : 2 * *room;
    void *more = reallocarray(at, *room, size);
    assert(more != NULL);
    return more;
}

static const char *
keep(struct control *control, const char *text)
{
    struct view copy = arena_copy(control->texts, view_of(text));

    assert(copy.at != NULL);
    return copy.at;
}

/* ---- members of a line ---- */

/* A line while it is read: the first thing wrong with it ends in `trouble`. */
struct line {
    const json_t *object;
    char *trouble;
    int fine;
};

static void
complain(struct line *line, const char *name, const char *what)
{
    if (line->fine) {
        snprintf(line->trouble, CONTROL_TROUBLE_SIZE, "\"%s\" %s", name, what);
    }
    line->fine = 0;
}

/* "" when it is not there. */
static const char *
text_of(struct line *line, const char *name)
{
    const char *text = json_string_value(json_object_get(line->object, name));

    if (text == NULL || text[0] == '\0') {
        complain(line, name, "is missing, or no text");
        return "";
    }
    return text;
}

static int64_t
number_of(struct line *line, const char *name, int64_t highest)
{
    const json_t *value = json_object_get(line->object, name);
    int64_t number = json_is_integer(value) ? json_integer_value(value) : -1;

    if (number < 0 || number > highest) {
        complain(line, name, "is missing, or no number that it can be");
        return 0;
    }
    return number;
}

/* ---- one kind each ---- */

static void
take_topics(struct control *control, struct line *line, struct control_header *header)
{
    const json_t *topics = json_object_get(line->object, "topics");
    size_t count = json_is_array(topics) ? json_array_size(topics) : 0;

    if (count == 0 || count > CONTROL_TOPICS_MAX) {
        complain(line, "topics", "is no list of topics");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(topics, i));
        if (name == NULL) {
            complain(line, "topics", "is no list of topics");
            return;
        }
        header->topics[header->topic_count++] = keep(control, name);
    }
}

static void
take_header(struct control *control, struct line *line)
{
    struct control_header header = {
        .deployment = text_of(line, "deployment"),
        .name_space = text_of(line, "namespace"),
        .shards = (uint32_t)number_of(line, "shards", SHARDS_MAX),
        .allow_ms = number_of(line, "allow_ms", INT64_MAX),
        .max_age_ms = number_of(line, "max_age_ms", INT64_MAX),
        .dedupe = (uint32_t)number_of(line, "dedupe", UINT32_MAX),
    };

    if (number_of(line, "version", INT64_MAX) != VERSION) {
        complain(line, "version", "is another than 1, the one that this rebato reads");
    }
    if (header.shards == 0) {
        complain(line, "shards", "is 0");
    }
    take_topics(control, line, &header);
    if (line->fine) {
        header.deployment = keep(control, header.deployment);
        header.name_space = keep(control, header.name_space);
        control->header = header;
        control->has_header = 1;
    }
}

static void
take_idle(struct control *control, struct line *line)
{
    int is_void = json_is_true(json_object_get(line->object, "void"));
    const char *topic = text_of(line, "topic");
    struct control_idle idle = {
        .partition = (int32_t)number_of(line, "partition", PARTITIONS_MAX - 1),
        .shard = (uint32_t)number_of(line, "shard", SHARDS_MAX - 1),
        .from = number_of(line, "from", INT64_MAX),
    };

    if (!is_void) {
        idle.late_below = (uint32_t)number_of(line, "late_below", UINT32_MAX);
    }
    if (!line->fine) {
        return;
    }
    idle.topic = view_of(keep(control, topic));
    control->entries = grow(
            control->entries, &control->entry_room, control->entry_count, sizeof *control->entries);
    control->entries[control->entry_count++] =
            (struct idle_entry){ .idle = idle, .number = control->lines, .is_void = is_void };
    control->settled = 0;
}

/* A revision that the ledger lost and listed anew takes the place of the lost one. */
static void
list_rules(struct control *control, const struct control_rules *rules)
{
    size_t at = control->rules_count;

    while (at > 0 && control->rules[at - 1].number >= rules->number) {
        at--;
    }
    if (at < control->rules_count && control->rules[at].number == rules->number) {
        control->rules[at] = *rules;
        return;
    }
    control->rules = grow(
            control->rules, &control->rules_room, control->rules_count, sizeof *control->rules);
    memmove(control->rules + at + 1, control->rules + at,
            (control->rules_count - at) * sizeof *control->rules);
    control->rules[at] = *rules;
    control->rules_count++;
}

static void
take_rules(struct control *control, struct line *line)
{
    struct control_rules rules = {
        .digest = text_of(line, "digest"),
        .number = (uint32_t)number_of(line, "number", UINT32_MAX),
        .from = (uint32_t)number_of(line, "from", UINT32_MAX),
    };

    if (line->fine) {
        rules.digest = keep(control, rules.digest);
        list_rules(control, &rules);
    }
}

static const struct control_text *
find_piece(const struct control *control, const char *digest, uint32_t part)
{
    for (size_t i = 0; i < control->piece_count; i++) {
        const struct control_text *piece = &control->pieces[i];
        if (piece->part == part && strcmp(piece->digest, digest) == 0) {
            return piece;
        }
    }
    return NULL;
}

static void
take_text(struct control *control, struct line *line)
{
    const json_t *text = json_object_get(line->object, "text");
    struct control_text piece = {
        .digest = text_of(line, "digest"),
        .part = (uint32_t)number_of(line, "part", CONTROL_TEXT_PARTS_MAX - 1),
        .parts = (uint32_t)number_of(line, "parts", CONTROL_TEXT_PARTS_MAX),
    };

    if (!json_is_string(text) || piece.part >= piece.parts) {
        complain(line, "text", "is missing, or no piece of one");
    }
    /* By its digest it is the same, however often it comes. */
    if (!line->fine || find_piece(control, piece.digest, piece.part) != NULL) {
        return;
    }
    piece.digest = keep(control, piece.digest);
    piece.text = arena_copy(control->texts,
            (struct view){ .at = json_string_value(text), .size = json_string_length(text) });
    assert(piece.text.at != NULL);
    control->pieces = grow(
            control->pieces, &control->piece_room, control->piece_count, sizeof *control->pieces);
    control->pieces[control->piece_count++] = piece;
}

static const struct {
    const char *type;
    void (*take)(struct control *control, struct line *line);
} kinds[] = {
    { "control", take_header },
    { "idle", take_idle },
    { "rules", take_rules },
    { "text", take_text },
};

static void
take_kind(struct control *control, struct line *line)
{
    const char *type = text_of(line, "type");

    if (!line->fine) {
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].type, type) == 0) {
            kinds[i].take(control, line);
            return;
        }
    }
    line->fine = 0;
    snprintf(line->trouble, CONTROL_TROUBLE_SIZE,
            "an event of type \"%.40s\": this rebato knows control, idle, rules and text", type);
}

enum taken { TAKEN, REFUSED, NO_JSON };

static enum taken
take(struct control *control, struct view text, char trouble[CONTROL_TROUBLE_SIZE])
{
    json_error_t error;
    json_t *object = json_loadb(text.at, text.size, JSON_REJECT_DUPLICATES, &error);
    struct line line = { .object = object, .trouble = trouble, .fine = json_is_object(object) };

    if (object == NULL) {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "no JSON object: %.150s", error.text);
        return NO_JSON;
    }
    if (line.fine) {
        take_kind(control, &line);
    } else {
        snprintf(trouble, CONTROL_TROUBLE_SIZE, "no JSON object, but another value");
    }
    json_decref(object);
    return line.fine ? TAKEN : REFUSED;
}

static enum taken
take_line(struct control *control, struct view line, char trouble[CONTROL_TROUBLE_SIZE])
{
    struct view text = view_trim(line);

    trouble[0] = '\0';
    control->lines++;
    return text.size == 0 ? TAKEN : take(control, text, trouble);
}

int
control_take(struct control *control, struct view line, char trouble[CONTROL_TROUBLE_SIZE])
{
    return take_line(control, line, trouble) == TAKEN;
}

int
control_take_all(
        struct control *control, struct view text, size_t *torn, char trouble[CONTROL_TROUBLE_SIZE])
{
    enum taken taken = TAKEN;
    size_t number = 0;
    size_t at = 0;
    char why[CONTROL_TROUBLE_SIZE];

    *torn = 0;
    trouble[0] = '\0';
    while (taken == TAKEN && at < text.size) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        size_t next = end == NULL ? text.size : (size_t)(end - text.at) + 1;
        taken = take_line(control, view_slice(text, at, next), why);
        *torn = taken == NO_JSON && end == NULL;
        at = next;
        number++;
    }
    if (taken == TAKEN || *torn) {
        return 1;
    }
    snprintf(trouble, CONTROL_TROUBLE_SIZE, "line %zu: %.200s", number, why);
    return 0;
}

/* ---- what holds ---- */

int
control_compare_idle(const struct control_idle *a, const struct control_idle *b)
{
    int order = view_compare(a->topic, b->topic);

    order = order != 0 ? order : (a->partition > b->partition) - (a->partition < b->partition);
    order = order != 0 ? order : (a->shard > b->shard) - (a->shard < b->shard);
    return order != 0 ? order : (a->from > b->from) - (a->from < b->from);
}

/* Of one key the latest comes first. */
static int
compare_entries(const void *left, const void *right)
{
    const struct idle_entry *a = left;
    const struct idle_entry *b = right;
    int order = control_compare_idle(&a->idle, &b->idle);

    return order != 0 ? order : (a->number < b->number) - (a->number > b->number);
}

static void
settle(struct control *control)
{
    size_t kept = 0;

    if (control->entry_count > 0) {
        qsort(control->entries, control->entry_count, sizeof *control->entries, compare_entries);
    }
    for (size_t i = 0; i < control->entry_count; i++) {
        const struct idle_entry *entry = &control->entries[i];
        if (kept == 0 ||
                control_compare_idle(&control->entries[kept - 1].idle, &entry->idle) != 0) {
            control->entries[kept++] = *entry;
        }
    }
    control->entry_count = kept;
    free(control->idles);
    control->idles = calloc(kept + 1, sizeof *control->idles);
    assert(control->idles != NULL);
    control->idle_count = 0;
    for (size_t i = 0; i < kept; i++) {
        if (!control->entries[i].is_void) {
            control->idles[control->idle_count++] = control->entries[i].idle;
        }
    }
    control->settled = 1;
}

const struct control_header *
control_header(const struct control *control)
{
    return control->has_header ? &control->header : NULL;
}

const struct control_idle *
control_idles(struct control *control, size_t *count)
{
    if (!control->settled) {
        settle(control);
    }
    *count = control->idle_count;
    return control->idles;
}

size_t
control_rules_count(const struct control *control)
{
    return control->rules_count;
}

const struct control_rules *
control_rules_at(const struct control *control, size_t index)
{
    assert(index < control->rules_count);
    return &control->rules[index];
}

char *
control_rules_text(const struct control *control, const char *digest, size_t *size)
{
    const struct control_text *piece = find_piece(control, digest, 0);
    uint32_t parts = piece == NULL ? 0 : piece->parts;
    char *text = malloc(parts * CONTROL_TEXT_SIZE_MAX + 1);

    assert(text != NULL);
    *size = 0;
    for (uint32_t part = 0; part < parts; part++) {
        piece = find_piece(control, digest, part);
        if (piece == NULL || piece->text.size > CONTROL_TEXT_SIZE_MAX) {
            parts = 0;
            break;
        }
        memcpy(text + *size, piece->text.at, piece->text.size);
        *size += piece->text.size;
    }
    if (parts == 0) {
        free(text);
        text = NULL;
    }
    return text;
}

/* ---- lines ---- */

static char *
print(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);

    assert(text != NULL);
    json_decref(object);
    return text;
}

char *
control_header_line(const struct control_header *header)
{
    json_t *topics = json_array();

    for (size_t i = 0; i < header->topic_count; i++) {
        json_array_append_new(topics, json_string(header->topics[i]));
    }
    return print(json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:o, s:s, s:i}", "deployment",
            header->deployment, "namespace", header->name_space, "shards",
            (json_int_t)header->shards, "allow_ms", (json_int_t)header->allow_ms, "max_age_ms",
            (json_int_t)header->max_age_ms, "dedupe", (json_int_t)header->dedupe, "topics", topics,
            "type", "control", "version", VERSION));
}

static json_t *
idle_object(const struct control_idle *idle)
{
    return json_pack("{s:s, s:s%, s:i, s:I, s:I}", "type", "idle", "topic", idle->topic.at,
            idle->topic.size, "partition", (int)idle->partition, "shard", (json_int_t)idle->shard,
            "from", (json_int_t)idle->from);
}

char *
control_idle_line(const struct control_idle *idle)
{
    json_t *object = idle_object(idle);

    json_object_set_new(object, "late_below", json_integer((json_int_t)idle->late_below));
    return print(object);
}

char *
control_void_line(const struct control_idle *idle)
{
    json_t *object = idle_object(idle);

    json_object_set_new(object, "void", json_true());
    return print(object);
}

char *
control_rules_line(const struct control_rules *rules)
{
    return print(json_pack("{s:s, s:s, s:I, s:I}", "type", "rules", "digest", rules->digest,
            "number", (json_int_t)rules->number, "from", (json_int_t)rules->from));
}

char *
control_idle_key(const struct control_idle *idle)
{
    char *key = NULL;
    int size = asprintf(&key, "idle:%.*s:%" PRId32 ":%" PRIu32 ":%" PRId64, (int)idle->topic.size,
            idle->topic.at, idle->partition, idle->shard, idle->from);

    assert(size > 0);
    return key;
}
