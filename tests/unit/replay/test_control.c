/* The control log: what is written is read, the last word on a key holds, and what is not understood is not
 * passed over. */
#include "replay/control.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const struct control_header header = { .deployment = "main",
    .name_space = "live",
    .shards = 8,
    .allow_ms = 30000,
    .dedupe = 262144,
    .topics = { "menciones", "^otras-.*" },
    .topic_count = 2 };

static const struct control_idle idle = {
    .topic = VIEW("menciones"), .partition = 3, .shard = 2, .from = 17, .late_below = 139301000
};

#define IDLE_HEAD "{\"from\":17,\"late_below\":139301000,\"partition\":3,\"shard\":2"

static void
take(struct control *control, const char *line)
{
    char trouble[CONTROL_TROUBLE_SIZE];

    cr_assert(control_take(control, view_of(line), trouble), "%s: %s", line, trouble);
}

static size_t
count_of(struct control *control)
{
    size_t count = 0;

    (void)control_idles(control, &count);
    return count;
}

static int
keep_line(void *context, const char *key, char *line)
{
    char **kept = context;

    cr_expect_str_eq(key, "text:xxh3:ab:0");
    *kept = line;
    return 1;
}

Test(control, lines_have_one_form)
{
    static const struct control_rules rules = { "xxh3:ab", 2, 139301001 };
    char *text = NULL;
    cr_assert(control_text_lines("xxh3:ab", VIEW("a: \"b\"\n"), keep_line, &text));
    char *lines[] = { control_header_line(&header), control_idle_line(&idle),
        control_void_line(&idle), control_rules_line(&rules), text, control_idle_key(&idle) };
    static const char *const expected[] = {
        "{\"allow_ms\":30000,\"dedupe\":262144,\"deployment\":\"main\",\"max_age_ms\":0,"
        "\"namespace\":\"live\",\"shards\":8,\"topics\":[\"menciones\",\"^otras-.*\"],"
        "\"type\":\"control\",\"version\":1}",
        IDLE_HEAD ",\"topic\":\"menciones\",\"type\":\"idle\"}",
        ("{\"from\":17,\"partition\":3,\"shard\":2,\"topic\":\"menciones\",\"type\":\"idle\","
         "\"void\":true}"),
        "{\"digest\":\"xxh3:ab\",\"from\":139301001,\"number\":2,\"type\":\"rules\"}",
        ("{\"digest\":\"xxh3:ab\",\"part\":0,\"parts\":1,\"text\":\"a: \\\"b\\\"\\n\","
         "\"type\":\"text\"}"),
        "idle:menciones:3:2:17",
    };

    for (size_t i = 0; i < LENGTH(lines); i++) {
        cr_expect_str_eq(lines[i], expected[i]);
        free(lines[i]);
    }
}

Test(control, what_is_written_is_read)
{
    struct control *control = control_create();
    char *lines[] = { control_header_line(&header), control_idle_line(&idle) };
    size_t count = 0;

    cr_assert_null(control_header(control));
    for (size_t i = 0; i < LENGTH(lines); i++) {
        take(control, lines[i]);
        free(lines[i]);
    }
    const struct control_header *read = control_header(control);
    cr_assert_str_eq(read->deployment, "main");
    cr_assert_str_eq(read->name_space, "live");
    cr_assert_eq(read->shards, 8);
    cr_assert_eq(read->allow_ms, 30000);
    cr_assert_eq(read->dedupe, 262144);
    cr_assert_eq(read->topic_count, 2);
    cr_assert_str_eq(read->topics[1], "^otras-.*");
    const struct control_idle *idles = control_idles(control, &count);
    cr_assert_eq(count, 1);
    cr_assert_eq(control_compare_idle(&idles[0], &idle), 0);
    cr_assert_eq(idles[0].late_below, idle.late_below);
    control_destroy(&control);
    cr_assert_null(control);
}

Test(control, the_last_word_on_a_key_holds)
{
    struct control *control = control_create();
    struct control_idle other = idle;
    size_t count = 0;
    char *first = control_idle_line(&idle);
    char *gone = control_void_line(&idle);

    other.late_below++;
    char *second = control_idle_line(&other);
    take(control, first);
    take(control, second);
    cr_assert_eq(control_idles(control, &count)[0].late_below, other.late_below);
    cr_assert_eq(count, 1);
    take(control, gone);
    cr_assert_eq(count_of(control), 0, "void");
    take(control, first);
    cr_assert_eq(control_idles(control, &count)[0].late_below, idle.late_below);
    cr_assert_eq(count, 1, "said anew");
    take(control, gone);
    take(control, gone);
    cr_assert_eq(count_of(control), 0, "void twice is void");
    control_destroy(&control);
    free(first);
    free(second);
    free(gone);
}

