/* Records: the JSON around a post. */
#include "generator/generator.h"
#include "generator/posts.h"
#include "harness/lines.h"

#include <string.h>

/* The post itself, or what it reposts. */
enum wrote { WROTE_POST, WROTE_ORIGINAL };

struct recorder {
    uint64_t seed;
    enum corpus_kind kind;
    struct rng rng;
    struct sink sink; /* all records */
    struct sink text; /* of one */
};

static const char *const sources[] = {
    "<a href=\"http://example.com/download/iphone\" rel=\"nofollow\">Client for Phones</a>",
    "<a href=\"http://example.com/download/android\" rel=\"nofollow\">Client for Androids</a>",
    "Web App",
    "api",
};

/* The world's posts: originals of reposts, and names, are often in other scripts than the posts. */
static const char *const syllables_ja[] = { "の", "に", "は", "た", "を", "て", "が", "い", "し",
    "と", "る", "な", "で", "す", "か", "ま", "こ", "も", "っ", "ら", "り", "く", "れ", "う", "よ",
    "さ", "あ", "ん", "ー", "ス", "ト", "ア", "イ", "ン", "ル", "リ", "カ", "人", "日", "大", "本",
    "一", "見", "行", "今", "、", "。" };

static const char *const people[] = { "Lucía", "Marcos R.", "Íñigo 🏴", "Ana María", "J. Smith",
    "la de siempre", "Peter ✨", "Núria", "el vecino", "Diario de la Costa" };

int
corpus_kind_named(const char *name, enum corpus_kind *kind)
{
    static const char *const names[CORPUS_KIND_COUNT] = { "lean", "hot", "full" };

    for (size_t i = 0; i < CORPUS_KIND_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *kind = (enum corpus_kind)i;
            return 1;
        }
    }
    return 0;
}

size_t
corpus_lines(enum corpus_kind kind)
{
    static const size_t lines[CORPUS_KIND_COUNT] = { 100000, 50000, 8000 };

    return lines[kind];
}

static struct view
text_of(const struct recorder *recorder)
{
    return (struct view){ .at = recorder->text.at, .size = recorder->text.size };
}

static void
put_pair(struct recorder *recorder, const char *before, uint64_t number)
{
    sink_string(&recorder->sink, before);
    sink_number(&recorder->sink, number);
}

static void
put_string(struct recorder *recorder, const char *before, const char *text, enum sink_json form)
{
    sink_string(&recorder->sink, before);
    sink_json(&recorder->sink, view_of(text), form);
}

/* Between half and three halves of `size` characters. */
static void
put_japanese(struct recorder *recorder, uint32_t size)
{
    struct rng *rng = &recorder->rng;

    recorder->text.size = 0;
    for (uint32_t left = size / 2 + rng_below(rng, size); left > 0; left--) {
        sink_string(&recorder->text,
                syllables_ja[rng_below(rng, sizeof syllables_ja / sizeof *syllables_ja)]);
    }
    sink_json(&recorder->sink, text_of(recorder), SINK_ESCAPED);
}

/* Ids grow with time, as a platform's do. */
static uint64_t
id_of(const struct recorder *recorder, size_t index)
{
    return 1534372037631662664ULL + recorder->seed % 1000 * 1000000007ULL + index * 264575131ULL;
}

static void
put_lean(struct recorder *recorder, size_t index, enum words_language language)
{
    struct rng *rng = &recorder->rng;

    put_pair(recorder, "{\"id\":\"", id_of(recorder, index));
    put_pair(recorder, "\",\"ts\":", 1654657000000ULL + index * 60 + rng_below(rng, 60));
    put_string(recorder, ",\"lang\":", language == WORDS_ES ? "es" : "en", SINK_UTF8);
    put_pair(recorder, ",\"author\":{\"id\":\"", rng_next(rng) >> 4);
    put_string(recorder, "\",\"name\":", people[rng_below(rng, 10)], SINK_UTF8);
    put_pair(recorder, ",\"handle\":\"user_", rng_below(rng, 10000000));
    put_pair(recorder, "\",\"followers\":", rng_below(rng, 5000));
    sink_string(&recorder->sink, "},\"text\":");
    sink_json(&recorder->sink, text_of(recorder), SINK_UTF8);
    put_string(recorder, ",\"source\":", sources[rng_below(rng, 4)], SINK_UTF8);
    sink_string(&recorder->sink, ",\"channel\":\"x\",\"in_reply_to\":null,\"retweet\":false}\n");
}

