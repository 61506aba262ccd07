/* Who speaks with whom, as a replay tells it: complaints and replies, by numbers that find each other, and no names. */
#include "pipeline/engine/talk.h"

#include "fence/partition.h"
#include "fixture.h"
#include "pipeline/engine/examiner.h"

struct told {
    struct waits_post posts[8];
    char ids[8][64];
    char links[8][160];
    size_t count;
};

static void
hear(void *context, const struct waits_post *post)
{
    struct told *told = context;

    cr_assert_lt(told->count, LENGTH(told->posts));
    told->posts[told->count] = *post;
    (void)view_copy(post->id, told->ids[told->count], sizeof told->ids[0]);
    (void)view_copy(post->link, told->links[told->count], sizeof told->links[0]);
    told->count++;
}

/* What one record tells when it ends with this fate; `asked`: 0, nobody wants to know. */
static struct told
tell(const char *json, enum rebato_fate fate, int asked)
{
    const struct rule_set *rules = fixture_rules();
    struct reader_options options = { .shape = NULL };
    struct examiner *examiner = examiner_create(matcher_create(rules), &options);
    struct engine_record record = { .bytes = view_of(json), .ingest_ms = INGEST_UNKNOWN };
    struct findings findings;
    struct told told = { .count = 0 };
    struct talk_listener listener = { .rules = rules, .hear = hear, .context = &told };

    cr_assert_not_null(examiner);
    cr_assert(findings_init(&findings, 1));
    if (asked) {
        examiner_note_talk(examiner);
    }
    examiner_add(examiner, &record, &findings);
    examiner_flush(examiner, &findings);
    if (findings.at[0].note != NULL) {
        talk_tell(&listener, &findings.at[0], fate);
    }
    findings_fini(&findings);
    examiner_destroy(&examiner);
    rule_set_destroy(&rules);
    return told;
}

#define RECORD(rest) "{\"created_at\":\"2024-01-01T00:00:10Z\",\"platform\":\"x\"," rest "}"
#define BY(who)      "\"author\":{\"id\":\"" who "\",\"handle\":\"" who "\",\"followers\":10}"

static const char complaint[] = RECORD(BY("Ana") ",\"id\":\"100\",\"text\":\"acme no va\"");
static const char repost[] =
        RECORD(BY("luis") ",\"id\":\"101\",\"text\":\"acme no va\",\"repost_of\":\"100\"");
static const char reply[] =
        RECORD(BY("acme") ",\"id\":\"102\",\"text\":\"@ana lo sabemos\",\"in_reply_to\":\"100\"");
static const char broadcast[] = RECORD(BY("acme") ",\"id\":\"103\",\"text\":\"lo sabemos\"");
static const char chatter[] = RECORD(BY("ana") ",\"id\":\"104\",\"text\":\"hola acme\"");

Test(talk, complaints_reposts_and_replies_are_told_and_nothing_else)
{
    static const struct {
        const char *json;
        enum rebato_fate fate;
        enum waits_voice voice; /* NEITHER: nothing is told */
    } rows[] = {
        { complaint, REBATO_FATE_matched, WAITS_COMPLAINT },
        { repost, REBATO_FATE_matched, WAITS_REPOST },
        { reply, REBATO_FATE_matched, WAITS_REPLY },
        { reply, REBATO_FATE_late, WAITS_REPLY },
        { complaint, REBATO_FATE_late, WAITS_NEITHER },
        { complaint, REBATO_FATE_duplicate, WAITS_NEITHER },
        { reply, REBATO_FATE_duplicate, WAITS_NEITHER },
        { reply, REBATO_FATE_out_of_range, WAITS_NEITHER },
        { broadcast, REBATO_FATE_matched, WAITS_NEITHER },
        { chatter, REBATO_FATE_matched, WAITS_NEITHER },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct told told = tell(rows[i].json, rows[i].fate, 1);
        cr_expect_eq(told.count, rows[i].voice != WAITS_NEITHER, "row %zu", i);
        cr_expect_eq(
                told.count == 0 ? WAITS_NEITHER : told.posts[0].voice, rows[i].voice, "row %zu", i);
        cr_expect_eq(tell(rows[i].json, rows[i].fate, 0).count, 0, "row %zu", i);
    }
}

Test(talk, a_reply_and_a_repost_find_the_post_and_its_author)
{
    struct told asked = tell(complaint, REBATO_FATE_matched, 1);
    struct told passed = tell(repost, REBATO_FATE_matched, 1);
    struct told answer = tell(reply, REBATO_FATE_matched, 1);

    cr_assert_neq(asked.posts[0].post, 0);
    cr_expect_eq(asked.posts[0].target, 0);
    cr_expect_eq(asked.posts[0].reach, 10);
    cr_expect(asked.posts[0].first_person);
    cr_expect_eq(passed.posts[0].target, asked.posts[0].post);
    cr_expect_eq(passed.posts[0].addressee, 0);
    cr_expect_neq(passed.posts[0].author, asked.posts[0].author);
    cr_expect_eq(answer.posts[0].target, asked.posts[0].post);
    cr_expect_eq(answer.posts[0].addressee, asked.posts[0].handle);
    cr_expect_neq(answer.posts[0].sketch, 0);
    cr_expect_eq(answer.posts[0].time_ms, DAY_ONE_MS + 10000);
}

Test(talk, a_link_does_not_say_who_wrote_it)
{
    static const struct {
        const char *url;
        const char *kept;
    } rows[] = {
        { "https://x.com/Ana/status/100", "https://x.com/i/status/100" },
        { "https://twitter.com/ANA/status/100", "https://x.com/i/status/100" },
        { "https://x.com/i/status/100", "https://x.com/i/status/100" },
        { "https://foro.example/t/100", "https://foro.example/t/100" },
        { "https://foro.example/@ana/100", "" },
        { "javascript:ana", "" },
    };
    char json[512];

    for (size_t i = 0; i < LENGTH(rows); i++) {
        snprintf(json, sizeof json,
                RECORD(BY("Ana") ",\"id\":\"100\",\"text\":\"acme no va\",\"url\":\"%s\""),
                rows[i].url);
        struct told told = tell(json, REBATO_FATE_matched, 1);
        cr_assert_eq(told.count, 1, "row %zu", i);
        cr_expect_str_eq(told.links[0], rows[i].kept, "row %zu", i);
        cr_expect_str_eq(told.ids[0], "100", "row %zu", i);
    }
}
