#include "harness/texts.h"

#include "mention/reader.h"

#include <stdlib.h>

/* Behind the last text, for vector loads and for what fold_into() may overwrite. */
enum { SLACK = TEXT_SIZE_MAX * FOLD_GROWTH_MAX + FOLD_SLACK };

static int
take_memory(struct texts *texts, const struct lines *lines)
{
    size_t lines_max = lines->count + 1;

    /* A text is never longer than the record it stands in, give or take a repaired byte. */
    texts->raw_bytes = malloc(lines->size * 3 + SLACK);
    texts->raw = calloc(lines_max, sizeof *texts->raw);
    texts->folded = calloc(lines_max, sizeof *texts->folded);
    return texts->raw_bytes != NULL && texts->raw != NULL && texts->folded != NULL;
}

static void
read_texts(struct texts *texts, const struct lines *lines, struct reader *reader)
{
    struct reader_trouble trouble;
    struct mention mention;
    size_t at = 0;

    for (size_t i = 0; i < lines->count; i++) {
        struct view text = { .at = texts->raw_bytes, .size = 0 };
        if (reader_read(reader, lines->at[i], &mention, &trouble) == REBATO_FATE_unmatched) {
            text = mention.text;
        } else {
            texts->refused++;
        }
        if (text.size > 0) {
            memcpy(texts->raw_bytes + at, text.at, text.size);
        }
        texts->raw[i] = (struct view){ .at = texts->raw_bytes + at, .size = text.size };
        at += text.size;
    }
    texts->count = lines->count;
    texts->raw_size = at;
}

static int
fold_texts(struct texts *texts, enum isa isa)
{
    size_t at = 0;

    texts->folded_bytes = malloc(texts->raw_size * FOLD_GROWTH_MAX + SLACK);
    if (texts->folded_bytes == NULL) {
        return 0;
    }
    for (size_t i = 0; i < texts->count; i++) {
        char *out = texts->folded_bytes + at;
        size_t size = fold_into(isa, texts->raw[i], BENCH_FOLD, out);
        texts->folded[i] = (struct view){ .at = out, .size = size };
        at += size;
    }
    texts->folded_size = at;
    return 1;
}

int
texts_load(struct texts *texts, const struct lines *lines, enum isa isa)
{
    struct reader_options options = { .time_default_ms = EVENT_TIME_MIN_MS };
    struct reader *reader = reader_create(&options);

    *texts = (struct texts){ 0 };
    if (reader != NULL && take_memory(texts, lines)) {
        read_texts(texts, lines, reader);
        reader_destroy(&reader);
        if (fold_texts(texts, isa)) {
            return 1;
        }
    }
    reader_destroy(&reader);
    texts_fini(texts);
    return 0;
}

void
texts_fini(struct texts *texts)
{
    free(texts->raw_bytes);
    free(texts->folded_bytes);
    free(texts->raw);
    free(texts->folded);
    *texts = (struct texts){ 0 };
}
