#include "match/rule_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define HEAD_SIZE_MAX 48

char *
rule_text_pack(const struct rule_file *files, size_t file_count, size_t *size)
{
    size_t room = 1;

    for (size_t i = 0; i < file_count; i++) {
        room += HEAD_SIZE_MAX + strlen(files[i].name) + files[i].text.size;
    }
    char *text = malloc(room);
    assert(text != NULL);
    *size = 0;
    for (size_t i = 0; i < file_count; i++) {
        size_t name_size = strlen(files[i].name);
        *size += (size_t)snprintf(
                text + *size, HEAD_SIZE_MAX, "%zu %zu\n", name_size, files[i].text.size);
        memcpy(text + *size, files[i].name, name_size);
        *size += name_size;
        if (files[i].text.size > 0) {
            memcpy(text + *size, files[i].text.at, files[i].text.size);
        }
        *size += files[i].text.size;
    }
    return text;
}

/* A number and what ends it. */
static int
take_size(struct view *text, char end, size_t *number)
{
    const char *at = text->size == 0 ? NULL : memchr(text->at, end, text->size);
    uint64_t wide = 0;

    if (at == NULL || !view_to_u64(view_slice(*text, 0, (size_t)(at - text->at)), &wide) ||
            wide > text->size) {
        return 0;
    }
    *number = (size_t)wide;
    *text = view_slice(*text, (size_t)(at - text->at) + 1, text->size);
    return 1;
}

static int
take_bytes(struct view *text, size_t size, struct view *bytes)
{
    if (size > text->size) {
        return 0;
    }
    *bytes = view_slice(*text, 0, size);
    *text = view_slice(*text, size, text->size);
    return 1;
}

static int
take_file(struct view *text, struct rule_files *files)
{
    size_t name_size = 0;
    size_t text_size = 0;
    struct view name;
    struct view bytes;

    if (files->count == RULE_FILES_MAX || !take_size(text, ' ', &name_size) ||
            !take_size(text, '\n', &text_size) || !take_bytes(text, name_size, &name) ||
            !take_bytes(text, text_size, &bytes) ||
            (name.size > 0 && memchr(name.at, '\0', name.size) != NULL)) {
        return 0;
    }
    char *copy = malloc(name.size + 1);
    assert(copy != NULL);
    view_copy(name, copy, name.size + 1);
    files->names[files->count] = copy;
    files->at[files->count++] = (struct rule_file){ .name = copy, .text = bytes };
    return 1;
}

int
rule_text_unpack(struct view text, struct rule_files *files)
{
    int fine = 1;

    *files = (struct rule_files){
        .at = calloc(RULE_FILES_MAX, sizeof *files->at),
        .names = calloc(RULE_FILES_MAX, sizeof(char *)),
    };
    assert(files->at != NULL && files->names != NULL);
    while (fine && text.size > 0) {
        fine = take_file(&text, files);
    }
    if (!fine) {
        rule_files_fini(files);
    }
    return fine;
}

void
rule_files_fini(struct rule_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->names[i]);
    }
    free(files->at);
    free(files->names);
    *files = (struct rule_files){ .at = NULL };
}
