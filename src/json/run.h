/*
 * run: a text with the keys of earlier texts is read from left to right, without an index of it.
 *
 *   {"id":"7","ts":16,"user":{"name":"x"}}
 *    └key┘└─ looked at 64 bytes at once: where does it end, what is in it?
 *
 * Which key is due is known (json/known.h), so that nothing has to be found but the ends of values. That
 * costs half of what an index and a walk over it do. Whatever is not just as expected (another key, a
 * list, a container that nobody wants, white space but for one blank behind each colon and comma, anything
 * odd) makes it give up, and json_walk() reads the text. Hence it takes only what is JSON, and finds in it
 * what json_walk() would.
 *
 * The body stands here once; each kernel (a file per instruction set) gives it its own way of looking at
 * 64 bytes. For json/run*.c and json/pick.c alone.
 */
#ifndef REBATO_JSON_RUN_H
#define REBATO_JSON_RUN_H

#include "json/block.h"
#include "json/token.h"
#include "json/wants.h"

#include <assert.h>

/* What some bytes are; bit i is byte i. */
struct json_look {
    uint64_t quotes;
    uint64_t slashes;
    uint64_t controls; /* below a blank */
    uint64_t wide;     /* beyond ASCII */
};

/* The same of few bytes, with less asked: most values are short. */
struct json_glance {
    uint32_t quotes;
    uint32_t odd; /* backslashes and control characters */
    uint32_t wide;
};

/* How a kernel looks. */
struct json_eye {
    struct json_look (*look)(const char *at);     /* 64 bytes */
    struct json_glance (*glance)(const char *at); /* 32 */
    uint32_t (*digits)(const char *at);           /* which of 16 bytes are digits */
    int (*fits)(const struct json_known *key,
            const char *at); /* json_known_fits(), but for the parent */
};

/* 1: the text was read. 0: given up; then what was found means nothing. */
#if defined(__x86_64__)
int json_run_avx2(struct json_picker *picker, struct view text);
int json_run_avx512(struct json_picker *picker, struct view text);
#endif

static inline int
json_run(struct json_picker *picker, struct view text)
{
#if defined(__x86_64__)
    if (picker->index.isa == ISA_AVX512) {
        return json_run_avx512(picker, text);
    }
    if (picker->index.isa == ISA_AVX2) {
        return json_run_avx2(picker, text);
    }
#else
    (void)picker;
    (void)text;
#endif
    return 0;
}

/* ---- the body ---- */

/* Bytes that may be read from the beginning of a key on: the longest one and 64 of its value. */
#define JSON_RUN_REACH 128U
/* How far ahead of where it stands the run asks for memory: records lie one behind the other, as a rule,
 * and a run from left to right is too fast for caches to notice in time. */
#define JSON_RUN_AHEAD 768U

static_assert(JSON_KNOWN_SIZE_MAX + 64 <= JSON_RUN_REACH, "a key and what is looked at behind it");

/* What nearly always is so stands in one straight line: jumps cost more here than what they avoid. */
#define JSON_MOSTLY(condition) __builtin_expect((condition) != 0, 1)
#define JSON_RARELY(condition) __builtin_expect((condition) != 0, 0)

struct json_runner {
    struct json_picker *picker;
    struct view text;
    struct json_known *key; /* the last one that was met */
    uint32_t want;          /* the innermost container */
    size_t depth;           /* containers that are open */
    size_t blank;           /* 1: behind colons and commas there is one */
    int straight;           /* each key but the first was the one behind the last */
    uint64_t steps;         /* keys that there were */
    /* Where the text is read: where it stands, or, in its end, as if `tail` were the end of one. A number,
     * since that one has no beginning. */
    uintptr_t base;
    size_t base_end;  /* up to here, JSON_RUN_REACH bytes can be read */
    const char *tail; /* the text's end, and zeros: JSON_RUN_REACH bytes of each */
    uint32_t *wants;  /* those of the containers around, the outermost first */
};

/* A value that was looked at. */
struct json_span {
    size_t end; /* behind it; 0: given up */
    uint64_t slashes;
    uint64_t wide;
};

/* Sees to it that from `at` on, JSON_RUN_REACH bytes can be read. */
JSON_INLINE void
json_run_reach(struct json_runner *runner, size_t at)
{
    if (JSON_RARELY(at > runner->base_end)) {
        runner->base = (uintptr_t)runner->tail - (runner->text.size - JSON_RUN_REACH);
        runner->base_end = SIZE_MAX;
    }
}

JSON_INLINE const char *
json_run_at(const struct json_runner *runner, size_t at)
{
    /* See `base`. NOLINTNEXTLINE(performance-no-int-to-ptr) */
    return (const char *)(runner->base + at);
}

/* Is there the blank that there should be, before `at`? */
JSON_INLINE int
json_run_blank(const struct json_runner *runner, size_t at)
{
    return runner->blank == 0 || *json_run_at(runner, at - 1) == ' ';
}

/* The bits below the lowest one that is set; all of them when none is. */
JSON_INLINE uint64_t
json_below(uint64_t bits)
{
    return (bits - 1) & ~bits;
}

