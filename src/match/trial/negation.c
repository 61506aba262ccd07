#include "match/trial/negation.h"

#include <assert.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum negator_kind {
    NEGATOR_NONE,
    /* Two of these cancel each other. */
    NEGATOR_PLAIN,
    /* Spanish says these beside a plain one, and still means no: "no se ha caído nunca". */
    NEGATOR_CONCORD,
};

struct negator {
    const char *word;
    enum negator_kind kind;
    size_t reach; /* words it may stand before the match */
};

/* "sin" and "without" deny the noun behind them, not what the rest of the clause tells. */
static const struct negator negators[] = {
    { "no", NEGATOR_PLAIN, NEGATION_REACH },
    { "not", NEGATOR_PLAIN, NEGATION_REACH },
    { "never", NEGATOR_PLAIN, NEGATION_REACH },
    { "cannot", NEGATOR_PLAIN, NEGATION_REACH },
    { "sin", NEGATOR_PLAIN, 2 },
    { "without", NEGATOR_PLAIN, 2 },
    { "nunca", NEGATOR_CONCORD, NEGATION_REACH },
    { "jamas", NEGATOR_CONCORD, NEGATION_REACH },
    { "tampoco", NEGATOR_CONCORD, NEGATION_REACH },
    { "ni", NEGATOR_CONCORD, 3 },
    { "ningun", NEGATOR_CONCORD, 2 },
    { "ninguna", NEGATOR_CONCORD, 2 },
    { "neither", NEGATOR_CONCORD, 3 },
    { "nor", NEGATOR_CONCORD, 3 },
};

/* "isn't" ends in n't; without the apostrophe each has to be named. */
static const char *const contractions[] = { "isnt", "arent", "wasnt", "werent", "dont", "doesnt",
    "didnt", "hasnt", "havent", "hadnt", "cant", "couldnt", "wont", "wouldnt", "aint", "shouldnt" };

/* A clause ends before one of these, and with it the reach of a negator. */
static const char *const joints[] = { "pero", "but", "sino", "aunque", "although", "though",
    "porque", "because", "pues", "y", "e", "and", "si", "if", "whether", "cuando", "when", "como",
    "how", "why", "desde", "since", "hasta", "until", "till", "ya" };

/* What is denied behind one of these is supposed or asked, not told: "si no está caído". */
static const char *const conditions[] = { "si", "if", "whether", "cuando", "when", "why",
    "unless" };

/* A negator that begins one of these denies nothing: "no puede ser, ¿otra vez caído?" */
static const char *const phrases[] = { "sin embargo", "sin duda", "sin querer", "no solo",
    "no solamente", "no puede ser", "no me puedo creer", "no me lo puedo creer", "no puedo creer",
    "no es normal", "no es la primera", "no es posible", "no hay derecho", "no hay quien",
    "no me extraña", "no se por", "no entiendo", "not only", "no wonder", "no doubt",
    "not the first", "cannot believe", "can't believe", "cant believe", "not surprised",
    "not again", "ni siquiera" };

struct words {
    struct pattern_span at[NEGATION_REACH + 1]; /* and what stands before the last */
    size_t count;
};

static struct view
word_of(struct view text, struct pattern_span span)
{
    return view_slice(text, span.begin, span.end);
}

static int
is_one_of(struct view word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (view_equal(word, view_of(list[i]))) {
            return 1;
        }
    }
    return 0;
}

enum character { CHARACTER_WORD, CHARACTER_SPACE, CHARACTER_BREAK };

/* Of the character that byte `at` belongs to. Beyond Latin and its like lie the long dash, the
 * ellipsis and the emoji: they part clauses too. */
static enum character
character_at(struct view text, size_t at)
{
    unsigned char c = (unsigned char)text.at[at];
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' ||
            c == '\'') {
        return CHARACTER_WORD;
    }
    if (c < 0x80) {
        return strchr(".,;:!?()\n\r", c) != NULL && c != '\0' ? CHARACTER_BREAK : CHARACTER_SPACE;
    }
    for (; at > 0 && (c & 0xC0) == 0x80; at--) {
        c = (unsigned char)text.at[at - 1];
    }
    if (c == 0xC2) {
        return text.at[at + 1] == '\xA0' ? CHARACTER_SPACE : CHARACTER_BREAK; /* no letters there */
    }
    return c >= 0xE2 ? CHARACTER_BREAK : CHARACTER_WORD;
}