/* Sun Aug 31 00:29:09 +0000 2014, a second later every eight records. */
static void
put_created(struct recorder *recorder, const char *before, size_t index)
{
    size_t second = index / 8;
    char clock[] = "00:00:00";

    clock[7] = (char)('0' + second % 10);
    clock[6] = (char)('0' + second / 10 % 6);
    clock[4] = (char)('0' + second / 60 % 10);
    clock[3] = (char)('0' + second / 600 % 6);
    sink_string(&recorder->sink, before);
    sink_string(&recorder->sink, "\"Sun Aug 31 ");
    sink_string(&recorder->sink, clock);
    sink_string(&recorder->sink, " +0000 2014\"");
}

static void
put_full_colors(struct recorder *recorder)
{
    uint64_t picture = rng_next(&recorder->rng) >> 8;

    sink_string(&recorder->sink,
            ",\"contributors_enabled\":false,\"is_translator\":false,"
            "\"is_translation_enabled\":false,\"profile_background_color\":\"C0DEED\","
            "\"profile_background_image_url\":\"http://img.example.com/images/themes/theme1/"
            "bg.png\","
            "\"profile_background_image_url_https\":"
            "\"https://img.example.com/images/themes/theme1/bg.png\","
            "\"profile_background_tile\":false,\"profile_image_url\":");
    put_pair(recorder, "\"http://img.example.com/profile_images/", picture);
    put_pair(recorder,
            "/face_normal.jpeg\",\"profile_image_url_https\":"
            "\"https://img.example.com/profile_images/",
            picture);
    put_pair(recorder,
            "/face_normal.jpeg\",\"profile_banner_url\":"
            "\"https://img.example.com/profile_banners/",
            picture);
    sink_string(&recorder->sink,
            "\",\"profile_link_color\":\"0084B4\",\"profile_sidebar_border_color\":\"C0DEED\","
            "\"profile_sidebar_fill_color\":\"DDEEF6\",\"profile_text_color\":\"333333\","
            "\"profile_use_background_image\":true,\"default_profile\":true,"
            "\"default_profile_image\":false,\"following\":false,\"follow_request_sent\":false,"
            "\"notifications\":false}");
}

static void
put_full_user(struct recorder *recorder, size_t index, enum wrote wrote)
{
    struct rng *rng = &recorder->rng;
    uint64_t id = rng_next(rng) >> 32;

    put_pair(recorder, ",\"user\":{\"id\":", id);
    put_pair(recorder, ",\"id_str\":\"", id);
    put_string(recorder, "\",\"name\":", people[rng_below(rng, 10)], SINK_ESCAPED);
    put_pair(recorder, ",\"screen_name\":\"user_", rng_below(rng, 10000000));
    sink_string(&recorder->sink, "\",\"location\":\"\",\"description\":");
    if (wrote == WROTE_ORIGINAL) {
        put_japanese(recorder, 67);
    } else {
        recorder->text.size = 0;
        (void)post_put(post_shares(CORPUS_FULL), recorder->seed, rng, &recorder->text);
        sink_json(&recorder->sink, text_of(recorder), SINK_ESCAPED);
    }
    put_pair(recorder,
            ",\"url\":null,\"entities\":{\"description\":{\"urls\":[]}},\"protected\":false,"
            "\"followers_count\":",
            rng_below(rng, 5000));
    put_pair(recorder, ",\"friends_count\":", rng_below(rng, 3000));
    put_created(recorder, ",\"listed_count\":0,\"created_at\":", index % 1000);
    put_pair(recorder,
            ",\"favourites_count\":0,\"utc_offset\":null,\"time_zone\":null,"
            "\"geo_enabled\":false,\"verified\":false,\"statuses_count\":",
            rng_below(rng, 20000));
    sink_string(&recorder->sink, ",\"lang\":\"es\"");
    put_full_colors(recorder);
}

static void
put_mentioned(struct recorder *recorder, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t id = rng_next(&recorder->rng) >> 32;
        put_pair(recorder, i == 0 ? "{\"screen_name\":\"user_" : ",{\"screen_name\":\"user_", id);
        sink_string(&recorder->sink, "\",\"name\":");
        put_japanese(recorder, 6);
        put_pair(recorder, ",\"id\":", id);
        put_pair(recorder, ",\"id_str\":\"", id);
        sink_string(&recorder->sink, "\",\"indices\":[3,19]}");
    }
}