Test(control, entries_come_by_topic_partition_shard_and_offset)
{
    static const struct control_idle unsorted[] = {
        { VIEW("b"), 0, 0, 1, 1 },
        { VIEW("a"), 10, 0, 1, 1 },
        { VIEW("a"), 2, 1, 1, 1 },
        { VIEW("a"), 2, 0, 100, 1 },
        { VIEW("a"), 2, 0, 20, 1 },
    };
    struct control *control = control_create();
    size_t count = 0;

    for (size_t i = 0; i < LENGTH(unsorted); i++) {
        char *line = control_idle_line(&unsorted[i]);
        take(control, line);
        free(line);
    }
    const struct control_idle *idles = control_idles(control, &count);
    cr_assert_eq(count, LENGTH(unsorted));
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(control_compare_idle(&idles[i], &unsorted[count - 1 - i]), 0, "place %zu", i);
    }
    control_destroy(&control);
}

Test(control, revisions_are_listed_by_number_each_once)
{
    struct control *control = control_create();

    take(control, "{\"type\":\"rules\",\"digest\":\"two\",\"number\":2,\"from\":9}");
    take(control, "{\"type\":\"rules\",\"digest\":\"one\",\"number\":1,\"from\":0}");
    take(control, "{\"type\":\"rules\",\"digest\":\"three\",\"number\":3,\"from\":12}");
    take(control, "{\"type\":\"rules\",\"digest\":\"other\",\"number\":2,\"from\":10}");
    cr_assert_eq(control_rules_count(control), 3);
    cr_expect_str_eq(control_rules_at(control, 0)->digest, "one");
    cr_expect_str_eq(control_rules_at(control, 1)->digest, "other");
    cr_expect_eq(control_rules_at(control, 1)->from, 10);
    cr_expect_str_eq(control_rules_at(control, 2)->digest, "three");
    control_destroy(&control);
}

Test(control, a_text_is_whole_or_not_there)
{
    struct control *control = control_create();
    size_t size = 0;

    take(control, "{\"type\":\"text\",\"digest\":\"d\",\"part\":1,\"parts\":2,\"text\":\"y\\n\"}");
    cr_expect_null(control_rules_text(control, "d", &size));
    take(control, "{\"type\":\"text\",\"digest\":\"e\",\"part\":0,\"parts\":2,\"text\":\"z\"}");
    cr_expect_null(control_rules_text(control, "d", &size));
    for (int i = 0; i < 2; i++) { /* said twice is said once */
        take(control,
                "{\"type\":\"text\",\"digest\":\"d\",\"part\":0,\"parts\":2,\"text\":\"ñx\"}");
    }
    char *text = control_rules_text(control, "d", &size);
    cr_assert_not_null(text);
    cr_expect(view_equal((struct view){ text, size }, VIEW("ñxy\n")));
    free(text);
    cr_expect_null(control_rules_text(control, "nobody", &size));
    control_destroy(&control);
}

static int
take_line(void *context, const char *key, char *line)
{
    (void)key;
    cr_assert_not_null(line);
    take(context, line);
    free(line);
    return 1;
}

static int
refuse_line(void *context, const char *key, char *line)
{
    (void)key;
    *(int *)context += line == NULL;
    free(line);
    return line != NULL;
}

Test(control, a_text_of_any_size_comes_back_from_its_lines)
{
    size_t size = 2 * CONTROL_TEXT_SIZE_MAX + 77;
    char *text = malloc(size);
    struct control *control = control_create();
    size_t back_size = 0;
    int refused = 0;

    for (size_t i = 0; i + 1 < size; i += 2) { /* letters of two bytes: cut between them */
        memcpy(text + i, "\xc3\xb1", 2);
    }
    text[size - 1] = '.';
    cr_assert(control_text_lines("d", (struct view){ text, size }, take_line, control));
    char *back = control_rules_text(control, "d", &back_size);
    cr_assert_not_null(back);
    cr_expect(view_equal((struct view){ back, back_size }, (struct view){ text, size }));
    text[5] = '\xff';
    cr_expect_not(control_text_lines("d", (struct view){ text, size }, refuse_line, &refused));
    cr_expect_eq(refused, 1, "what is no UTF-8 is said to be none");
    free(back);
    free(text);
    control_destroy(&control);
}

