#include "generator/posts.h"

#include "core/text/utf8.h"
#include "fold/fold.h"
#include "generator/brands.h"
#include "generator/phrases.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Of lean and of full records: what people write does not hang on who passes it on. */
#define ORDINARY_POSTS                                                                             \
    {                                                                                              \
        .english = 75, .brand = 68, .trouble = 350, .handles = 60, .hashtags = 48, .links = 45,    \
        .emoji = 90, .newline = 300, .repost = 76, .numbered = 45, .accents = 560, .small = 53,    \
        .everyday = 8, .vocabulary = 60000, .size_low = 28, .size_high = 135, .longer = 22,        \
        .size_longest = 260                                                                        \
    }

/* Set so that words a text, starts like those of rules, and matching texts are as in real posts. */
static const struct post_shares shares_table[CORPUS_KIND_COUNT] = {
    [CORPUS_LEAN] = ORDINARY_POSTS,
    [CORPUS_HOT] = { .english = 960,
            .brand = 715,
            .trouble = 70,
            .handles = 98,
            .hashtags = 36,
            .links = 25,
            .emoji = 12,
            .newline = 17,
            .repost = 6,
            .numbered = 35,
            .accents = 500,
            .small = 58,
            .everyday = 16,
            .vocabulary = 30000,
            .size_low = 42,
            .size_high = 168,
            .longer = 2,
            .size_longest = 280 },
    [CORPUS_FULL] = ORDINARY_POSTS,
};

static const char *const emoji[] = { "😡", "🤬", "😂", "🙄", "👏", "❤️", "🔥", "✨", "😭", "📦",
    "✈️", "👉", "🚨", "🙏", "👍🏼", "‼️", "…", "—", "¡", "¿" };

/* One post while it is written. */
struct post {
    const struct post_shares *shares;
    struct words_mix mix;
    struct rng *rng;
    struct sink *sink;
    struct sink piece; /* before it is decided how it is spelled */
};

const struct post_shares *
post_shares(enum corpus_kind kind)
{
    return &shares_table[kind];
}

/* Real posts shout, begin sentences, name names, and leave accents out. */
static void
put_spelled(struct post *post)
{
    struct view piece = { .at = post->piece.at, .size = post->piece.size };
    int capital = rng_below(post->rng, 7) == 0;
    int shouted = rng_below(post->rng, 32) == 0;
    int plain = rng_below(post->rng, 1000) >= post->shares->accents;
    uint32_t folded[4];

    for (size_t at = 0; at < piece.size;) {
        size_t begin = at;
        uint32_t code_point = utf8_next(piece, &at);
        if ((shouted || (begin == 0 && capital)) && code_point >= 'a' && code_point <= 'z') {
            sink_byte(post->sink, (char)(code_point - 'a' + 'A'));
        } else if (plain && code_point >= 0xC0 && code_point < 0x180) {
            (void)fold_code_point(code_point, folded);
            sink_byte(post->sink, (char)(code_point == 0xF1 ? 'n' : folded[0]));
        } else {
            sink_put(post->sink, view_slice(piece, begin, at));
        }
    }
    post->piece.size = 0;
}

/* What stands between two words, nearly always a space. */
static void
put_gap(struct post *post)
{
    static const char *const gaps[] = { ", ", ", ", ", ", ", ", ". ", ". ", ". ", ". ", "! ", "? ",
        "... ", ": ", " \"", "\" ", " - ", " & " };
    uint32_t draw = rng_below(post->rng, 140);

    if (post->sink->size > 0) {
        sink_string(post->sink, draw < COUNT(gaps) ? gaps[draw] : " ");
    }
}

static void
put_word(struct post *post)
{
    put_gap(post);
    if (rng_below(post->rng, 40) == 0) {
        sink_number(post->sink, rng_below(post->rng, rng_below(post->rng, 4) == 0 ? 3000 : 40));
        return;
    }
    words_put(&post->mix, post->rng, &post->piece);
    put_spelled(post);
}

static void
put_brand(struct post *post)
{
    struct brand brand;

    brand_make(post->mix.seed, brand_pick(post->mix.seed, post->rng), &brand);
    put_gap(post);
    if (brand.names[0] == '\0' || (brand.handle[0] != '\0' && rng_below(post->rng, 2) == 0)) {
        sink_byte(post->sink, '@');
        sink_string(&post->piece, brand.handle);
    } else {
        phrase_speak(view_of(brand.names), post->rng, &post->piece);
    }
    put_spelled(post);
}

/* Mostly of what every rule set begins with: nobody writes a rule for what nobody says. */
static void
put_trouble(struct post *post)
{
    struct phrase phrase;

    if (rng_below(post->rng, 10) < 9) {
        (void)phrase_core(rng_below(post->rng, 50), &phrase);
    } else {
        (void)phrase_composed(rng_below(post->rng, (uint32_t)phrase_composed_count()), &phrase);
    }
    put_gap(post);
    phrase_speak(view_of(phrase.pattern), post->rng, &post->piece);
    put_spelled(post);
}

