#include "match/set/lookalike.h"

#include <string.h>

#define FORM_SIZE_LEAST 4

/* In the form itself: i is written l. */
static const char *const tails[] = { "ayuda", "help", "helps", "support", "soporte", "oflclal",
    "offlclal", "care", "cares", "atenclon", "servlclo", "servlce", "cllentes", "team", "lnfo" };

static char
form_of(char c)
{
    static const struct {
        char written, looks;
    } rows[] = { { '0', 'o' }, { '1', 'l' }, { 'i', 'l' }, { '5', 's' } };
    char small = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (small == rows[i].written) {
            return rows[i].looks;
        }
    }
    return small;
}

static size_t
tail_size(struct view form)
{
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++) {
        struct view tail = view_of(tails[i]);
        if (form.size >= tail.size + FORM_SIZE_LEAST &&
                memcmp(form.at + form.size - tail.size, tail.at, tail.size) == 0) {
            return tail.size;
        }
    }
    return 0;
}

struct view
lookalike_form(struct view handle, char form[ID_SIZE_MAX])
{
    struct view out = { .at = form };

    if (handle.size > ID_SIZE_MAX) {
        return out;
    }
    for (size_t i = 0; i < handle.size; i++) {
        char c = handle.at[i];
        if (c != '_' && c != '.' && c != '-') {
            form[out.size++] = form_of(c);
        }
    }
    for (size_t size = tail_size(out); size > 0; size = tail_size(out)) {
        out.size -= size;
    }
    out.size = out.size < FORM_SIZE_LEAST ? 0 : out.size;
    return out;
}