JSON_INLINE void
json_run_pick(
        struct json_runner *runner, struct json_pick *pick, size_t at, const struct json_span *span)
{
    struct json_value *value = json_picker_take(runner->picker, pick);

    value->raw.at = runner->text.at + at;
    value->raw.size = span->end - at;
    value->plain = span->slashes == 0;
    value->ascii = span->wide == 0;
}

/* A string with escapes, or one that is longer than 31 bytes, from behind its quote on. */
JSON_INLINE struct json_span
json_run_long(struct json_runner *runner, size_t at, const struct json_eye *eye)
{
    struct json_span span = { 0 };
    struct json_state state = { 0 };
    uint64_t controls = 0;

    for (; at < runner->text.size; at += 64) {
        json_run_reach(runner, at);
        struct json_look look = eye->look(json_run_at(runner, at));
        uint64_t ends = look.quotes & ~json_escaped(look.slashes, &state);
        uint64_t inside = json_below(ends);
        span.slashes |= look.slashes & inside;
        span.wide |= look.wide & inside;
        controls |= look.controls & inside;
        if (ends != 0) {
            size_t end = at + (size_t)__builtin_ctzll(ends) + 1;
            span.end = controls != 0 || end >= runner->text.size ? 0 : end;
            return span;
        }
    }
    return span;
}

/* Returns where it ends, or 0, as the next ones do. */
JSON_INLINE size_t
json_run_string(
        struct json_runner *runner, struct json_pick *pick, size_t at, const struct json_eye *eye)
{
    struct json_glance seen = eye->glance(json_run_at(runner, at + 1));
    uint32_t inside = (seen.quotes - 1) & ~seen.quotes;
    uint32_t last = UINT32_C(1) << 31; /* so that there is one to be counted up to */
    struct json_span span = { .end = at + 2 + (size_t)__builtin_ctz(seen.quotes | last) };

    if (JSON_RARELY(seen.quotes == 0) || JSON_RARELY((seen.odd & inside) != 0)) {
        span = json_run_long(runner, at + 1, eye);
        if (span.end == 0 ||
                (pick != NULL && span.slashes != 0 && !json_escapes(runner->text, at, span.end))) {
            return 0;
        }
    } else {
        span.wide = seen.wide & inside;
    }
    if (pick != NULL) {
        json_run_pick(runner, pick, at, &span);
        pick->value.kind = JSON_STRING;
    }
    return span.end;
}

/* Whole numbers of up to 16 digits: all that records have as a rule. With more, no comma follows, and what
 * stands behind the number makes the run give up. */
JSON_INLINE size_t
json_run_number(
        struct json_runner *runner, struct json_pick *pick, size_t at, const struct json_eye *eye)
{
    size_t size = (size_t)__builtin_ctz(~eye->digits(json_run_at(runner, at)));
    struct json_span span = { .end = at + size };

    if (JSON_RARELY(size == 0) || JSON_RARELY(size > 1 && *json_run_at(runner, at) == '0')) {
        return 0;
    }
    if (pick != NULL) {
        json_run_pick(runner, pick, at, &span);
        pick->value.kind = JSON_NUMBER;
    }
    return span.end;
}

JSON_INLINE size_t
json_run_word(struct json_runner *runner, struct json_pick *pick, size_t at)
{
    const char *bytes = json_run_at(runner, at);
    int null = memcmp(bytes, "null", 4) == 0;
    int wrong = memcmp(bytes, "false", 4) == 0 && bytes[4] == 'e';
    struct json_span span = { .end = wrong ? at + 5 : at + 4 };

    if (!null && !wrong && memcmp(bytes, "true", 4) != 0) {
        return 0;
    }
    if (pick != NULL) {
        json_run_pick(runner, pick, at, &span);
        pick->value.kind = null ? JSON_NULL : JSON_FLAG;
    }
    return span.end;
}

/* The key at `bytes`, if it is one that is due; else NULL. */
JSON_INLINE struct json_known *
json_run_key(struct json_runner *runner, const char *bytes, const struct json_eye *eye)
{
    struct json_known *key = runner->key + 1;

    if (JSON_MOSTLY(key->parent == runner->want) && JSON_MOSTLY(eye->fits(key, bytes))) {
        return key;
    }
    key = &runner->picker->known.keys[runner->key->next];
    if (key->parent != runner->want || !eye->fits(key, bytes)) {
        return NULL;
    }
    runner->straight &= runner->key == runner->picker->known.keys; /* the first may be any */
    return key;
}

JSON_INLINE int
json_run_enter(struct json_runner *runner, uint32_t want, size_t at)
{
    const struct want *wanted = &runner->picker->wants[want];

    if (want != JSON_WANT_ROOT && (wanted->child == JSON_NO_WANT || wanted->whole)) {
        return 0;
    }
    if (runner->depth == JSON_DEPTH_MAX) {
        return 0;
    }
    json_run_pick(runner, &runner->picker->picks[want], at, &(struct json_span){ .end = at });
    runner->picker->picks[want].value.kind = JSON_OBJECT;
    runner->wants[runner->depth++] = runner->want;
    runner->want = want;
    return 1;
}

