/* Replies to single customers that together are an answer. */
#include "judge/answer/replies.h"

#include "fold/sketch.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define MINUTE    INT64_C(60000)
#define DAY       (INT64_C(1440) * MINUTE)
#define ONSET     (DAY * 16000)
#define BIT(name) SIGNAL_BIT(SIGNAL_##name)

/* As different as texts can be. */
static const char *const words[] = {
    "lamentamos la falla de los cajeros",
    "tenemos una caída en el norte",
    "estamos al tanto del corte",
    "la avería tarda una hora",
    "sentimos tu espera de esta tarde",
    "trabajamos para restablecer todo",
    "disculpa otra vez el problema",
    "mañana abrirá vuestra oficina",
    "técnicos revisando equipos ahora",
    "gracias por avisar del error",
};
#define WORDS (sizeof words / sizeof words[0])

static struct official_post
reply_at(int64_t time_ms, const char *text, signal_set signals)
{
    return (struct official_post){
        .time_ms = time_ms, .signals = signals, .sketch = sketch_of(view_of(text))
    };
}

/* Five days of watch, `a_day` replies each about an outage. */
static struct reply_log
after_days(int a_day)
{
    struct reply_log log = { 0 };
    for (int64_t day = 5; day > 0; day--) {
        replies_day(&log, ONSET - day * DAY);
        for (int i = 0; i < a_day; i++) {
            struct official_post post = reply_at(ONSET - day * DAY + i * MINUTE, words[i % WORDS],
                    BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE));
            replies_hear(&log, &post, REPLY_CALM);
        }
    }
    replies_day(&log, ONSET);
    return log;
}

Test(replies, many_in_words_of_their_own_above_the_usual_are_an_answer)
{
    static const struct {
        int usual;
        int different, repeated;
        signal_set signals;
        int64_t apart_ms;
        int answered;
    } rows[] = {
        { 0, 6, 0, BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE), MINUTE, 1 },
        { 10, 6, 0, BIT(OFFICIAL_ACKNOWLEDGE) | BIT(DEGRADED), MINUTE, 1 },
        { 18, 10, 0, BIT(OFFICIAL_EXPLAIN) | BIT(OUTAGE), MINUTE, 1 },
        { 0, 5, 0, BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE), MINUTE, 0 },
        { 0, 5, 20, BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE), MINUTE, 0 },  /* canned */
        { 20, 10, 0, BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE), MINUTE, 0 }, /* a day like others */
        { 0, 10, 0, BIT(OFFICIAL_APOLOGY), MINUTE, 0 },                /* name nothing */
        { 0, 10, 0, BIT(OUTAGE), MINUTE, 0 },                          /* only ask */
        { 0, 10, 0, BIT(OFFICIAL_APOLOGY) | BIT(BILLING), MINUTE, 0 }, /* something else */
        { 0, 10, 0, BIT(OFFICIAL_APOLOGY) | BIT(OFFICIAL_EVASION) | BIT(OUTAGE), MINUTE, 0 },
        { 0, 10, 0, BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE), 20 * MINUTE,
                0 }, /* never within the hour */
    };
    struct incident incident = { .onset_ms = ONSET + MINUTE, .signals = BIT(OUTAGE) };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reply_log log = after_days(rows[i].usual);
        int64_t time_ms = incident.onset_ms;
        int answered = 0;
        for (int k = 0; k < rows[i].different + rows[i].repeated; k++) {
            const char *text = words[k < rows[i].different ? k : 0];
            struct official_post post = reply_at(time_ms, text, rows[i].signals);
            time_ms += rows[i].apart_ms;
            replies_hear(&log, &post, REPLY_IN_INCIDENT);
            answered |= replies_answer(&log, &incident) != TIME_NONE;
        }
        cr_expect_eq(answered, rows[i].answered, "row %zu", i);
    }
}

Test(replies, those_before_the_onset_and_those_of_an_unknown_brand_answer_nothing)
{
    struct incident incident = { .onset_ms = ONSET + 60 * MINUTE, .signals = BIT(OUTAGE) };
    struct reply_log known = after_days(0);
    struct reply_log unknown = { 0 };
    replies_day(&unknown, ONSET);
    for (int i = 0; i < 10; i++) {
        struct official_post post =
                reply_at(ONSET + i * MINUTE, words[i], BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE));
        replies_hear(&known, &post, REPLY_CALM);
        replies_hear(&unknown, &post, REPLY_CALM);
    }
    cr_expect_eq(replies_answer(&known, &incident), TIME_NONE);
    incident.onset_ms = ONSET;
    cr_expect_eq(replies_answer(&known, &incident), ONSET + 9 * MINUTE);
    cr_expect_eq(replies_answer(&unknown, &incident), TIME_NONE, "who knows what is usual?");
}

