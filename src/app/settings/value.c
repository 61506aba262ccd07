/*
 * Single values of rebato.yaml, and the secrets that stand in files of their own.
 *
 * Texts are handed on to C libraries, which read up to a NUL, write into headers and logs, and
 * look up names: so a text is one line without control characters, or it is refused. A secret's
 * file is a plain file of moderate size; it is read once, its white space trimmed (editors add a
 * line end), and the buffer wiped.
 */
#include "app/settings/table.h"
#include "core/text/calendar.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET_SIZE_MAX ((size_t)64 * 1024)

const char *
settings_keep(const struct settings_reader *reader, struct view text)
{
    const char *kept = arena_copy(reader->arena, text).at;

    assert(kept != NULL);
    return kept;
}

static int
has_control(struct view text)
{
    for (size_t i = 0; i < text.size; i++) {
        if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7F) {
            return 1;
        }
    }
    return 0;
}

const char *
settings_text(struct settings_reader *reader, const struct yaml_node *node)
{
    struct view text = { 0 };

    if (!yaml_read_text(node, &text, reader->faults)) {
        return NULL;
    }
    if (text.size == 0 || has_control(text)) {
        yaml_fault(node, reader->faults, "leave the key out, or write one line of text",
                text.size == 0 ? "the text is empty" : "a control character in the text");
        return NULL;
    }
    return settings_keep(reader, text);
}

size_t
settings_texts(struct settings_reader *reader,
        const struct yaml_node *node,
        const char *texts[SETTINGS_LIST_MAX])
{
    size_t count = 0;

    if (yaml_kind_of(node) != YAML_LIST) {
        texts[0] = settings_text(reader, node);
        return texts[0] != NULL;
    }
    if (yaml_size(node) == 0 || yaml_size(node) > SETTINGS_LIST_MAX) {
        yaml_fault(
                node, reader->faults, NULL, "1 to %d entries are expected here", SETTINGS_LIST_MAX);
        return 0;
    }
    for (size_t i = 0; i < yaml_size(node); i++) {
        const char *text = settings_text(reader, yaml_item(node, i));
        if (text != NULL) {
            texts[count++] = text;
        }
    }
    return count;
}

int
settings_span(struct settings_reader *reader, const struct yaml_node *node, int64_t *span_ms)
{
    struct view text = yaml_text(node);
    struct view unit = VIEW("ms");
    uint64_t number = 0;

    if (text.size > unit.size && text.size <= 12 &&
            view_equal(view_slice(text, text.size - unit.size, text.size), unit) &&
            view_to_u64(view_slice(text, 0, text.size - unit.size), &number)) {
        *span_ms = (int64_t)number;
        return 1;
    }
    return yaml_read_span(node, span_ms, reader->faults);
}

int
settings_word(struct settings_reader *reader,
        const struct yaml_node *node,
        const char *const *words,
        size_t count)
{
    const char *text = settings_text(reader, node);
    char advice[256];
    size_t used = 0;

    if (text == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            return (int)i;
        }
    }
    const char *near = fault_nearest(view_of(text), words, count);
    used = (size_t)snprintf(advice, sizeof advice,
            near == NULL ? "one of:" : "did you mean \"%s\"?", near == NULL ? "" : near);
    for (size_t i = 0; near == NULL && i < count && used < sizeof advice; i++) {
        used += (size_t)snprintf(
                advice + used, sizeof advice - used, "%s %s", i == 0 ? "" : ",", words[i]);
    }
    yaml_fault(node, reader->faults, advice, "\"%.60s\" is not known here", text);
    return -1;
}

size_t
settings_free_map(struct settings_reader *reader, const struct yaml_node *node, size_t count_max)
{
    const char *keys[SETTINGS_LIST_MAX];
    size_t count = yaml_size(node);

    assert(count_max <= SETTINGS_LIST_MAX);
    if (yaml_kind_of(node) == YAML_MAP && count > count_max) {
        yaml_fault(node, reader->faults, NULL, "more than %zu entries", count_max);
        return 0;
    }
    for (size_t i = 0; i < count && yaml_kind_of(node) == YAML_MAP; i++) {
        keys[i] = settings_text(reader, yaml_key_node(node, i));
        if (keys[i] == NULL) {
            return 0;
        }
    }
    /* Every key is known to itself: what is left to be told is a repeated one, or that it is no
     * map. */
    yaml_expect_keys(node, keys, yaml_kind_of(node) == YAML_MAP ? count : 0, reader->faults);
    return yaml_kind_of(node) == YAML_MAP ? count : 0;
}

