#include "stream.h"

#include "core/text/calendar.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define FIRST_MS INT64_C(1772438400000) /* 2026-03-02T08:00:00Z */
#define HOURS    8
#define HOUR_MS  (INT64_C(3600) * 1000)
#define AUTHORS  6000
/* From a post's time to its arrival, when nothing delays it. */
#define TRANSIT_MS 1500
/* Shares of a thousand posts. */
#define COPIES     15
#define BROKEN     3
#define BAD_TIMES  3
#define LATE       12
#define NEARLY     20
#define OFFICIAL   2
#define CHATTER    120
#define COMPLAINTS 25
#define REPOSTS    40
#define STORM      550

static const char *const platforms[] = { "x", "x", "x", "bluesky", "mastodon" };

struct brand {
    const char *id;
    const char *name;
    const char *handle; /* of an account that speaks for it */
};

static const struct brand brands[] = {
    { "whatsapp", "WhatsApp", "wa_status" },
    { "twitter", "Twitter", "TwitterSupport" },
    { "tweetdeck", "TweetDeck", "TweetDeck" },
    { "telegram", "Telegram", "telegram_es" },
    { "vodafone", "Vodafone", "vodafone_es" },
    { "citibanamex", "Banamex", "ContactoCitibmx" },
    { "mercantil", "Banco Mercantil", "MercanBanco" },
    { "motora", "Motora", "MotoraES" },
    { "partido-azul", "Partido Azul", "PartidoAzul" },
    { "casa-lumen", "Casa Lumen", "CasaLumen" },
};

enum kind { HARMLESS, OUTAGE, MIXED, SPEAKING, OFF_TOPIC };

/* What a text is was read from the rules by a person: dimensions beside the total, the language and the
 * platform. %s stands for the brand. */
struct text {
    enum kind kind;
    const char *lang;
    const char *dims;
    const char *form;
};

static const struct text texts[] = {
    { HARMLESS, "es", "", "leyendo un libro sobre %s en la playa" },
    { HARMLESS, "es", "", "hoy hablamos de %s en clase" },
    { HARMLESS, "es", "", "buenos días, aquí en la oficina de %s" },
    { HARMLESS, "en", "", "reading an article about %s over lunch" },
    { HARMLESS, "en", "", "saw a poster of %s near the station" },
    { HARMLESS, "en", "", "my cousin started a new job at %s" },
    { OUTAGE, "es", "s.outage,first", "%s no funciona" },
    { OUTAGE, "es", "s.outage,first,f.os.android", "%s no funciona en android" },
    { OUTAGE, "es", "s.outage", "se ha caído %s otra vez" },
    { OUTAGE, "es", "s.outage,first", "no puedo entrar en %s desde el móvil" },
    { OUTAGE, "es", "s.outage,f.place.sevilla", "otra caída de %s en Sevilla" },
    { OUTAGE, "en", "s.outage", "%s is down" },
    { OUTAGE, "en", "s.outage,first,f.os.iphone", "%s not working on iphone" },
    { MIXED, "es", "s.billing,first", "%s me ha cobrado de más" },
    { MIXED, "es", "s.billing,s.complaint,first", "me han cobrado dos veces en %s" },
    { MIXED, "es", "s.complaint", "pésimo servicio de %s" },
    { MIXED, "en", "s.complaint", "terrible customer service from %s" },
    { SPEAKING, "es", "official", "Estamos al tanto y trabajando en una solución" },
    { SPEAKING, "es", "official", "Buenos días a todos" },
    { SPEAKING, "en", "official", "Good morning everyone" },
    { OFF_TOPIC, "es", "-", "esta tarde llueve y hay paella" },
    { OFF_TOPIC, "en", "-", "the bus was full this morning" },
};

/* In thousandths of the stream. */
struct storm {
    uint32_t from;
    uint32_t until;
    unsigned brand;
};

static const struct storm storms[] = {
    { 180, 205, 2 },
    { 330, 352, 5 },
    { 480, 510, 0 },
    { 640, 655, 4 },
    { 800, 830, 7 },
};

/* Complaints about these brands are of several signals; about the others, outages only. */
static int
is_mixed(unsigned brand)
{
    return brand == 5 || brand == 6;
}

/* ---- chance: of a seed, a post and a purpose ---- */

enum purpose {
    WHERE,
    COPY,
    DISTANCE,
    SORT,
    BRAND,
    TEXT,
    AUTHOR,
    PLATFORM,
    DELAY,
    HOW_LONG,
    REPOST
};

