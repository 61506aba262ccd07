/*
 * plain_fold: folding as a peer would write it: a code point at a time, through a table.
 *
 * The table is made of the project's own rule, so that all engines match the same bytes; what is
 * compared is how fast texts are folded, not how.
 */
#ifndef REBATO_BENCH_COURSE_PLAIN_FOLD_H
#define REBATO_BENCH_COURSE_PLAIN_FOLD_H

#include "core/limits.h"
#include "core/view.h"

#define PLAIN_FOLD_CODE_POINTS 0x3000

struct plain_fold {
    char ascii[128];
    /* Bytes that a code point folds to. */
    struct {
        uint8_t size;
        char at[12];
    } table[PLAIN_FOLD_CODE_POINTS];
};

struct plain_fold *plain_fold_create(void);
void plain_fold_destroy(struct plain_fold **fold);
/* Folds valid UTF-8 of at most TEXT_SIZE_MAX bytes; returns the size. */
size_t plain_fold_text(const struct plain_fold *fold, struct view text, char *out);

#endif
