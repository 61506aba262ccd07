/* phrase_speak(): from a pattern to a text that it matches. */
#include "generator/phrases.h"

struct speaker {
    struct view pattern;
    struct rng *rng;
    struct sink *sink;
};

/* The byte behind the group whose ( stands at `at`. */
static size_t
group_end(struct view pattern, size_t at)
{
    size_t depth = 0;

    for (; at < pattern.size; at++) {
        if (pattern.at[at] == '\\') {
            at++;
        } else if (pattern.at[at] == '(') {
            depth++;
        } else if (pattern.at[at] == ')' && --depth == 0) {
            return at + 1;
        }
    }
    return pattern.size;
}

/* The byte behind the alternative that begins at `at`: a | or the end. */
static size_t
alternative_end(struct view pattern, size_t at)
{
    while (at < pattern.size && pattern.at[at] != '|') {
        if (pattern.at[at] == '(') {
            at = group_end(pattern, at);
        } else {
            at += pattern.at[at] == '\\' ? 2 : 1;
        }
    }
    return at < pattern.size ? at : pattern.size;
}

static struct view
pick_alternative(struct view pattern, struct rng *rng)
{
    size_t count = 0;
    size_t at = 0;

    for (size_t i = 0; i <= pattern.size; i = alternative_end(pattern, i) + 1) {
        count++;
    }
    for (uint32_t skip = rng_below(rng, (uint32_t)count); skip > 0; skip--) {
        at = alternative_end(pattern, at) + 1;
    }
    return view_slice(pattern, at, alternative_end(pattern, at));
}

/* The byte behind the piece (group, class, escape, character) at `at`. */
static size_t
piece_end(struct view pattern, size_t at)
{
    if (pattern.at[at] == '(') {
        return group_end(pattern, at);
    }
    if (pattern.at[at] == '[') {
        while (at < pattern.size && pattern.at[at] != ']') {
            at++;
        }
        return at + 1;
    }
    if (pattern.at[at] == '\\') {
        return at + 2;
    }
    at++;
    while (at < pattern.size && ((unsigned char)pattern.at[at] & 0xC0) == 0x80) {
        at++;
    }
    return at;
}

static void
speak_escape(const struct speaker *speaker, char what)
{
    if (what == 'd') {
        sink_byte(speaker->sink, (char)('0' + rng_below(speaker->rng, 10)));
    } else if (what == 'w') {
        sink_byte(speaker->sink, (char)('a' + rng_below(speaker->rng, 26)));
    } else if (what != 'b') {
        sink_byte(speaker->sink, what);
    }
}

static void
speak_piece(const struct speaker *speaker, struct view piece)
{
    if (view_starts(piece, VIEW("(?:"))) {
        phrase_speak(view_slice(piece, 3, piece.size - 1), speaker->rng, speaker->sink);
    } else if (piece.at[0] == '[') {
        size_t at = 1 + rng_below(speaker->rng, (uint32_t)piece.size - 2);
        sink_byte(speaker->sink, piece.at[at]);
    } else if (piece.at[0] == '\\') {
        speak_escape(speaker, piece.at[1]);
    } else if (piece.at[0] == '.') {
        sink_byte(speaker->sink, ' ');
    } else if (piece.at[0] != '(') { /* what looks around says nothing */
        sink_put(speaker->sink, piece);
    }
}

/* How often the piece is said; `*at` moves behind its quantifier. */
static uint32_t
read_times(const struct speaker *speaker, size_t *at)
{
    struct view pattern = speaker->pattern;

    if (*at >= pattern.size) {
        return 1;
    }
    if (pattern.at[*at] == '?') {
        (*at)++;
        return rng_below(speaker->rng, 2);
    }
    if (pattern.at[*at] == '+') {
        (*at)++;
        return 2 + rng_below(speaker->rng, 5);
    }
    if (pattern.at[*at] != '{') {
        return 1;
    }
    uint32_t lowest = (uint32_t)(pattern.at[*at + 1] - '0');
    while (pattern.at[*at] != '}') {
        (*at)++;
    }
    (*at)++;
    return lowest == 0 ? 1 : lowest;
}

void
phrase_speak(struct view pattern, struct rng *rng, struct sink *sink)
{
    struct speaker speaker = { pick_alternative(pattern, rng), rng, sink };

    for (size_t at = 0; at < speaker.pattern.size;) {
        size_t end = piece_end(speaker.pattern, at);
        struct view piece = view_slice(speaker.pattern, at, end);
        for (uint32_t times = read_times(&speaker, &end); times > 0; times--) {
            speak_piece(&speaker, piece);
        }
        at = end;
    }
}
