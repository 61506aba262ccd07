#include "course/plain_fold.h"

#include "core/text/utf8.h"
#include "fold/fold.h"

#include <stdlib.h>

/* Through fold_text(), since only that knows the options of benchmarks' rules. */
static void
fill_row(struct plain_fold *fold, uint32_t code_point, struct folded *folded)
{
    char bytes[4];
    size_t size = utf8_put(code_point, bytes);

    fold_text((struct view){ bytes, size }, FOLD_ENYE_AS_N, folded);
    assert(folded->size <= sizeof fold->table[0].at);
    fold->table[code_point].size = (uint8_t)folded->size;
    memcpy(fold->table[code_point].at, folded->text, folded->size);
}

struct plain_fold *
plain_fold_create(void)
{
    struct plain_fold *fold = calloc(1, sizeof *fold);
    struct folded *folded = malloc(sizeof *folded);

    if (fold == NULL || folded == NULL) {
        free(fold);
        free(folded);
        return NULL;
    }
    for (uint32_t code_point = 0; code_point < PLAIN_FOLD_CODE_POINTS; code_point++) {
        fill_row(fold, code_point, folded);
    }
    for (size_t i = 0; i < sizeof fold->ascii; i++) {
        fold->ascii[i] = fold->table[i].at[0];
    }
    free(folded);
    return fold;
}

void
plain_fold_destroy(struct plain_fold **fold)
{
    free(*fold);
    *fold = NULL;
}

static size_t
fold_rare(uint32_t code_point, char *out)
{
    uint32_t folded[4];
    size_t count = fold_code_point(code_point, folded);
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        size += utf8_put(folded[i], out + size);
    }
    return size;
}

size_t
plain_fold_text(const struct plain_fold *fold, struct view text, char *out)
{
    size_t size = 0;

    for (size_t at = 0; at < text.size;) {
        unsigned char byte = (unsigned char)text.at[at];
        if (byte < 0x80) {
            out[size++] = fold->ascii[byte];
            at++;
            continue;
        }
        uint32_t code_point = utf8_next(text, &at);
        if (code_point < PLAIN_FOLD_CODE_POINTS) {
            memcpy(out + size, fold->table[code_point].at, sizeof fold->table[0].at);
            size += fold->table[code_point].size;
        } else {
            size += fold_rare(code_point, out + size);
        }
    }
    return size;
}
