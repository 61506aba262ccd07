/* Rules as TSV: the generator's spelling becomes a raw column and a folded one. */
#include "generator/brands.h"
#include "generator/generator.h"
#include "generator/phrases.h"

#include "core/text/utf8.h"
#include "fold/fold.h"

#include <stdio.h>

struct writer {
    struct sink sink;
    size_t id;
};

enum column { COLUMN_RAW, COLUMN_FOLDED };

/* á is [aá] in a raw rule, so that who does not write accents is understood, and a in a folded one.
 * */
static void
put_column(struct sink *sink, const char *pattern, enum column column)
{
    struct view text = view_of(pattern);
    uint32_t plain[4];

    for (size_t at = 0; at < text.size;) {
        size_t begin = at;
        uint32_t code_point = utf8_next(text, &at);
        if (code_point < 0x80) {
            sink_byte(sink, (char)code_point);
            continue;
        }
        (void)fold_code_point(code_point, plain);
        char letter = (char)(code_point == 0xF1 ? 'n' : plain[0]);
        if (column == COLUMN_RAW) {
            sink_byte(sink, '[');
            sink_byte(sink, letter);
            sink_put(sink, view_slice(text, begin, at));
            sink_byte(sink, ']');
        } else {
            sink_byte(sink, letter);
        }
    }
}

static void
put_rule(struct writer *writer, const char *kind, const char *group, const char *pattern)
{
    sink_number(&writer->sink, writer->id++);
    sink_byte(&writer->sink, '\t');
    sink_string(&writer->sink, kind);
    sink_byte(&writer->sink, '\t');
    sink_string(&writer->sink, group);
    sink_byte(&writer->sink, '\t');
    put_column(&writer->sink, pattern, COLUMN_RAW);
    sink_byte(&writer->sink, '\t');
    put_column(&writer->sink, pattern, COLUMN_FOLDED);
    sink_byte(&writer->sink, '\n');
}

static void
put_brand(struct writer *writer, const struct brand *brand)
{
    char pattern[256];
    char handles[112];
    char group[24];

    (void)snprintf(handles, sizeof handles, "(?:@%s%s%s)\\b", brand->handle,
            brand->helper[0] == '\0' ? "" : "|@", brand->helper);
    if (brand->names[0] == '\0') {
        (void)snprintf(pattern, sizeof pattern, "%s", handles);
    } else if (brand->handle[0] == '\0') {
        (void)snprintf(pattern, sizeof pattern, "\\b(?:%s)\\b", brand->names);
    } else {
        (void)snprintf(pattern, sizeof pattern, "\\b(?:%s)\\b|%s", brand->names, handles);
    }
    (void)snprintf(group, sizeof group, "b%zu", writer->id);
    put_rule(writer, "brand", group, pattern);
}

static size_t
put_core(struct writer *writer, size_t count)
{
    struct phrase phrase;
    size_t put = 0;

    while (put < count && phrase_core(put, &phrase)) {
        put_rule(writer, "cat", phrase.category, phrase.pattern);
        put++;
    }
    return put;
}

static size_t
greatest_divisor(size_t a, size_t b)
{
    while (b != 0) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* The composed ones in an order of the seed's: a step that shares no divisor with their number. */
static size_t
put_composed(struct writer *writer, uint64_t seed, size_t count)
{
    size_t all = phrase_composed_count();
    size_t step = (size_t)(seed % all) + all / 3;
    struct phrase phrase;
    size_t put = 0;

    while (greatest_divisor(step, all) != 1) {
        step++;
    }
    for (; put < count && put < all; put++) {
        if (phrase_composed((put * step + (size_t)(seed % 97)) % all, &phrase)) {
            put_rule(writer, "cat", phrase.category, phrase.pattern);
        }
    }
    return put;
}

/* A brand's first name and, behind it, a word of trouble. */
static void
put_beside(struct writer *writer, uint64_t seed, size_t index)
{
    struct brand brand;
    struct phrase phrase;
    char pattern[320];

    brand_make(seed, index % BRANDS_COUNT, &brand);
    (void)phrase_beside((index / BRANDS_COUNT + index) % 5, &phrase);
    const char *name = brand.names[0] == '\0' ? brand.handle : brand.names;
    const char *end = strchr(name, '|');
    int size = (int)(end == NULL ? strlen(name) : (size_t)(end - name));
    (void)snprintf(pattern, sizeof pattern, "\\b%.*s\\b.{0,60}\\b%s", size, name, phrase.pattern);
    put_rule(writer, "cat", phrase.category, pattern);
}

static struct generated
finish(struct writer *writer)
{
    if (writer->sink.failed) {
        sink_fini(&writer->sink);
    }
    return (struct generated){ .at = writer->sink.at, .size = writer->sink.size };
}

struct generated
generate_rules(uint64_t seed, size_t count)
{
    struct writer writer = { 0 };
    struct brand brand;
    size_t brands = count == 50 ? 15 : count * 4 / 10; /* as in the fixed sets of 50 and 500 */

    brands = brands > BRANDS_COUNT ? BRANDS_COUNT : brands;
    for (size_t i = 0; i < brands; i++) {
        brand_make(seed, i, &brand);
        put_brand(&writer, &brand);
    }
    size_t left = count - brands;
    left -= put_core(&writer, left);
    /* Half of a large set is composed, the rest goes with brands. */
    left -= put_composed(&writer, seed, left > 900 ? 900 : left);
    for (size_t i = 0; i < left; i++) {
        put_beside(&writer, seed, i);
    }
    return finish(&writer);
}

struct generated
generate_aliases(uint64_t seed, size_t first_id, size_t count)
{
    enum { NAMES_A_RULE = 10 };
    struct writer writer = { .id = first_id };
    char pattern[NAMES_A_RULE * 40 + 16];
    char group[24];
    char word[LEXICON_WORD_SIZE];

    for (size_t made = 0; made < count;) {
        size_t size = (size_t)snprintf(pattern, sizeof pattern, "\\b(?:");
        for (size_t i = 0; i < NAMES_A_RULE && made < count; i++, made++) {
            (void)brand_word(seed ^ 0xA11A5, made, 3 + made % 2, word);
            size += (size_t)snprintf(
                    pattern + size, sizeof pattern - size, "%s%s", i == 0 ? "" : "|", word);
        }
        (void)snprintf(pattern + size, sizeof pattern - size, ")\\b");
        (void)snprintf(group, sizeof group, "b%zu", writer.id);
        put_rule(&writer, "brand", group, pattern);
    }
    return finish(&writer);
}