static uint64_t
chance(const struct stream_options *options, uint32_t number, enum purpose purpose)
{
    uint64_t z = options->seed * UINT64_C(0x9e3779b97f4a7c15) +
                 ((uint64_t)number << 8 | (uint64_t)purpose) * UINT64_C(0xd1342543de82ef95);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static uint32_t
below(const struct stream_options *options, uint32_t number, enum purpose purpose, uint32_t limit)
{
    return (uint32_t)(chance(options, number, purpose) % limit);
}

/* ---- a post ---- */

static int64_t
arrival_ms(const struct stream_options *options, uint32_t number)
{
    return FIRST_MS + TRANSIT_MS + HOURS * HOUR_MS * (int64_t)number / (int64_t)options->count;
}

static const struct storm *
storm_at(const struct stream_options *options, uint32_t number)
{
    uint32_t place = (uint32_t)((uint64_t)number * 1000 / options->count);

    for (size_t i = 0; i < LENGTH(storms); i++) {
        if (place >= storms[i].from && place < storms[i].until) {
            return &storms[i];
        }
    }
    return NULL;
}

static unsigned
pick_text(const struct stream_options *options, uint32_t number, enum kind kind)
{
    unsigned found[LENGTH(texts)];
    uint32_t count = 0;

    for (unsigned i = 0; i < LENGTH(texts); i++) {
        if (texts[i].kind == kind) {
            found[count++] = i;
        }
    }
    assert(count > 0);
    return found[below(options, number, TEXT, count)];
}

static enum kind
complaint_about(unsigned brand)
{
    return is_mixed(brand) ? MIXED : OUTAGE;
}

static void
choose_text(const struct stream_options *options, struct stream_post *post)
{
    const struct storm *storm = storm_at(options, post->number);
    uint32_t sort = below(options, post->number, SORT, 1000);
    enum kind kind = HARMLESS;

    post->brand = below(options, post->number, BRAND, LENGTH(brands));
    if (storm != NULL && sort < STORM) {
        post->brand = storm->brand;
        kind = complaint_about(post->brand);
    } else if (sort >= 1000 - OFFICIAL) {
        kind = SPEAKING;
    } else if (sort >= 1000 - OFFICIAL - CHATTER) {
        kind = OFF_TOPIC;
    } else if (sort >= 1000 - OFFICIAL - CHATTER - COMPLAINTS) {
        kind = complaint_about(post->brand);
    }
    post->text = pick_text(options, post->number, kind);
}

/* Most arrive within the allowance of half a minute; some around it, some long after, a few at a time at which
 * nobody can have posted. */
static void
choose_time(const struct stream_options *options, struct stream_post *post)
{
    uint32_t luck = below(options, post->number, DELAY, 1000);
    int64_t long_ms = (int64_t)chance(options, post->number, HOW_LONG) & INT64_MAX;
    int64_t sent_ms = post->ingest_ms - TRANSIT_MS;

    if (luck < LATE) {
        post->time_ms = sent_ms - 40000 - long_ms % (3 * HOUR_MS);
    } else if (luck < LATE + NEARLY) {
        post->time_ms = sent_ms - 27000 - long_ms % 6000;
    } else if (luck < LATE + NEARLY + BAD_TIMES) {
        post->time_ms = long_ms % 2 == 0 ? post->ingest_ms + 300001 + long_ms % HOUR_MS
                                         : post->ingest_ms - 6 * HOUR_MS - 1 - long_ms % HOUR_MS;
    } else {
        post->time_ms = sent_ms - long_ms % 20000;
    }
}

static void
write_body(struct stream_post *post)
{
    char when[CALENDAR_TEXT_SIZE];
    char text[160];
    char author[64];
    char repost[48];
    const struct text *form = &texts[post->text];
    int speaking = form->kind == SPEAKING;

    if (strstr(form->form, "%s") != NULL) {
        size_t head = (size_t)(strstr(form->form, "%s") - form->form);
        snprintf(text, sizeof text, "%.*s%s%s", (int)head, form->form, brands[post->brand].name,
                form->form + head + 2);
    } else {
        snprintf(text, sizeof text, "%s", form->form);
    }
    snprintf(author, sizeof author, speaking ? "%s" : "nadie%s",
            speaking ? brands[post->brand].handle : "");
    repost[0] = '\0';
    if (post->repost) {
        snprintf(repost, sizeof repost, ",\"repost_of\":\"r%" PRIu32 "\"", post->number);
    }
    int size = snprintf(post->body, sizeof post->body,
            "{\"id\":\"%" PRIu32 "\",\"created_at\":\"%s\",\"lang\":\"%s\",\"platform\":\"%s\","
            "\"author\":{\"id\":\"%" PRIu32 "\",\"handle\":\"%s\"},\"text\":\"%s\"%s}",
            post->number, calendar_print(post->time_ms, when), form->lang,
            platforms[post->platform], post->author, author, text, repost);
    assert(size > 0 && (size_t)size < sizeof post->body);
    post->body_size = (size_t)size;
}

static void
make_original(const struct stream_options *options, struct stream_post *post)
{
    post->partition = below(options, post->number, WHERE, options->partitions);
    post->ingest_ms = arrival_ms(options, post->number);
    choose_text(options, post);
    choose_time(options, post);
    post->author = 1000000 + below(options, post->number, AUTHOR, AUTHORS);
    post->platform = below(options, post->number, PLATFORM, LENGTH(platforms));
    post->repost = below(options, post->number, REPOST, 1000) < REPOSTS;
    if (texts[post->text].kind == SPEAKING) {
        post->author = 1 + post->brand;
        post->platform = 0;
        post->repost = 0;
    }
    post->broken = below(options, post->number, COPY, 1000) < BROKEN;
    write_body(post);
    if (post->broken) {
        post->body_size /= 2;
    }
}

void
stream_make(const struct stream_options *options, uint32_t number, struct stream_post *post)
{
    uint32_t luck = below(options, number, COPY, 1000);
    uint32_t back = 1 + below(options, number, DISTANCE, options->count / 5 + 1);

    *post = (struct stream_post){ .number = number };
    if (luck >= BROKEN && luck < BROKEN + COPIES && back <= number) {
        post->number = number - back;
    }
    make_original(options, post);
    post->ingest_ms = arrival_ms(options, number);
}

void
stream_describe(FILE *out)
{
    for (size_t i = 0; i < LENGTH(brands); i++) {
        fprintf(out, "brand\t%zu\t%s\n", i, brands[i].id);
    }
    for (size_t i = 0; i < LENGTH(texts); i++) {
        fprintf(out, "text\t%zu\t%s\t%s\n", i, texts[i].lang, texts[i].dims);
    }
    for (size_t i = 0; i < LENGTH(platforms); i++) {
        fprintf(out, "platform\t%zu\t%s\n", i, platforms[i]);
    }
}