/* What stands before the user and behind. */
static void
put_full_head(struct recorder *recorder, size_t index, enum wrote wrote)
{
    sink_string(&recorder->sink,
            "{\"metadata\":{\"result_type\":\"recent\",\"iso_language_code\":\"es\"}");
    put_created(recorder, ",\"created_at\":", index);
    put_pair(recorder, ",\"id\":", id_of(recorder, index));
    put_pair(recorder, ",\"id_str\":\"", id_of(recorder, index));
    sink_string(&recorder->sink, "\",\"text\":");
    if (wrote == WROTE_ORIGINAL) {
        put_japanese(recorder, 119);
    } else {
        sink_json(&recorder->sink, text_of(recorder), SINK_ESCAPED);
    }
    put_string(recorder, ",\"source\":", sources[rng_below(&recorder->rng, 4)], SINK_ESCAPED);
    sink_string(&recorder->sink,
            ",\"truncated\":false,\"in_reply_to_status_id\":null,"
            "\"in_reply_to_status_id_str\":null,\"in_reply_to_user_id\":null,"
            "\"in_reply_to_user_id_str\":null,\"in_reply_to_screen_name\":null");
}

static void
put_links(struct recorder *recorder, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_pair(recorder, i == 0 ? "{\"url\":\"http://t.co/" : ",{\"url\":\"http://t.co/",
                rng_next(&recorder->rng) >> 32);
        put_pair(recorder, "\",\"expanded_url\":\"http://news.example.com/archives/",
                rng_next(&recorder->rng) >> 32);
        sink_string(&recorder->sink,
                ".html\",\"display_url\":\"news.example.com/archives/...\",\"indices\":[33,55]}");
    }
}

static void
put_full_tail(struct recorder *recorder, enum words_language language, enum wrote wrote)
{
    struct rng *rng = &recorder->rng;

    put_pair(recorder, ",\"retweet_count\":", rng_below(rng, 100));
    sink_string(&recorder->sink, ",\"favorite_count\":0,\"entities\":{\"hashtags\":[],"
                                 "\"symbols\":[],\"urls\":[");
    put_links(recorder, rng_below(rng, 6) / 5);
    sink_string(&recorder->sink, "],\"user_mentions\":[");
    put_mentioned(recorder, wrote == WROTE_ORIGINAL ? 0 : rng_below(rng, 3));
    put_string(recorder, "]},\"favorited\":false,\"retweeted\":false,\"lang\":",
            language == WORDS_ES ? "es" : "en", SINK_UTF8);
    sink_byte(&recorder->sink, '}');
}

#define FULL_PLACES ",\"geo\":null,\"coordinates\":null,\"place\":null,\"contributors\":null"

static void
put_full_begin(struct recorder *recorder, size_t index, enum wrote wrote)
{
    put_full_head(recorder, index, wrote);
    put_full_user(recorder, index, wrote);
    sink_string(&recorder->sink, FULL_PLACES);
}

/* Two in seven are reposts, which hold the original. */
static void
put_full(struct recorder *recorder, size_t index, enum words_language language)
{
    int repost = rng_below(&recorder->rng, 7) < 2;

    put_full_begin(recorder, index, WROTE_POST);
    if (repost) {
        sink_string(&recorder->sink, ",\"retweeted_status\":");
        put_full_begin(recorder, index, WROTE_ORIGINAL);
        put_full_tail(recorder, language, WROTE_ORIGINAL);
    }
    put_full_tail(recorder, language, WROTE_POST);
    sink_byte(&recorder->sink, '\n');
}

struct generated
generate_corpus(uint64_t seed, enum corpus_kind kind, size_t lines)
{
    struct recorder recorder = { .seed = seed, .kind = kind, .rng = rng_seeded(seed ^ 0xC0) };

    for (size_t i = 0; i < lines && !recorder.sink.failed; i++) {
        recorder.text.size = 0;
        enum words_language language =
                post_put(post_shares(kind), seed, &recorder.rng, &recorder.text);
        if (kind == CORPUS_FULL) {
            put_full(&recorder, i, language);
        } else {
            put_lean(&recorder, i, language);
        }
    }
    sink_fini(&recorder.text);
    if (recorder.sink.failed) {
        sink_fini(&recorder.sink);
    }
    return (struct generated){ .at = recorder.sink.at, .size = recorder.sink.size };
}
