/* The files of a rule set as lines of the control log. */
#include "core/text/utf8.h"
#include "replay/control.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

/* The next piece of a text, cut where a letter ends. */
static struct view
cut_piece(struct view *rest)
{
    struct view piece = *rest;

    if (rest->size > CONTROL_TEXT_SIZE_MAX) {
        piece = utf8_cut(*rest, CONTROL_TEXT_SIZE_MAX);
        if (piece.size == 0) {
            piece = view_slice(*rest, 0, CONTROL_TEXT_SIZE_MAX); /* no UTF-8: see below */
        }
    }
    *rest = view_slice(*rest, piece.size, rest->size);
    return piece;
}

static char *
text_line(const struct control_text *piece)
{
    json_t *text = json_stringn(piece->text.at, piece->text.size);
    json_t *object = text == NULL ? NULL
                                  : json_pack("{s:s, s:s, s:I, s:I, s:o}", "type", "text", "digest",
                                            piece->digest, "part", (json_int_t)piece->part, "parts",
                                            (json_int_t)piece->parts, "text", text);
    char *line = object == NULL ? NULL : json_dumps(object, JSON_COMPACT | JSON_SORT_KEYS);

    json_decref(object);
    return line;
}

int
control_text_lines(const char *digest,
        struct view text,
        int (*take)(void *context, const char *key, char *line),
        void *context)
{
    struct control_text piece = { .digest = digest };
    int goes_on = 1;

    for (struct view rest = text; rest.size > 0; piece.parts++) {
        (void)cut_piece(&rest);
    }
    for (struct view rest = text; goes_on && rest.size > 0; piece.part++) {
        char key[160];
        piece.text = cut_piece(&rest);
        snprintf(key, sizeof key, "text:%.100s:%" PRIu32, digest, piece.part);
        goes_on = take(context, key, text_line(&piece));
    }
    return goes_on;
}
