#include "app/packs.h"

#include "app/embedded.h"
#include "core/limits.h"
#include "match/price.h"
#include "match/rule_text.h"
#include "pattern/probe.h"

#include <assert.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a rule_file only borrows, malloc'd; both NULL for an embedded one. */
struct file_memory {
    char *name;
    char *text;
};

struct file_list {
    struct rule_file *files;
    struct file_memory *memory; /* one for each of the files */
    size_t count;
    size_t capacity;
};

const struct embedded_file *
embedded_find(const char *name)
{
    for (size_t i = 0; i < embedded_file_count; i++) {
        if (strcmp(embedded_files[i].name, name) == 0) {
            return &embedded_files[i];
        }
    }
    return NULL;
}

char *
packs_read_file(const char *path, size_t size_max, size_t *size, struct fault_list *faults)
{
    struct fault_place place = { .file = path };
    FILE *file = fopen(path, "rb");
    char *text = NULL;

    if (file == NULL) {
        fault_addf(faults, FAULT_ERROR, place, "check the path and the permissions",
                "cannot open the file (error %d)", errno);
        return NULL;
    }
    text = malloc(size_max + 1);
    assert(text != NULL);
    *size = fread(text, 1, size_max + 1, file);
    if (ferror(file) || *size > size_max) {
        fault_addf(faults, FAULT_ERROR, place, NULL,
                *size > size_max ? "larger than %zu bytes" : "cannot be read (%zu bytes allowed)",
                size_max);
        free(text);
        text = NULL;
    } else {
        text[*size] = '\0';
    }
    fclose(file);
    return text;
}

/* Takes `memory` over. */
static void
list_add(struct file_list *list, const struct rule_file *file, struct file_memory memory)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 32 : 2 * list->capacity;
        list->files = realloc(list->files, list->capacity * sizeof *list->files);
        list->memory = realloc(list->memory, list->capacity * sizeof *list->memory);
        assert(list->files != NULL && list->memory != NULL);
    }
    list->memory[list->count] = memory;
    list->files[list->count++] = *file;
}

static void
list_fini(struct file_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->memory[i].name);
        free(list->memory[i].text);
    }
    free(list->files);
    free(list->memory);
}

static void
add_file(struct file_list *list, const char *path, struct fault_list *faults)
{
    size_t size = 0;
    struct file_memory memory = { .text = packs_read_file(
                                          path, RULE_FILE_SIZE_MAX, &size, faults) };

    if (memory.text != NULL) {
        memory.name = strdup(path);
        assert(memory.name != NULL);
        struct rule_file file = { .name = memory.name,
            .text = { .at = memory.text, .size = size } };
        list_add(list, &file, memory);
    }
}

static void
add_embedded(struct file_list *list, const struct embedded_file *embedded)
{
    struct rule_file file = { .name = embedded->name,
        .text = { .at = embedded->text, .size = embedded->size } };

    list_add(list, &file, (struct file_memory){ .name = NULL });
}

/* Playbooks and scenes live beside the rules and are no rules; a learned table of frequencies is read
 * with them. */
static int
is_rule_name(const char *path)
{
    size_t size = strlen(path);

    int named = (size > 5 && strcmp(path + size - 5, ".yaml") == 0) ||
                (size > 4 && strcmp(path + size - 4, ".tsv") == 0);

    return named && strstr(path, "playbooks/") == NULL && strstr(path, "scenarios/") == NULL;
}

static int
by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void
add_folder(struct file_list *list, const char *path, struct fault_list *faults)
{
    char *copy = strdup(path);
    char *roots[] = { copy, NULL };
    size_t before = list->count;

    assert(copy != NULL);
    FTS *walk = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    for (FTSENT *entry = walk == NULL ? NULL : fts_read(walk); entry != NULL;
            entry = fts_read(walk)) {
        if (entry->fts_info == FTS_F && is_rule_name(entry->fts_path)) {
            add_file(list, entry->fts_path, faults);
        }
    }
    if (walk != NULL) {
        fts_close(walk);
    }
    if (list->count == before) {
        struct fault_place place = { .file = path };
        fault_add(faults, FAULT_ERROR, place, "no rule file in this folder",
                "rule files end in .yaml");
    }
    free(copy);
}

static void
add_path(struct file_list *list, const char *path, struct fault_list *faults)
{
    struct stat about;

    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        add_folder(list, path, faults);
    } else {
        add_file(list, path, faults);
    }
}

static void
list_files(struct file_list *list,
        const char *const *paths,
        size_t path_count,
        struct fault_list *faults)
{
    *list = (struct file_list){ .files = NULL };
    for (size_t i = 0; i < path_count; i++) {
        add_path(list, paths[i], faults);
    }
    for (size_t i = 0; path_count == 0 && i < embedded_file_count; i++) {
        if (is_rule_name(embedded_files[i].name)) {
            add_embedded(list, &embedded_files[i]);
        }
    }
}

const struct rule_set *
packs_compile_next(const struct rule_set *former,
        const char *const *paths,
        size_t path_count,
        struct probe *probe,
        struct fault_list *faults)
{
    struct file_list list;
    const struct rule_set *set = NULL;

    list_files(&list, paths, path_count, faults);
    if (fault_count(faults, FAULT_ERROR) == 0) {
        set = rule_set_compile_next(former, list.files, list.count, probe, faults);
    }
    list_fini(&list);
    return set;
}

char *
packs_text(const char *const *paths, size_t path_count, size_t *size, struct fault_list *faults)
{
    struct file_list list;
    char *text = NULL;

    list_files(&list, paths, path_count, faults);
    if (fault_count(faults, FAULT_ERROR) == 0) {
        text = rule_text_pack(list.files, list.count, size);
    }
    list_fini(&list);
    return text;
}

const struct rule_set *
packs_compile_text(const struct rule_set *former,
        struct view text,
        struct probe *probe,
        struct fault_list *faults)
{
    struct rule_files files;

    if (!rule_text_unpack(text, &files)) {
        struct fault_place nowhere = { .file = "" };
        fault_add(faults, FAULT_ERROR, nowhere, "the text of the rules is damaged", NULL);
        return NULL;
    }
    const struct rule_set *set =
            rule_set_compile_next(former, files.at, files.count, probe, faults);
    rule_files_fini(&files);
    return set;
}

const struct rule_set *
packs_compile_with(const char *const *paths, size_t path_count, struct fault_list *faults)
{
    struct probe *probe = probe_create();

    assert(probe != NULL);
    const struct rule_set *set = packs_compile_next(NULL, paths, path_count, probe, faults);
    probe_destroy(&probe);
    return set;
}

const struct rule_set *
packs_compile(const char *verb, const char *const *paths, size_t path_count, enum exit_code *code)
{
    struct fault_list *faults = fault_list_create();

    assert(faults != NULL);
    const struct rule_set *set = packs_compile_with(paths, path_count, faults);
    if (set == NULL) {
        fault_print(faults, stderr, cli_color(STDERR_FILENO) ? FAULT_COLOR : FAULT_PLAIN);
        cli_complain(verb, NULL, "%zu error(s) in the rules", fault_count(faults, FAULT_ERROR));
        *code = EXIT_RULES;
    }
    fault_list_destroy(&faults);
    return set;
}

void
packs_price(const struct rule_set *rules, uint32_t always_max, struct fault_list *faults)
{
    struct price_list *prices = price_list_create(rules);

    assert(prices != NULL);
    price_add_faults(prices, always_max, faults);
    price_list_destroy(&prices);
}
