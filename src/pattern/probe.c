#define PCRE2_CODE_UNIT_WIDTH 8

#include "pattern/probe.h"

#include "core/hash.h"
#include "pattern/sample.h"

#include <assert.h>
#include <pcre2.h>
#include <stdlib.h>

#define TEXT_SIZE ((size_t)TEXT_SIZE_MAX)
/* The texts repeat themselves, so few of their starts tell what all cost. */
#define STARTS        24
#define SAMPLE_SIZE   192
#define SAMPLES       5
#define CHOICES_PLAIN 6
#define LIMIT_LEAST   8U
#define LIMIT_MOST    4096U
#define REACH_LEAST   32U
#define BYTES_A_STEP  8
#define KNOWN_MOST    65536
#define KNOWN_AT_ONCE 1024
/* Groups that need no room: nobody asks where they stand. */
#define OVECTOR_PAIRS 1

struct known_pattern {
    uint64_t hash; /* 0: free */
    uint32_t steps;
};

struct probe {
    pcre2_match_data *data;
    pcre2_match_context *limits;
    uint64_t random;
    char text[TEXT_SIZE_MAX];
    struct known_pattern *known; /* open addressing, a power of two, at most half full */
    size_t known_size;
    size_t known_count;
};

struct probe *
probe_create(void)
{
    struct probe *probe = calloc(1, sizeof *probe);
    if (probe == NULL) {
        return NULL;
    }
    probe->data = pcre2_match_data_create(OVECTOR_PAIRS, NULL);
    probe->limits = pcre2_match_context_create(NULL);
    probe->known = calloc(KNOWN_AT_ONCE, sizeof *probe->known);
    probe->known_size = KNOWN_AT_ONCE;
    if (probe->data == NULL || probe->limits == NULL || probe->known == NULL) {
        probe_destroy(&probe);
    }
    return probe;
}

void
probe_destroy(struct probe **probe)
{
    if (*probe == NULL) {
        return;
    }
    pcre2_match_data_free((*probe)->data);
    pcre2_match_context_free((*probe)->limits);
    free((*probe)->known);
    free(*probe);
    *probe = NULL;
}

/* ---- what is known ---- */

static struct known_pattern *
find_known(struct known_pattern *known, size_t size, uint64_t hash)
{
    size_t at = (size_t)hash & (size - 1);
    while (known[at].hash != 0 && known[at].hash != hash) {
        at = (at + 1) & (size - 1);
    }
    return &known[at];
}

/* Twice the room; what cannot be remembered is probed again. */
static int
make_room(struct probe *probe)
{
    size_t size = probe->known_size * 2;
    if (probe->known_count * 2 < probe->known_size) {
        return 1;
    }
    struct known_pattern *known = size > KNOWN_MOST ? NULL : calloc(size, sizeof *known);
    if (known == NULL) {
        return 0;
    }
    for (size_t i = 0; i < probe->known_size; i++) {
        if (probe->known[i].hash != 0) {
            *find_known(known, size, probe->known[i].hash) = probe->known[i];
        }
    }
    free(probe->known);
    probe->known = known;
    probe->known_size = size;
    return 1;
}

/* ---- what one start costs ---- */

static int
run(struct probe *probe, const struct pattern *pattern, size_t size, size_t start, uint32_t options)
{
    return pcre2_match(pattern->code, (PCRE2_SPTR)probe->text, size, start,
            options | PCRE2_ANCHORED | PCRE2_NO_JIT | PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY,
            probe->data, probe->limits);
}

/* The smallest limit that suffices, within a factor of two. Nothing where it matches: a search ends
 * there. */
static uint32_t
steps_at(struct probe *probe, const struct pattern *pattern, size_t start)
{
    uint32_t limit = LIMIT_LEAST;
    int rc = PCRE2_ERROR_MATCHLIMIT;
    for (; limit < LIMIT_MOST && rc == PCRE2_ERROR_MATCHLIMIT; limit *= 2) {
        (void)pcre2_set_match_limit(probe->limits, limit);
        rc = run(probe, pattern, TEXT_SIZE, start, 0);
    }
    return rc >= 0 ? 0 : limit / 2;
}

/* How far behind the start it looks, within a factor of two: a text that ends sooner leaves the
 * match open. */
static uint32_t
reach_at(struct probe *probe, const struct pattern *pattern, size_t start)
{
    size_t reach = REACH_LEAST;
    for (; start + reach < TEXT_SIZE; reach *= 2) {
        size_t end = start + reach;
        while (((unsigned char)probe->text[end] & 0xC0) == 0x80) {
            end--;
        }
        if (run(probe, pattern, end, start, PCRE2_PARTIAL_HARD) != PCRE2_ERROR_PARTIAL) {
            break;
        }
    }
    return (uint32_t)(reach == REACH_LEAST ? 0 : reach);
}