Test(replies, broadcasts_and_impostors_are_not_replies)
{
    struct incident incident = { .onset_ms = ONSET, .signals = BIT(OUTAGE) };
    for (int kind = 0; kind < 2; kind++) {
        struct reply_log log = after_days(0);
        for (int i = 0; i < 10; i++) {
            struct official_post post =
                    reply_at(ONSET + i * MINUTE, words[i], BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE));
            post.broadcast = kind == 0;
            post.impostor = kind == 1;
            replies_hear(&log, &post, REPLY_IN_INCIDENT);
        }
        cr_expect_eq(replies_answer(&log, &incident), TIME_NONE);
    }
}

Test(replies, a_reply_names_the_matter_when_it_does_something_about_it)
{
    static const struct {
        signal_set said, signals;
        int names;
    } rows[] = {
        { BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE), BIT(OUTAGE), 1 },
        { BIT(OFFICIAL_EXPLAIN) | BIT(DEGRADED), BIT(OUTAGE), 1 },
        { BIT(OFFICIAL_INSTRUCT) | BIT(BILLING), BIT(COMPLAINT), 1 },
        { BIT(OFFICIAL_APOLOGY), BIT(OUTAGE), 0 },
        { BIT(OUTAGE), BIT(OUTAGE), 0 },
        { BIT(OFFICIAL_APOLOGY) | BIT(BILLING), BIT(OUTAGE), 0 },
        { BIT(OFFICIAL_ACKNOWLEDGE) | BIT(OFFICIAL_DENIAL) | BIT(OUTAGE), BIT(OUTAGE), 0 },
        { BIT(OFFICIAL_APOLOGY) | BIT(OFFICIAL_EVASION) | BIT(OUTAGE), BIT(OUTAGE), 0 },
        { 0, BIT(OUTAGE), 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_eq(judge_reply_names(rows[i].said, rows[i].signals), rows[i].names, "row %zu", i);
    }
}

Test(replies, those_since_the_onset_are_counted_and_how_many_say_it_differently)
{
    static const struct {
        int before, kept, after; /* the onset; then before and after the alert */
        int canned;
        uint32_t more, count, different;
    } rows[] = {
        { 0, 0, 0, 0, 0, 0, 0 },
        { 5, 0, 0, 0, 0, 0, 0 }, /* heard, and none of them is about this */
        { 5, 4, 3, 0, 0, 7, 7 },
        { 5, 4, 3, 1, 0, 7, 1 },
        { 0, REPLIES_KEPT + 8, 0, 1, 1, REPLIES_KEPT, 1 }, /* no more are remembered */
        { 0, 2, REPLIES_KEPT, 1, 0, REPLIES_KEPT + 2, 1 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct incident incident = { .onset_ms = ONSET, .signals = BIT(OUTAGE) };
        struct reply_log log = after_days(0);
        int64_t time_ms = ONSET - rows[i].before * MINUTE;
        int total = rows[i].before + rows[i].kept + rows[i].after;
        for (int k = 0; k < total; k++, time_ms += MINUTE) {
            const char *text = words[rows[i].canned       ? 0
                                     : k < rows[i].before ? 9
                                                          : k - rows[i].before];
            struct official_post post =
                    reply_at(time_ms, text, BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE));
            cr_assert(replies_hear(&log, &post, REPLY_CALM));
            if (k == rows[i].before + rows[i].kept - 1) {
                replies_count_kept(&log, &incident);
            } else if (k >= rows[i].before + rows[i].kept) {
                replies_count_last(&log, &incident);
            }
        }
        cr_expect_eq(incident.replies.heard, (uint32_t)(total > 0), "row %zu", i);
        cr_expect_eq(incident.replies.more, rows[i].more, "row %zu", i);
        cr_expect_eq(incident.replies.count, rows[i].count, "row %zu", i);
        cr_expect_eq(incident.replies.different, rows[i].different, "row %zu: %u", i,
                incident.replies.different);
    }
}

Test(replies, one_about_something_else_is_not_counted)
{
    struct incident incident = { .onset_ms = ONSET, .signals = BIT(BILLING) };
    struct reply_log log = after_days(0);
    struct official_post post = reply_at(ONSET, words[0], BIT(OFFICIAL_APOLOGY) | BIT(OUTAGE));
    struct official_post silent = reply_at(ONSET, words[1], BIT(OFFICIAL_APOLOGY));

    cr_assert(replies_hear(&log, &post, REPLY_IN_INCIDENT));
    replies_count_last(&log, &incident);
    cr_expect_not(replies_hear(&log, &silent, REPLY_IN_INCIDENT), "it names nothing");
    cr_expect_eq(incident.replies.heard, 1u);
    cr_expect_eq(incident.replies.count, 0u);
}
