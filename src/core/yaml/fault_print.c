#include "core/yaml/fault.h"

#include "core/text/utf8.h"

#include <stdlib.h>

/* How much of a long line is shown, in code points, and how much of that before the fault. */
#define SHOWN_MAX    110
#define SHOWN_BEFORE 60

struct paint {
    const char *bold;
    const char *level;
    const char *mark;
    const char *off;
};

static void
put_escaped(FILE *out, struct view text)
{
    while (text.size > 0) {
        struct view part = utf8_cut(text, 200);
        char escaped[800]; /* one byte becomes four at most */
        fwrite(escaped, 1, utf8_escape(part, escaped, sizeof escaped), out);
        text = view_slice(text, part.size, text.size);
    }
}

/* Byte position of code point `count`, or the end. */
static size_t
skip_points(struct view text, size_t from, size_t count)
{
    while (from < text.size && count > 0) {
        utf8_next(text, &from);
        count--;
    }
    return from;
}

/* A tab would move the caret: show a blank. Everything else is escaped. Returns columns used. */
static size_t
put_source(FILE *out, struct view text)
{
    size_t width = 0;

    for (size_t at = 0; at < text.size;) {
        size_t start = at;
        char escaped[16];
        utf8_next(text, &at);
        struct view one = view_slice(text, start, at);
        size_t size = utf8_escape(one, escaped, sizeof escaped);
        if (text.at[start] == '\t') {
            escaped[0] = ' ';
            size = 1;
        }
        width += size > one.size ? size : 1;
        if (out != NULL) {
            fwrite(escaped, 1, size, out);
        }
    }
    return width;
}

static void
put_caret(FILE *out, const struct fault *fault, struct view shown, size_t skipped)
{
    size_t start = skip_points(shown, 0, fault->column - 1 - skipped);
    size_t end = skip_points(shown, start, fault->length);
    size_t before = put_source(NULL, view_slice(shown, 0, start));
    size_t under = put_source(NULL, view_slice(shown, start, end));

    fprintf(out, "      | %*s^", (int)before, "");
    for (size_t i = 1; i < under; i++) {
        fputc('~', out);
    }
}

static void
print_source(const struct fault *fault, FILE *out, const struct paint *paint)
{
    struct view line = view_of(fault->source);
    size_t skipped = fault->column > SHOWN_MAX - 10 ? fault->column - 1 - SHOWN_BEFORE : 0;
    size_t from = skip_points(line, 0, skipped);
    struct view shown = view_slice(line, from, skip_points(line, from, SHOWN_MAX));

    fprintf(out, "%5zu | ", fault->line);
    put_source(out, shown);
    fputc('\n', out);
    if (fault->column > 0) {
        fputs(paint->mark, out);
        put_caret(out, fault, shown, skipped);
        fprintf(out, "%s\n", paint->off);
    }
}

static void
print_one(const struct fault *fault, FILE *out, const struct paint *paint)
{
    fputs(paint->bold, out);
    put_escaped(out, view_of(fault->file));
    if (fault->line > 0) {
        fprintf(out, ":%zu", fault->line);
    }
    if (fault->line > 0 && fault->column > 0) {
        fprintf(out, ":%zu", fault->column);
    }
    fprintf(out, ": %s%s:%s%s ", paint->level, fault->level == FAULT_ERROR ? "error" : "warning",
            paint->off, paint->bold);
    put_escaped(out, view_of(fault->what));
    fprintf(out, "%s\n", paint->off);
    if (fault->line > 0 && fault->source[0] != '\0') {
        print_source(fault, out, paint);
    }
    if (fault->advice[0] != '\0') {
        fputs("      advice: ", out);
        put_escaped(out, view_of(fault->advice));
        fputc('\n', out);
    }
}

static int
compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

/* By place; in order of arrival where the place is the same (they lie in one array). */
static int
compare_faults(const void *left, const void *right)
{
    const struct fault *a = *(const struct fault *const *)left;
    const struct fault *b = *(const struct fault *const *)right;
    int order = strcmp(a->file, b->file);

    order = order != 0 ? order : compare_sizes(a->line, b->line);
    order = order != 0 ? order : compare_sizes(a->column, b->column);
    return order != 0 ? order : (a > b) - (a < b);
}

void
fault_print(const struct fault_list *list, FILE *out, enum fault_color color)
{
    static const struct paint plain = { "", "", "", "" };
    static const struct paint error = { "\033[1m", "\033[31m", "\033[32m", "\033[0m" };
    static const struct paint warning = { "\033[1m", "\033[35m", "\033[32m", "\033[0m" };
    size_t kept = fault_list_size(list);
    size_t all = fault_count(list, FAULT_ERROR) + fault_count(list, FAULT_WARNING);
    const struct fault **sorted = kept == 0 ? NULL : malloc(kept * sizeof(struct fault *));

    for (size_t i = 0; i < kept && sorted != NULL; i++) {
        sorted[i] = fault_at(list, i);
    }
    if (sorted != NULL) {
        qsort(sorted, kept, sizeof(struct fault *), compare_faults);
    }
    for (size_t i = 0; i < kept; i++) {
        const struct fault *fault = sorted == NULL ? fault_at(list, i) : sorted[i];
        const struct paint *paint = fault->level == FAULT_ERROR ? &error : &warning;
        print_one(fault, out, color == FAULT_COLOR ? paint : &plain);
    }
    if (all > kept) {
        fprintf(out, "... and %zu more\n", all - kept);
    }
    free(sorted);
}