/* All starts of the text, from a few of them. */
static uint32_t
steps_on_text(struct probe *probe, const struct pattern *pattern)
{
    uint64_t steps = 0;
    for (size_t i = 0; i < STARTS && steps * TEXT_SIZE / STARTS < PROBE_STEPS_MAX; i++) {
        probe->random = probe->random * 6364136223846793005U + 1442695040888963407U;
        size_t start = (size_t)(probe->random >> 33) % TEXT_SIZE;
        while (((unsigned char)probe->text[start] & 0xC0) == 0x80) {
            start--;
        }
        uint32_t own = steps_at(probe, pattern, start);
        if (own > 0) {
            (void)pcre2_set_match_limit(probe->limits, LIMIT_MOST);
            steps += reach_at(probe, pattern, start) / BYTES_A_STEP;
            steps += own > LIMIT_LEAST ? own : 0; /* else as in a plain search */
        }
    }
    steps = steps * TEXT_SIZE / STARTS;
    return (uint32_t)(steps < PROBE_STEPS_MAX ? steps : PROBE_STEPS_MAX);
}

/* ---- the texts ---- */

/* `piece` over and over, and `end` at the end: what the pattern cannot do without is there, so that
 * PCRE2 does not see at once that it is missing. */
static void
fill(struct probe *probe, struct view piece, struct view end)
{
    size_t size = 0;
    if (piece.size == 0) {
        piece = VIEW(" ");
    }
    while (size + piece.size + end.size < TEXT_SIZE) {
        memcpy(probe->text + size, piece.at, piece.size);
        size += piece.size;
    }
    if (end.size > 0) {
        probe->text[size++] = '.'; /* a match of both together would tell nothing */
        memcpy(probe->text + size, end.at, end.size);
        size += end.size;
    }
    memset(probe->text + size, '.', TEXT_SIZE - size);
}

static uint32_t
worse_of(struct probe *probe,
        const struct pattern *pattern,
        uint32_t steps,
        struct view piece,
        struct view end)
{
    if (steps >= PROBE_STEPS_MAX) {
        return steps;
    }
    fill(probe, piece, end);
    uint32_t other = steps_on_text(probe, pattern);
    return other > steps ? other : steps;
}

/* The text's first characters, at most `size` bytes of them. */
static struct view
cut(struct view text, size_t size)
{
    while (size > 0 && size < text.size && ((unsigned char)text.at[size] & 0xC0) == 0x80) {
        size--;
    }
    return view_slice(text, 0, size < text.size ? size : text.size);
}

static struct view
first_word(struct view text)
{
    const char *blank = text.size == 0 ? NULL : memchr(text.at, ' ', text.size);
    return blank == NULL ? text : view_slice(text, 0, (size_t)(blank - text.at) + 1);
}

static uint32_t
worst_of(struct probe *probe, const struct pattern *pattern, struct view source)
{
    static const char *const runs[] = { " ", "0", "ab", "a ", "a b c. ", "0 ", "\n", "\xc3\xb1",
        "aabb11 ", "'a-" };
    char at[SAMPLE_SIZE + 1];
    uint32_t steps = 0;
    probe->random = 1;
    for (uint64_t seed = 1; seed <= SAMPLES; seed++) {
        struct view whole = { at, sample_pattern(source, seed, at, SAMPLE_SIZE) };
        at[whole.size++] = ' ';
        for (size_t i = 0; i < sizeof runs / sizeof runs[0] && seed <= 2; i++) {
            steps = worse_of(probe, pattern, steps, view_of(runs[i]), whole);
        }
        steps = worse_of(probe, pattern, steps, whole, VIEW(""));
        steps = worse_of(probe, pattern, steps, first_word(whole), whole);
        steps = worse_of(probe, pattern, steps, cut(whole, whole.size / 2), whole);
        steps = worse_of(
                probe, pattern, steps, cut(whole, whole.size > 2 ? whole.size - 2 : 1), whole);
    }
    return steps;
}

/* Without repeats and with few choices there is nothing to go back over. Most names are such. */
static int
is_plain(struct view text)
{
    size_t choices = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        if (c == '*' || c == '+' || c == '{') {
            return 0;
        }
        choices += c == '?' || c == '|';
    }
    return choices <= CHOICES_PLAIN;
}

uint32_t
probe_worst_steps(struct probe *probe, const struct pattern *pattern, struct view text)
{
    uint64_t hash = hash_bytes(text.at, text.size);
    assert(pattern->code != NULL);
    if (is_plain(text)) {
        return 0;
    }
    hash = hash == 0 ? 1 : hash;
    struct known_pattern *known = find_known(probe->known, probe->known_size, hash);
    if (known->hash == hash) {
        return known->steps;
    }
    uint32_t steps = worst_of(probe, pattern, text);
    if (make_room(probe)) {
        *find_known(probe->known, probe->known_size, hash) =
                (struct known_pattern){ .hash = hash, .steps = steps };
        probe->known_count++;
    }
    return steps;
}