/* ---- secrets ---- */

const char *
settings_path(const struct settings_reader *reader, const char *path)
{
    size_t size = strlen(reader->folder) + strlen(path) + 1;

    if (path[0] == '/' || reader->folder[0] == '\0') {
        return path;
    }
    char *joined = arena_take(reader->arena, size);
    assert(joined != NULL);
    snprintf(joined, size, "%s%s", reader->folder, path);
    return joined;
}

/* How many bytes, or -1: not to be read, larger than a secret is, or no file. */
static ssize_t
read_small(const char *path, char *bytes, struct stat *about)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t size = -1;

    if (file < 0) {
        return -1;
    }
    if (fstat(file, about) == 0 && S_ISREG(about->st_mode) &&
            about->st_size <= (off_t)SECRET_SIZE_MAX) {
        errno = EFBIG;
        size = read(file, bytes, SECRET_SIZE_MAX);
    } else {
        errno = EINVAL;
    }
    close(file);
    return size;
}

static const char *
secret_of(struct settings_reader *reader, const struct yaml_node *node, struct view bytes)
{
    struct settings *settings = reader->settings;
    struct view text = view_trim(bytes);

    if (text.size == 0 || memchr(text.at, '\0', text.size) != NULL) {
        yaml_fault(node, reader->faults, "put the secret into it, and nothing else",
                text.size == 0 ? "the secret's file is empty"
                               : "the secret's file holds a NUL byte");
        return NULL;
    }
    if (settings->secret_count == SETTINGS_LIST_MAX) {
        yaml_fault(node, reader->faults, NULL, "more than %d secrets", SETTINGS_LIST_MAX);
        return NULL;
    }
    const char *secret = settings_keep(reader, text);
    settings->secrets[settings->secret_count++] = secret;
    return secret;
}

const char *
settings_secret_file(struct settings_reader *reader, const struct yaml_node *node)
{
    const char *name = settings_text(reader, node);
    struct stat about;
    char reason[96];

    if (name == NULL) {
        return NULL;
    }
    char *bytes = malloc(SECRET_SIZE_MAX);
    assert(bytes != NULL);
    const char *path = settings_path(reader, name);
    ssize_t size = read_small(path, bytes, &about);
    const char *secret = NULL;
    if (size < 0) {
        yaml_fault(node, reader->faults, "check the path and who may read it",
                "cannot read the secret's file: %s", strerror_r(errno, reason, sizeof reason));
    } else {
        secret = secret_of(reader, node, (struct view){ .at = bytes, .size = (size_t)size });
        if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
            yaml_warn(node, reader->faults,
                    "chmod 600, or let systemd hand it over (LoadCredential=)",
                    "others may read the secret's file (mode %03o)",
                    (unsigned)about.st_mode & 0777U);
        }
    }
    explicit_bzero(bytes, SECRET_SIZE_MAX);
    free(bytes);
    return secret;
}

int
settings_property(struct settings_reader *reader,
        const struct yaml_node *map,
        size_t index,
        struct consumer_property *property)
{
    struct view suffix = VIEW("_file");
    struct view key = yaml_key(map, index);
    const struct yaml_node *node = yaml_value(map, index);
    int from_file = key.size > suffix.size &&
                    view_equal(view_slice(key, key.size - suffix.size, key.size), suffix);
    struct view name = from_file ? view_slice(key, 0, key.size - suffix.size) : key;

    if (from_file && yaml_get(map, settings_keep(reader, name)) != NULL) {
        yaml_fault(yaml_key_node(map, index), reader->faults, "keep the one from the file",
                "\"%.*s\" is given twice, here from a file", (int)name.size, name.at);
        return 0;
    }
    property->name = settings_keep(reader, name);
    property->value = from_file ? settings_secret_file(reader, node) : settings_text(reader, node);
    return property->value != NULL;
}
