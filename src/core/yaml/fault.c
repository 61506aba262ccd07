#include "core/yaml/fault.h"

#include "core/arena.h"
#include "core/text/utf8.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#define FAULTS_KEPT_MAX 1000
#define WORD_SIZE_MAX   64

struct fault_list {
    struct fault *faults;
    size_t kept;
    size_t capacity;
    size_t counts[2]; /* by level, those not kept included */
    struct arena *texts;
};

struct fault_list *
fault_list_create(void)
{
    struct fault_list *list = calloc(1, sizeof *list);

    if (list == NULL) {
        return NULL;
    }
    list->texts = arena_create();
    if (list->texts == NULL) {
        fault_list_destroy(&list);
    }
    return list;
}

void
fault_list_destroy(struct fault_list **list)
{
    if (*list == NULL) {
        return;
    }
    arena_destroy(&(*list)->texts);
    free((*list)->faults);
    free(*list);
    *list = NULL;
}

static int
make_room(struct fault_list *list)
{
    if (list->kept < list->capacity) {
        return 1;
    }
    size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
    struct fault *faults = realloc(list->faults, capacity * sizeof *faults);
    if (faults == NULL) {
        return 0;
    }
    list->faults = faults;
    list->capacity = capacity;
    return 1;
}

void
fault_add(struct fault_list *list,
        enum fault_level level,
        struct fault_place place,
        const char *what,
        const char *advice)
{
    list->counts[level]++;
    if (list->kept == FAULTS_KEPT_MAX || !make_room(list)) {
        return; /* still counted, so a check cannot pass by running out of memory */
    }
    struct fault fault = {
        .level = level,
        .file = arena_copy(list->texts, view_of(place.file)).at,
        .line = place.line,
        .column = place.column,
        .length = place.length == 0 ? 1 : place.length,
        .source = arena_copy(list->texts, place.source).at,
        .what = arena_copy(list->texts, view_of(what)).at,
        .advice = arena_copy(list->texts, view_of(advice)).at,
    };
    if (fault.file != NULL && fault.source != NULL && fault.what != NULL && fault.advice != NULL) {
        list->faults[list->kept++] = fault;
    }
}

void
fault_addf(struct fault_list *list,
        enum fault_level level,
        struct fault_place place,
        const char *advice,
        const char *format,
        ...)
{
    char what[1024];
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    /* A cut sentence must not end inside a code point. */
    if (size >= (int)sizeof what) {
        what[utf8_cut((struct view){ what, sizeof what - 1 }, sizeof what - 4).size] = '\0';
    }
    fault_add(list, level, place, what, advice);
}

size_t
fault_count(const struct fault_list *list, enum fault_level level)
{
    return list->counts[level];
}

size_t
fault_list_size(const struct fault_list *list)
{
    return list->kept;
}

const struct fault *
fault_at(const struct fault_list *list, size_t index)
{
    assert(index < list->kept);
    return &list->faults[index];
}

/* The last three rows of the table of edits: row[j] turns the letters read so far into b[0..j). */
struct edits {
    size_t row[WORD_SIZE_MAX + 1];
    size_t last[WORD_SIZE_MAX + 1];
    size_t older[WORD_SIZE_MAX + 1];
};

static size_t
lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The row of a[i - 1]: insert, remove, replace, or swap with the neighbour. */
static void
fill_row(struct edits *edits, struct view a, struct view b, size_t i)
{
    memcpy(edits->older, edits->last, sizeof edits->older);
    memcpy(edits->last, edits->row, sizeof edits->last);
    edits->row[0] = i;
    for (size_t j = 1; j <= b.size; j++) {
        size_t replaced = edits->last[j - 1] + (a.at[i - 1] == b.at[j - 1] ? 0 : 1);
        edits->row[j] = lesser(replaced, lesser(edits->last[j], edits->row[j - 1]) + 1);
        if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1]) {
            edits->row[j] = lesser(edits->row[j], edits->older[j - 2] + 1);
        }
    }
}

static size_t
distance(struct view a, struct view b)
{
    struct edits edits = { 0 };

    for (size_t j = 0; j <= b.size; j++) {
        edits.row[j] = j;
    }
    for (size_t i = 1; i <= a.size; i++) {
        fill_row(&edits, a, b, i);
    }
    return edits.row[b.size];
}

const char *
fault_nearest(struct view word, const char *const *known, size_t count)
{
    const char *best = NULL;
    /* A third of the letters may be wrong, one at least: "tine" is time, "x" is nothing. */
    size_t least = word.size < 2 ? 1 : (word.size < 6 ? 2 : word.size / 3 + 1);

    if (word.size > WORD_SIZE_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        struct view candidate = view_of(known[i]);
        if (candidate.size > WORD_SIZE_MAX) {
            continue;
        }
        size_t edits = distance(word, candidate);
        if (edits < least) {
            least = edits;
            best = known[i];
        }
    }
    return best;
}