/* At the first of the closers, if there are any. Returns where the first byte behind them is. */
JSON_INLINE size_t
json_run_leave(struct json_runner *runner, size_t at)
{
    const char *bytes = runner->text.at;

    for (; at < runner->text.size && bytes[at] == '}' && runner->depth > 0; at++) {
        struct view *raw = &runner->picker->picks[runner->want].value.raw;
        raw->size = (size_t)(bytes + at + 1 - raw->at);
        runner->want = runner->wants[--runner->depth];
    }
    json_run_reach(runner, at);
    return at;
}

/* The value at `at`, taken if it is wanted. Of a container no more than its brace. */
JSON_INLINE size_t
json_run_value(struct json_runner *runner,
        const struct json_known *key,
        size_t at,
        const struct json_eye *eye)
{
    char first = *json_run_at(runner, at);

    if (JSON_MOSTLY(first == '"')) {
        return json_run_string(runner, key->pick, at, eye);
    }
    if (first <= '9') {
        return json_run_number(runner, key->pick, at, eye);
    }
    if (first == '{') {
        return json_run_enter(runner, key->want, at) ? at + 1 : 0;
    }
    return json_run_word(runner, key->pick, at);
}

/* The member at `at`, up to behind its value, or behind the brace of one that was entered. */
JSON_INLINE size_t
json_run_member(struct json_runner *runner, size_t at, const struct json_eye *eye)
{
    json_run_reach(runner, at);
    struct json_known *key = json_run_key(runner, json_run_at(runner, at), eye);
    if (JSON_RARELY(key == NULL)) {
        return 0;
    }
    runner->key = key;
    runner->steps++;
    at += key->size + runner->blank;
    return JSON_MOSTLY(json_run_blank(runner, at)) ? json_run_value(runner, key, at, eye) : 0;
}

/* From a comma to the key behind it. Where the text has ended, there are zeros. */
JSON_INLINE size_t
json_run_comma(const struct json_runner *runner, size_t at)
{
    size_t key = at + 1 + runner->blank;

    return JSON_MOSTLY(*json_run_at(runner, at) == ',') && JSON_MOSTLY(json_run_blank(runner, key))
                   ? key
                   : 0;
}

/* From behind the outermost brace on. */
JSON_INLINE int
json_run_members(struct json_runner *runner, const struct json_eye *eye)
{
    size_t at = 1;

    while (at != 0) {
        size_t depth = runner->depth;
        at = json_run_member(runner, at, eye);
        if (at == 0 || runner->depth != depth) {
            continue;
        }
        if (JSON_RARELY(*json_run_at(runner, at) == '}')) {
            at = json_run_leave(runner, at);
        }
        if (runner->depth == 0) {
            return json_skip_space(runner->text, at) == runner->text.size;
        }
        at = json_run_comma(runner, at);
    }
    return 0;
}

/* `blank` is a constant where this is called: there are two bodies, each for its own way of writing. What the
 * run keeps in mind is small and its address goes nowhere, so that compilers hold it in registers. */
JSON_INLINE int
json_run_written(
        struct json_picker *picker, struct view text, const struct json_eye *eye, size_t blank)
{
    uint32_t wants[JSON_DEPTH_MAX];
    char tail[2 * JSON_RUN_REACH];
    struct json_runner runner = { .picker = picker,
        .text = text,
        .key = picker->known.keys,
        .want = JSON_WANT_ROOT,
        .blank = blank,
        .straight = 1,
        .base = (uintptr_t)text.at,
        .base_end = text.size - JSON_RUN_REACH,
        .tail = tail,
        .wants = wants };

    memcpy(tail, text.at + text.size - JSON_RUN_REACH, JSON_RUN_REACH);
    memset(tail + JSON_RUN_REACH, 0, JSON_RUN_REACH);
    jdoc_begin(picker->document, text);
    json_run_enter(&runner, JSON_WANT_ROOT, 0);
    if (!json_run_members(&runner, eye)) {
        return 0;
    }
    if (runner.straight) { /* then the first and the last key say which there are between them */
        const struct json_known_keys *known = &picker->known;
        uint64_t last = (uint64_t)(runner.key - known->keys);
        uint64_t first = last - runner.steps + 1;
        picker->layout = (uint64_t)known->age << 32 | first << 16 | last;
    }
    return 1;
}

JSON_INLINE int
json_run_text(struct json_picker *picker, struct view text, const struct json_eye *eye)
{
    if (text.size < JSON_RUN_REACH || text.at[0] != '{') {
        return 0;
    }
    for (size_t i = 0; i < 6; i++) {
        /* A number, too: there may be nothing. NOLINTNEXTLINE(performance-no-int-to-ptr) */
        __builtin_prefetch((const void *)((uintptr_t)text.at + JSON_RUN_AHEAD + 64 * i));
    }
    return picker->blanks ? json_run_written(picker, text, eye, 1)
                          : json_run_written(picker, text, eye, 0);
}

#endif
