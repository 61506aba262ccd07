/*
 * Faults of a settings file, told of the text as it was written.
 *
 *   file ─ ${NAME} filled in ─▶ parser ─▶ faults ─ as written ─▶ people, CI servers, logs
 *
 * The parser sees passwords and tokens where the file has variables. None of that may be printed:
 * a fault shows the line of the file itself, keeps its caret out of what was filled in, and
 * quotes nothing of such a line. Lines stay the same on the way, since a value with a line end is
 * refused.
 */
#include "app/settings/table.h"

static struct view
line_of(struct view text, size_t number)
{
    size_t at = 0;

    for (size_t line = 1; line < number && at < text.size; line++) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        at = end == NULL ? text.size : (size_t)(end - text.at) + 1;
    }
    struct view rest = view_slice(text, at, text.size);
    const char *end = rest.size == 0 ? NULL : memchr(rest.at, '\n', rest.size);
    return view_slice(rest, 0, end == NULL ? rest.size : (size_t)(end - rest.at));
}

/* The words of a fault without what they quote. */
static void
hide_quoted(const char *what, char *hidden, size_t size)
{
    const char *first = strchr(what, '"');
    const char *last = strrchr(what, '"');

    if (first == NULL || first == last) {
        snprintf(hidden, size, "%s", what);
    } else {
        snprintf(hidden, size, "%.*s\"***%s", (int)(first - what), what, last);
    }
}

/* Where a line has a variable, places behind it are those of another text: the caret stays before
 * it; and what the fault quotes may be the variable's value. */
void
settings_fault_as_written(struct fault_list *faults, const struct fault *fault, struct view text)
{
    struct view line = fault->line == 0 ? VIEW("") : line_of(text, fault->line);
    struct fault_place place = { .file = fault->file,
        .line = fault->line,
        .column = fault->column,
        .length = fault->length,
        .source = line };
    char hidden[1024];
    const char *what = fault->what;
    const char *variable = line.size == 0 ? NULL : memmem(line.at, line.size, "${", 2);

    if (variable != NULL) {
        size_t before = 1;
        for (const char *at = line.at; at < variable; at++) {
            before += ((unsigned char)*at & 0xC0) != 0x80; /* code points */
        }
        place.column = place.column > before ? before : place.column;
        place.length = 1;
        hide_quoted(fault->what, hidden, sizeof hidden);
        what = hidden;
    }
    fault_add(faults, fault->level, place, what, fault->advice[0] == '\0' ? NULL : fault->advice);
}