/* The words before byte `end`, the nearest first, as far as its clause goes. */
static void
read_back(struct view text, size_t end, struct words *words)
{
    size_t at = end;
    words->count = 0;
    while (at > 0 && words->count <= NEGATION_REACH) {
        enum character kind = character_at(text, at - 1);
        if (kind == CHARACTER_BREAK) {
            return;
        }
        if (kind == CHARACTER_SPACE) {
            at--;
            continue;
        }
        struct pattern_span word = { .end = at };
        while (at > 0 && character_at(text, at - 1) == CHARACTER_WORD) {
            at--;
        }
        word.begin = at;
        /* The pattern began inside a word: that word is the match's own. */
        if (word.end == end && end < text.size && character_at(text, end) == CHARACTER_WORD) {
            continue;
        }
        words->at[words->count++] = word;
    }
}

static struct negator
negator_of(struct view text, struct pattern_span span)
{
    struct view word = word_of(text, span);
    struct negator none = { .kind = NEGATOR_NONE };
    /* @no and #no are names. */
    if (span.begin > 0 && strchr("@#", text.at[span.begin - 1]) != NULL) {
        return none;
    }
    for (size_t i = 0; i < LENGTH(negators); i++) {
        if (view_equal(word, view_of(negators[i].word))) {
            return negators[i];
        }
    }
    int contracted =
            word.size > 3 && view_equal(view_slice(word, word.size - 3, word.size), VIEW("n't"));
    if (contracted || is_one_of(word, contractions, LENGTH(contractions))) {
        return (struct negator){ .kind = NEGATOR_PLAIN, .reach = NEGATION_REACH };
    }
    return none;
}

/* Does the text go on from `at` with the words of `phrase`, whole? */
static int
has_phrase(struct view text, size_t at, struct view phrase)
{
    struct view rest = view_slice(text, at, text.size);
    return view_starts(rest, phrase) &&
           (rest.size == phrase.size || character_at(text, at + phrase.size) != CHARACTER_WORD);
}

static int
begins_phrase(struct view text, size_t at)
{
    for (size_t i = 0; i < LENGTH(phrases); i++) {
        if (has_phrase(text, at, view_of(phrases[i]))) {
            return 1;
        }
    }
    return 0;
}

/* A match that says no itself means it: "no funciona", "not working". */
static int
denies_itself(struct view text, struct pattern_span match)
{
    size_t at = match.begin;
    while (at < match.end) {
        struct pattern_span word = { .begin = at };
        while (at < match.end && character_at(text, at) == CHARACTER_WORD) {
            at++;
        }
        word.end = at;
        if (word.end > word.begin && negator_of(text, word).kind != NEGATOR_NONE) {
            return 1;
        }
        at += word.end == word.begin ? 1 : 0;
    }
    return 0;
}

static int
is_supposed(struct view text, const struct words *words, size_t negator)
{
    return negator + 1 < words->count &&
           is_one_of(word_of(text, words->at[negator + 1]), conditions, LENGTH(conditions));
}

int
negation_voids(struct view text, struct pattern_span match, struct pattern_span *negator)
{
    struct words words;
    size_t plain = 0;
    size_t concord = 0;
    assert(match.begin <= match.end && match.end <= text.size);
    read_back(text, match.begin, &words);
    for (size_t i = 0; i < words.count; i++) {
        struct negator found = negator_of(text, words.at[i]);
        if (is_one_of(word_of(text, words.at[i]), joints, LENGTH(joints))) {
            break;
        }
        if (found.kind == NEGATOR_NONE || i >= found.reach || is_supposed(text, &words, i) ||
                begins_phrase(text, words.at[i].begin)) {
            continue;
        }
        *negator = plain + concord == 0 ? words.at[i] : *negator;
        plain += found.kind == NEGATOR_PLAIN;
        concord += found.kind == NEGATOR_CONCORD;
    }
    int denied = plain % 2 == 1 || (plain == 0 && concord > 0);
    return denied && !denies_itself(text, match);
}