/* Somebody: a word, a number, or both. */
static void
put_somebody(struct post *post)
{
    char word[LEXICON_WORD_SIZE];
    uint64_t number = rng_below(post->rng, 20000);
    size_t size = brand_word(post->mix.seed ^ 0x4A6, number, 2 + number % 2, word);
    int numbered = rng_below(post->rng, 100) < post->shares->numbered;

    sink_string(post->sink, "@");
    if (!numbered || number % 2 == 0) {
        sink_put(post->sink, (struct view){ word, size });
    }
    if (numbered) {
        sink_number(post->sink, 10000 + rng_below(post->rng, 900000));
    }
}

/* A word or a few, the first letter of each a capital one or none. */
static void
put_hashtag(struct post *post)
{
    char word[LEXICON_WORD_SIZE];
    uint32_t words = 1 + rng_below(post->rng, 8) * 3 / 8;
    int capital = words > 1 || rng_below(post->rng, 2) == 0;

    sink_string(post->sink, " #");
    for (uint32_t i = 0; i < words; i++) {
        uint64_t near = rng_below(post->rng, 60);
        uint64_t rank = near * rng_below(post->rng, 60);
        size_t size = lexicon_word(post->mix.language, post->mix.seed ^ 0x4A7, rank, word);
        if (capital && word[0] >= 'a' && word[0] <= 'z') {
            word[0] = (char)(word[0] - 'a' + 'A');
        }
        sink_put(post->sink, (struct view){ word, size });
    }
    if (rng_below(post->rng, 10) == 0) {
        sink_number(post->sink, rng_below(post->rng, 100));
    }
}

/* Whoever is moved presses the same key again. */
static void
put_emoji(struct post *post)
{
    const char *one = emoji[rng_below(post->rng, COUNT(emoji))];

    for (uint32_t times = 1 + rng_below(post->rng, 9) / 4 * 3 / 2; times > 0; times--) {
        sink_string(post->sink, " ");
        sink_string(post->sink, one);
    }
}

static void
put_link(struct post *post)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    sink_string(post->sink, " https://t.co/");
    for (int i = 0; i < 10; i++) {
        sink_byte(post->sink, letters[rng_below(post->rng, 62)]);
    }
}

/* About `share` of a hundred posts have one more; a few have two. */
static int
draws(struct post *post, uint32_t share)
{
    return rng_below(post->rng, 100) < share / 2 + (post->sink->size > 90 ? share % 2 : 0);
}

static void
put_extras(struct post *post)
{
    for (int i = 0; i < 2; i++) {
        if (draws(post, post->shares->hashtags)) {
            put_hashtag(post);
        }
        if (draws(post, post->shares->emoji)) {
            put_emoji(post);
        }
        if (draws(post, post->shares->links)) {
            put_link(post);
        }
    }
}

static void
put_body(struct post *post, size_t size)
{
    int brand = rng_below(post->rng, 1000) < post->shares->brand;
    int trouble = brand && rng_below(post->rng, 1000) < post->shares->trouble;

    while (post->sink->size < size && !post->sink->failed) {
        put_word(post);
        if (brand && rng_below(post->rng, 4) == 0) {
            put_brand(post);
            brand = 0;
        }
        if (trouble && rng_below(post->rng, 4) == 0) {
            put_trouble(post);
            trouble = 0;
        }
    }
    if (brand) {
        put_brand(post);
    }
    if (trouble) {
        put_trouble(post);
    }
}

static size_t
pick_size(const struct post_shares *shares, struct rng *rng)
{
    if (rng_below(rng, 100) < shares->longer) {
        return shares->size_high + rng_below(rng, shares->size_longest - shares->size_high);
    }
    return shares->size_low + rng_below(rng, shares->size_high - shares->size_low);
}

enum words_language
post_put(const struct post_shares *shares, uint64_t seed, struct rng *rng, struct sink *sink)
{
    struct post post = { .shares = shares, .rng = rng, .sink = sink };
    size_t extra = 22 * (shares->hashtags + shares->links + shares->emoji / 4) / 100;
    size_t size = pick_size(shares, rng);

    post.mix = (struct words_mix){ .language = rng_below(rng, 1000) < shares->english ? WORDS_EN
                                                                                      : WORDS_ES,
        .small = shares->small,
        .everyday = shares->everyday,
        .vocabulary = shares->vocabulary,
        .seed = seed };
    if (rng_below(rng, 1000) < shares->repost) {
        sink_string(sink, "RT ");
        put_somebody(&post);
        sink_string(sink, ":");
    }
    for (int i = 0; i < 2; i++) {
        if (draws(&post, shares->handles)) {
            put_gap(&post);
            put_somebody(&post);
        }
    }
    put_body(&post, size > extra ? size - extra : 1);
    if (rng_below(rng, 1000) < shares->newline) {
        sink_string(sink, "\n");
        put_word(&post);
    }
    put_extras(&post);
    sink_fini(&post.piece);
    return post.mix.language;
}