Test(control, what_is_not_understood_is_refused_with_a_reason)
{
    static const char *const rows[][2] = {
        { "{\"type\":\"ack\",\"incident\":\"x\"}", "type \"ack\"" },
        { "{\"brand\":\"iberia\"}", "\"type\"" },
        { "[]", "no JSON object" },
        { "nonsense", "no JSON object" },
        { IDLE_HEAD "}", "\"type\"" },
        { IDLE_HEAD ",\"type\":\"idle\"}", "\"topic\"" },
        { IDLE_HEAD ",\"type\":\"idle\",\"topic\":\"\"}", "\"topic\"" },
        { IDLE_HEAD ",\"from\":18,\"type\":\"idle\",\"topic\":\"t\"}", "duplicate" },
        { "{\"from\":-1,\"late_below\":1,\"partition\":3,\"shard\":2,\"type\":\"idle\",\"topic\":"
          "\"t\"}",
                "\"from\"" },
        { "{\"from\":1,\"late_below\":1,\"partition\":4096,\"shard\":2,\"type\":\"idle\","
          "\"topic\":\"t\"}",
                "\"partition\"" },
        { "{\"from\":1,\"late_below\":1,\"partition\":3,\"shard\":256,\"type\":\"idle\","
          "\"topic\":\"t\"}",
                "\"shard\"" },
        { "{\"from\":1,\"partition\":3,\"shard\":2,\"type\":\"idle\",\"topic\":\"t\"}",
                "\"late_below\"" },
        { "{\"from\":1,\"late_below\":4294967296,\"partition\":3,\"shard\":2,\"type\":\"idle\","
          "\"topic\":\"t\"}",
                "\"late_below\"" },
        { "{\"type\":\"control\",\"version\":2,\"shards\":8,\"allow_ms\":1,\"max_age_ms\":0,"
          "\"dedupe\":0,\"deployment\":\"a\",\"namespace\":\"a\",\"topics\":[\"t\"]}",
                "\"version\"" },
        { "{\"type\":\"control\",\"version\":1,\"shards\":0,\"allow_ms\":1,\"max_age_ms\":0,"
          "\"dedupe\":0,\"deployment\":\"a\",\"namespace\":\"a\",\"topics\":[\"t\"]}",
                "\"shards\"" },
        { "{\"type\":\"control\",\"version\":1,\"shards\":8,\"allow_ms\":1,\"max_age_ms\":0,"
          "\"dedupe\":0,\"deployment\":\"a\",\"namespace\":\"a\",\"topics\":[]}",
                "\"topics\"" },
        { "{\"type\":\"rules\",\"digest\":\"one\",\"from\":7}", "\"number\"" },
        { "{\"type\":\"text\",\"digest\":\"one\",\"part\":0,\"parts\":1}", "\"text\"" },
        { "{\"type\":\"text\",\"digest\":\"one\",\"part\":1,\"parts\":1,\"text\":\"\"}",
                "\"text\"" },
        { "{\"type\":\"text\",\"digest\":\"one\",\"part\":0,\"parts\":9999,\"text\":\"\"}",
                "\"parts\"" },
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct control *control = control_create();
        char trouble[CONTROL_TROUBLE_SIZE];
        cr_expect_not(control_take(control, view_of(rows[i][0]), trouble), "row %zu", i);
        cr_expect_not_null(strstr(trouble, rows[i][1]), "row %zu: %s", i, trouble);
        cr_expect_eq(count_of(control), 0);
        cr_expect_null(control_header(control));
        control_destroy(&control);
    }
}

Test(control, a_file_is_read_whole_and_a_fault_names_its_line)
{
    struct control *control = control_create();
    char trouble[CONTROL_TROUBLE_SIZE];
    size_t torn = 9;

    cr_assert(control_take_all(control,
            VIEW(IDLE_HEAD ",\"topic\":\"t\",\"type\":\"idle\"}\n\n" IDLE_HEAD
                           ",\"topic\":\"u\",\"type\":\"idle\"}"),
            &torn, trouble));
    cr_assert_eq(torn, 0, "whole, only without its newline");
    cr_assert_eq(count_of(control), 2);
    cr_assert_not(control_take_all(control, VIEW("\n{\"type\":\"verdict\"}\n\n"), &torn, trouble));
    cr_assert_not_null(strstr(trouble, "line 2: "));
    cr_assert_not_null(strstr(trouble, "verdict"));
    control_destroy(&control);
}

Test(control, a_torn_last_line_is_left_out_and_said)
{
    struct control *control = control_create();
    char trouble[CONTROL_TROUBLE_SIZE];
    size_t torn = 0;

    cr_assert(control_take_all(control,
            VIEW(IDLE_HEAD ",\"topic\":\"t\",\"type\":\"idle\"}\n" IDLE_HEAD ",\"top"), &torn,
            trouble));
    cr_assert_eq(torn, 1);
    cr_assert_eq(count_of(control), 1);
    /* Torn in the middle of the file it is no accident of the writer's. */
    cr_assert_not(control_take_all(control, VIEW(IDLE_HEAD ",\"top\n"), &torn, trouble));
    cr_assert_eq(torn, 0);
    /* And what is whole is no torn line, whatever it says. */
    cr_assert_not(control_take_all(control, VIEW("{\"type\":\"verdict\"}"), &torn, trouble));
    cr_assert_eq(torn, 0);
    control_destroy(&control);
}
