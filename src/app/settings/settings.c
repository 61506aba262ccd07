/*
 * One pass over the file: sections, then the rows of each, then what depends on several of them.
 * Reading goes on behind a fault, and a value that is refused leaves the normal one, so that one
 * run shows all that is wrong. Faults are gathered aside first: see faults.c.
 */
#include "app/settings/settings.h"

#include "app/packs.h"
#include "app/settings/table.h"

#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

#define KEYS_MAX 64

/* ---- the normal values ---- */

static void
set_normal(struct settings *settings, const struct setting_row *row)
{
    char *at = (char *)settings + row->offset;
    unsigned word = (unsigned)row->normal;
    uint32_t count = (uint32_t)row->normal;
    const char *text = row->text == NULL || row->text[0] == '\0' ? NULL : row->text;

    switch (row->kind) {
    case SETTING_SPAN:
        memcpy(at, &row->normal, sizeof row->normal);
        break;
    case SETTING_COUNT:
        memcpy(at, &count, sizeof count);
        break;
    case SETTING_WORD:
        memcpy(at, &word, sizeof word);
        break;
    case SETTING_TEXT:
        memcpy(at, &text, sizeof text); /* NOLINT(bugprone-sizeof-expression): the pointer itself */
        break;
    case SETTING_OTHER:
        break;
    }
}

static uint32_t
core_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (cores < 1) {
        return 1;
    }
    return cores > SETTINGS_WORKERS_MAX ? SETTINGS_WORKERS_MAX : (uint32_t)cores;
}

void
settings_init(struct settings *settings)
{
    *settings = (struct settings){ .memory = arena_create() };
    assert(settings->memory != NULL);
    for (size_t i = 0; i < setting_row_count; i++) {
        set_normal(settings, &setting_rows[i]);
    }
    settings->workers = core_count();
    settings->start = START_COMMITTED;
    settings->redis_url = "memory:";
    settings->external_url = "";
    settings->deployment = settings->redis_namespace;
}

void
settings_fini(struct settings *settings)
{
    struct arena *arena = settings->memory;

    arena_destroy(&arena);
    *settings = (struct settings){ .memory = NULL };
}

/* ---- one row ---- */

static void
read_span(
        struct settings_reader *reader, const struct yaml_node *node, const struct setting_row *row)
{
    char lowest[SETTINGS_SPAN_SIZE];
    char highest[SETTINGS_SPAN_SIZE];
    int64_t span = 0;

    if (!settings_span(reader, node, &span)) {
        return;
    }
    if (span < row->lowest || span > row->highest) {
        yaml_fault(node, reader->faults, row->why, "%s is %s to %s", row->key,
                settings_span_text(row->lowest, lowest), settings_span_text(row->highest, highest));
        return;
    }
    memcpy((char *)reader->settings + row->offset, &span, sizeof span);
}

static void
read_count(
        struct settings_reader *reader, const struct yaml_node *node, const struct setting_row *row)
{
    int64_t number = 0;

    if (!yaml_read_i64(node, &number, reader->faults)) {
        return;
    }
    if (number < row->lowest || number > row->highest) {
        yaml_fault(node, reader->faults, row->why, "%s is %lld to %lld %s", row->key,
                (long long)row->lowest, (long long)row->highest, row->unit);
        return;
    }
    uint32_t count = (uint32_t)number;
    memcpy((char *)reader->settings + row->offset, &count, sizeof count);
}

static void
read_plain(
        struct settings_reader *reader, const struct yaml_node *node, const struct setting_row *row)
{
    char *at = (char *)reader->settings + row->offset;

    if (row->kind == SETTING_WORD) {
        int word = settings_word(reader, node, row->words, row->word_count);
        if (word >= 0) {
            memcpy(at, &word, sizeof word);
        }
        return;
    }
    const char *text = settings_text(reader, node);
    if (text != NULL) {
        memcpy(at, &text, sizeof text); /* NOLINT(bugprone-sizeof-expression): the pointer itself */
    }
}

static void
read_row(
        struct settings_reader *reader, const struct yaml_node *node, const struct setting_row *row)
{
    size_t before = fault_count(reader->faults, FAULT_ERROR);

    switch (row->kind) {
    case SETTING_SPAN:
        read_span(reader, node, row);
        break;
    case SETTING_COUNT:
        read_count(reader, node, row);
        break;
    case SETTING_WORD:
    case SETTING_TEXT:
        read_plain(reader, node, row);
        break;
    case SETTING_OTHER:
        break;
    }
    if (row->read != NULL && fault_count(reader->faults, FAULT_ERROR) == before) {
        row->read(reader, node);
    }
}

/* ---- one section ---- */

/* The map of a section; NULL when the file has none. */
static const struct yaml_node *
find_section(const struct yaml_node *root, const char *name)
{
    const struct yaml_node *node = root;

    while (*name != '\0' && yaml_kind_of(node) == YAML_MAP) {
        char key[32];
        size_t size = strcspn(name, ".");
        view_copy((struct view){ .at = name, .size = size }, key, sizeof key);
        node = yaml_get(node, key);
        name += size + (name[size] == '.');
    }
    return *name == '\0' ? node : NULL;
}

static const struct yaml_node *
find_key(const struct yaml_node *map, const char *key)
{
    for (size_t i = 0; i < yaml_size(map); i++) {
        if (view_equal(yaml_key(map, i), view_of(key))) {
            return yaml_key_node(map, i);
        }
    }
    return NULL;
}

