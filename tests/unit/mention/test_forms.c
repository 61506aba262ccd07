/* timestamp and html: the forms in which platforms write times and texts; mention: what follows. */
#include "mention/html.h"
#include "mention/mention.h"
#include "mention/timestamp.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

Test(timestamp, reads_the_forms_of_all_platforms)
{
    static const struct {
        const char *text;
        int64_t time_ms;
    } rows[] = { { "Sat Oct 01 23:35:10 +0000 2016", 1475364910000 },
        { "Sat Oct 01 15:35:10 -0800 2016", 1475364910000 },
        { "2014-02-22T18:31:10.120Z", 1393093870120 }, { "2014-02-22", 1393027200000 },
        { "1393093870", 1393093870000 }, { "1513271415.0", 1513271415000 },
        { "1513271415.25", 1513271415250 }, { "1654658269738", 1654658269738 },
        { "1783175888085434", 1783175888085 }, { "1783175888085434123", 1783175888085 },
        { " 1393093870 ", 1393093870000 }, { "0", 0 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_ms = -1;
        cr_assert_eq(timestamp_parse(view_of(rows[i].text), &time_ms), TIMESTAMP_GOOD, "%s",
                rows[i].text);
        cr_assert_eq(time_ms, rows[i].time_ms, "%s: %lld", rows[i].text, (long long)time_ms);
    }
}

Test(timestamp, tells_the_impossible_from_the_unreadable)
{
    static const struct {
        const char *text;
        enum timestamp outcome;
    } rows[] = { { "Tue Feb 30 23:35:10 +0000 2016", TIMESTAMP_IMPOSSIBLE },
        { "2015-02-29T00:00:00Z", TIMESTAMP_IMPOSSIBLE },
        { "2015-02-20T25:00:00Z", TIMESTAMP_IMPOSSIBLE },
        { "2015-02-20T10:00:00", TIMESTAMP_UNREADABLE }, /* whose ten o'clock? */
        { "Sat Okt 01 23:35:10 +0000 2016", TIMESTAMP_UNREADABLE },
        { "Sat Oct 01 23:35:10 +00:00 016", TIMESTAMP_UNREADABLE },
        { "yesterday", TIMESTAMP_UNREADABLE }, { "", TIMESTAMP_UNREADABLE },
        { "-5", TIMESTAMP_UNREADABLE }, { "1e9", TIMESTAMP_UNREADABLE },
        { "1.", TIMESTAMP_UNREADABLE }, { "1.x", TIMESTAMP_UNREADABLE },
        { "99999999999999999999999", TIMESTAMP_UNREADABLE } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t time_ms;
        cr_assert_eq(timestamp_parse(view_of(rows[i].text), &time_ms), rows[i].outcome, "%s",
                rows[i].text);
    }
}

Test(html, becomes_the_text_that_people_see)
{
    static const char *const rows[][2] = { { "<p>Hola</p>", "Hola" },
        { "<p>uno</p><p>dos<br>tres<br />cuatro</p>", "uno\ndos\ntres\ncuatro" },
        { "it&#39;s &quot;caf&eacute;&quot; &#xf1; &amp;lt;", "it's \"café\" ñ &lt;" },
        { "<a href=\"x>y\" title='a>b'>link</a>", "link" },
        { "<span class=\"invisible\">https://</span><span class=\"ellipsis\">a.example/b</span>",
                "https://a.example/b" },
        { "I <3 it, 5 < 6 & 7 > 2", "I <3 it, 5 < 6 & 7 > 2" }, { "a<!-- <b> -->b", "ab" },
        { "a<script>if (1) {}</script>b", "ab" },
        { "a &unknown; &; &#; &#x; &#xZZ;", "a &unknown; &; &#; &#x; &#xZZ;" },
        { "&#0;x&#xD800;", "&#0;x\uFFFD" }, { "<p>never closed <a href='", "never closed" },
        { "&amp", "&amp" }, { "", "" }, { "<p></p>", "" }, { "&#128545;", "😡" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[256];
        struct html_text text = { .at = out, .capacity = sizeof out };
        html_to_text(view_of(rows[i][0]), &text);
        cr_assert(view_equal((struct view){ out, text.size }, view_of(rows[i][1])), "row %zu: %.*s",
                i, (int)text.size, out);
        cr_assert_not(text.cut);
    }
}

Test(html, plain_text_is_unescaped_once_and_only_three_signs)
{
    static const char *const rows[][2] = { { "a &amp; b &lt;3 &gt;", "a & b <3 >" },
        { "&amp;lt;", "&lt;" }, { "<b>&eacute; &#39;</b>", "<b>&eacute; &#39;</b>" }, { "&", "&" },
        { "R&D;", "R&D;" } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char out[64];
        struct html_text text = { .at = out, .capacity = sizeof out };
        html_unescape_plain(view_of(rows[i][0]), &text);
        cr_assert(view_equal((struct view){ out, text.size }, view_of(rows[i][1])), "row %zu", i);
    }
}

Test(html, what_does_not_fit_is_cut_at_a_code_point_and_said)
{
    char out[5];
    struct html_text text = { .at = out, .capacity = sizeof out };

    html_to_text(VIEW("<p>abcd&ntilde;e</p>"), &text);
    cr_assert(text.cut);
    cr_assert(view_equal((struct view){ out, text.size }, VIEW("abcd")));
}

Test(mention, names_of_platforms_and_fates_go_both_ways)
{
    for (int i = 0; i < PLATFORM_COUNT; i++) {
        cr_assert_eq(platform_of(view_of(platform_name((enum platform)i))), (enum platform)i);
    }
    cr_assert_eq(platform_of(VIEW("Twitter")), PLATFORM_X);
    cr_assert_eq(platform_of(VIEW("forum")), PLATFORM_OTHER);
    cr_assert_str_eq(fate_name(REBATO_FATE_bad_field), "bad_field");
    cr_assert_str_eq(fate_name(REBATO_FATE_tombstone), "tombstone");
    for (int i = 0; i < REBATO_FATE_COUNT; i++) {
        cr_assert_gt(strlen(fate_meaning((enum rebato_fate)i)), 5);
    }
}

Test(mention, a_broadcast_is_addressed_to_everyone)
{
    static const struct {
        struct mention mention;
        int original;
        int broadcast;
    } rows[] = { { { .text = VIEW("hola a todos") }, 1, 1 },
        { { .text = VIEW(" @ana hola") }, 1, 0 },
        { { .text = VIEW("hola"), .reply_to_id = VIEW("1") }, 1, 0 },
        { { .text = VIEW("hola"), .reply_to_handle = VIEW("ana") }, 1, 0 },
        { { .text = VIEW("hola"), .root_id = VIEW("1") }, 0, 0 }, { { .text = { 0 } }, 1, 1 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert_eq(mention_is_original(&rows[i].mention), rows[i].original, "row %zu", i);
        cr_assert_eq(mention_is_broadcast(&rows[i].mention), rows[i].broadcast, "row %zu", i);
    }
}

Test(mention, the_same_id_on_two_platforms_is_two)
{
    struct mention a = { .platform = PLATFORM_X, .id = VIEW("7"), .author_id = VIEW("7") };
    struct mention b = a;
    struct mention handle = { .platform = PLATFORM_X, .author_handle = VIEW("7") };

    cr_assert_eq(mention_id_hash(&a), mention_id_hash(&b));
    b.platform = PLATFORM_REDDIT;
    cr_assert_neq(mention_id_hash(&a), mention_id_hash(&b));
    cr_assert_neq(mention_author_hash(&a), mention_author_hash(&b));
    cr_assert_neq(mention_author_hash(&a), mention_id_hash(&a));
    cr_assert_neq(mention_author_hash(&a), mention_author_hash(&handle));
    cr_assert_eq(mention_id_hash(&handle), 0);
    cr_assert_neq(mention_author_hash(&(struct mention){ 0 }), 0);
}

static int
compare_hashes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* Ids of small platforms are short, and so are their ids elsewhere. */
Test(mention, short_ids_of_all_platforms_are_kept_apart)
{
    enum { IDS = 20000, KINDS = 3, ALL = IDS * KINDS * PLATFORM_COUNT };
    static uint64_t hashes[ALL];
    size_t count = 0;
    char text[8];

    for (int id = 0; id < IDS; id++) {
        struct view number = { text, (size_t)snprintf(text, sizeof text, "%d", id) };
        for (size_t platform = 0; platform < PLATFORM_COUNT; platform++) {
            struct mention post = {
                .platform = (enum platform)platform, .id = number, .author_handle = number
            };
            hashes[count++] = mention_id_hash(&post);
            hashes[count++] = mention_author_hash(&post);
            post.author_id = number;
            hashes[count++] = mention_author_hash(&post);
        }
    }
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    for (size_t i = 1; i < count; i++) {
        cr_assert_neq(hashes[i], hashes[i - 1], "two of %d ids have one hash", ALL);
    }
}
