#include "core/fault.h"

#include "core/utf8.h"

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
};

struct fault_list *
fault_list_create(void)
{
    return calloc(1, sizeof(struct fault_list));
}

/* The texts of a fault share one allocation, which begins with `file`. */
void
fault_list_destroy(struct fault_list **list)
{
    if (*list == NULL) {
        return;
    }
    for (size_t i = 0; i < (*list)->kept; i++) {
        free((void *)(uintptr_t)(*list)->faults[i].file);
    }
    free((*list)->faults);
    free(*list);
    *list = NULL;
}

static char *
append(char **end, struct view text)
{
    char *start = *end;

    view_copy(text, start, text.size + 1);
    *end += text.size + 1;
    return start;
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
    struct view file = view_of(place.file);
    struct view more = view_of(advice);
    size_t size = file.size + place.source.size + strlen(what) + more.size + 4;
    char *texts = malloc(size);
    if (texts == NULL) {
        return;
    }
    char *end = texts;
    list->faults[list->kept++] = (struct fault){
        .file = append(&end, file),
        .level = level,
        .line = place.line,
        .column = place.column,
        .length = place.length == 0 ? 1 : place.length,
        .source = append(&end, place.source),
        .what = append(&end, view_of(what)),
        .advice = append(&end, more),
    };
    assert(end == texts + size);
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

static size_t
smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits from `a` to `b`: insert, remove, replace, swap neighbours. Rows are kept for the last two
 * letters only. */
static size_t
distance(struct view a, struct view b)
{
    size_t rows[3][WORD_SIZE_MAX + 1];

    for (size_t j = 0; j <= b.size; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= a.size; i++) {
        size_t *row = rows[i % 3];
        const size_t *last = rows[(i + 2) % 3];
        const size_t *older = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t same = a.at[i - 1] == b.at[j - 1] ? 0 : 1;
            row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1] &&
                    older[j - 2] + 1 < row[j]) {
                row[j] = older[j - 2] + 1;
            }
        }
    }
    return rows[a.size % 3][b.size];
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