/* Keys that live elsewhere are told apart from those that nobody knows. */
static size_t
fault_elsewhere(struct settings_reader *reader,
        const struct yaml_node *map,
        const char *section,
        const char *keys[KEYS_MAX],
        size_t count)
{
    for (size_t i = 0; i < setting_elsewhere_count; i++) {
        const struct setting_elsewhere *row = &setting_elsewheres[i];
        const struct yaml_node *key =
                strcmp(row->section, section) == 0 ? find_key(map, row->key) : NULL;
        if (key != NULL) {
            yaml_fault(key, reader->faults, row->advice, "%s: %s", row->key, row->what);
            keys[count++] = row->key;
        }
    }
    return count;
}

static void
expect_keys(struct settings_reader *reader, const struct yaml_node *map, const char *section)
{
    const char *keys[KEYS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < setting_row_count; i++) {
        if (strcmp(setting_rows[i].section, section) == 0) {
            keys[count++] = setting_rows[i].key;
        }
    }
    for (size_t i = 0; i < setting_section_count; i++) {
        if (setting_section_is_in(setting_sections[i].name, section)) {
            keys[count++] = setting_section_key(setting_sections[i].name);
        }
    }
    assert(count + setting_elsewhere_count <= KEYS_MAX);
    if (yaml_kind_of(map) == YAML_MAP) {
        count = fault_elsewhere(reader, map, section, keys, count);
    }
    yaml_expect_keys(map, keys, count, reader->faults);
}

static void
read_section(struct settings_reader *reader, const struct yaml_node *root, const char *section)
{
    const struct yaml_node *map = find_section(root, section);

    if (map == NULL) {
        return;
    }
    expect_keys(reader, map, section);
    for (size_t i = 0; i < setting_row_count && yaml_kind_of(map) == YAML_MAP; i++) {
        const struct setting_row *row = &setting_rows[i];
        const struct yaml_node *node =
                strcmp(row->section, section) == 0 ? yaml_get(map, row->key) : NULL;
        if (node != NULL) {
            read_row(reader, node, row);
        }
    }
}

static void
read_root(struct settings_reader *reader, const struct yaml_node *root)
{
    const struct settings *settings = reader->settings;

    for (size_t i = 0; i < setting_section_count; i++) {
        read_section(reader, root, setting_sections[i].name);
    }
    if (yaml_kind_of(root) != YAML_MAP) {
        return;
    }
    if (yaml_get(root, "schema") == NULL) {
        yaml_fault(root, reader->faults, "begin the file with: schema: " SETTINGS_SCHEMA,
                "the schema is missing");
    }
    if (settings->deployment == NULL) {
        reader->settings->deployment = settings->redis_namespace;
    }
    settings_complete_channels(reader, root);
}

/* ---- the whole file ---- */

static const char *
folder_of(const struct settings_reader *reader, const char *file)
{
    const char *slash = strrchr(file, '/');

    return slash == NULL ? ""
                         : settings_keep(reader,
                                   (struct view){ .at = file, .size = (size_t)(slash - file) + 1 });
}

int
settings_parse(
        struct settings *settings, const char *file, struct view text, struct fault_list *faults)
{
    struct settings_reader reader = {
        .settings = settings, .arena = settings->memory, .faults = fault_list_create()
    };
    size_t size = 0;
    char *expanded = yaml_expand(file, text, &size, faults);

    assert(reader.faults != NULL);
    reader.folder = folder_of(&reader, file);
    settings->deployment = NULL;
    if (expanded != NULL) {
        struct view whole = { .at = expanded, .size = size };
        struct yaml_document *document = yaml_parse(file, whole, reader.faults);
        if (document != NULL) {
            read_root(&reader, yaml_root(document));
        }
        yaml_destroy(&document);
    }
    int good = expanded != NULL && fault_count(reader.faults, FAULT_ERROR) == 0;
    for (size_t i = 0; i < fault_list_size(reader.faults); i++) {
        settings_fault_as_written(faults, fault_at(reader.faults, i), text);
    }
    settings->deployment =
            settings->deployment == NULL ? settings->redis_namespace : settings->deployment;
    fault_list_destroy(&reader.faults);
    free(expanded);
    return good;
}

int
settings_read(struct settings *settings, const char *path, struct fault_list *faults)
{
    size_t size = 0;
    char *text = packs_read_file(path, SETTINGS_SIZE_MAX, &size, faults);

    if (text == NULL) {
        return 0;
    }
    int good = settings_parse(settings, path, (struct view){ .at = text, .size = size }, faults);
    free(text);
    return good;
}

int
settings_expect_input(const struct settings *settings, const char *file, struct fault_list *faults)
{
    struct fault_place place = { .file = file };

    if (settings->brokers == NULL) {
        fault_add(faults, FAULT_ERROR, place, "input.kafka.brokers is missing: nothing can be read",
                "add: input: {kafka: {brokers: [localhost:9092], topics: [menciones]}}");
    }
    if (settings->topic_count == 0) {
        fault_add(faults, FAULT_ERROR, place, "input.kafka.topics is missing: nothing can be read",
                "name the topics, as in topics: [menciones], or a pattern: ['^menciones-.*']");
    }
    return settings->brokers != NULL && settings->topic_count > 0;
}
