/* log and thread: what reaches standard error, and who gets signals. */
#include "core/process/clock.h"
#include "core/process/log.h"
#include "core/process/thread.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Runs `say` with standard error going into `text`, without its time stamp. */
static void
captured(void (*say)(void), char *text, size_t size)
{
    FILE *file = tmpfile();
    int before = dup(STDERR_FILENO);

    dup2(fileno(file), STDERR_FILENO);
    say();
    dup2(before, STDERR_FILENO);
    close(before);
    rewind(file);
    size_t count = fread(text, 1, size - 1, file);
    text[count] = '\0';
    fclose(file);
}

static void
say_plain(void)
{
    log_event(LOG_INFO, "claimed", "topic=%s partition=%d offset=%lld share=%.2f span=%u-%u",
            "menciones", 3, 120LL, 0.25, 1U, 2U);
}

static void
say_hostile(void)
{
    log_event(LOG_WARN, "odd", "text=%s empty=%s part=%.*s",
            "a\" event=fake\nlevel=error \x1B[2J\\", "", 2, "abc");
}

static void
say_little(void)
{
    log_event(LOG_DEBUG, "quiet", "a=%d", 1);
}

static void
say_much(void)
{
    char text[3000];
    memset(text, '"', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_event(LOG_ERROR, "much", "a=%s b=%s c=%s d=%s last=%d", text, text, text, text, 7);
}

Test(log, logfmt_is_plain_where_it_can_be)
{
    char text[2048];

    log_setup(LOG_INFO, LOG_LOGFMT);
    captured(say_plain, text, sizeof text);
    cr_assert_eq(strncmp(text, "ts=2", 4), 0);
    cr_assert_not_null(strstr(text, "Z level=info event=claimed topic=menciones partition=3 "
                                    "offset=120 share=0.25 span=1-2\n"),
            "%s", text);
}

Test(log, a_value_cannot_pass_for_a_pair_or_a_line)
{
    char text[2048];

    log_setup(LOG_INFO, LOG_LOGFMT);
    captured(say_hostile, text, sizeof text);
    cr_assert_not_null(strstr(text, "event=odd text=\"a\\\" event=fake\\x0alevel=error "
                                    "\\x1b[2J\\\\\" empty=\"\" part=ab\n"),
            "%s", text);
    cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1);
}

Test(log, json_quotes_texts_and_leaves_numbers)
{
    char text[2048];

    log_setup(LOG_INFO, LOG_JSON);
    captured(say_plain, text, sizeof text);
    cr_assert_not_null(
            strstr(text, "\"level\":\"info\",\"event\":\"claimed\",\"topic\":\"menciones\","
                         "\"partition\":3,\"offset\":120,\"share\":0.25,"
                         "\"span\":\"1-2\"}\n"),
            "%s", text);
    captured(say_hostile, text, sizeof text);
    cr_assert_not_null(strstr(text, "\"text\":\"a\\\" event=fake\\u000alevel=error "
                                    "\\u001b[2J\\\\\",\"empty\":\"\",\"part\":\"ab\"}\n"),
            "%s", text);
}

Test(log, levels_below_the_lowest_and_silence_say_nothing)
{
    char text[256];

    log_setup(LOG_INFO, LOG_LOGFMT);
    captured(say_little, text, sizeof text);
    cr_assert_str_empty(text);
    log_setup(LOG_DEBUG, LOG_SILENT);
    captured(say_plain, text, sizeof text);
    cr_assert_str_empty(text);
}

Test(log, a_crowded_line_stays_one_line)
{
    char text[16384];

    log_setup(LOG_INFO, LOG_JSON);
    captured(say_much, text, sizeof text);
    cr_assert_leq(strlen(text), 4096);
    cr_assert_eq(strchr(text, '\n'), text + strlen(text) - 1);
    cr_assert_str_eq(text + strlen(text) - 2, "}\n");
}

Test(log, settings_are_read_by_name)
{
    enum log_level level;
    enum log_format format;

    cr_assert(log_level_parse(VIEW("warn"), &level) && level == LOG_WARN);
    cr_assert(log_format_parse(VIEW("json"), &format) && format == LOG_JSON);
    cr_assert_not(log_level_parse(VIEW("loud"), &level));
    cr_assert_not(log_format_parse(VIEW(""), &format));
}

static void *
record_mask(void *argument)
{
    pthread_sigmask(SIG_SETMASK, NULL, argument);
    return NULL;
}

Test(thread, signals_stay_with_the_main_thread)
{
    struct thread thread = { 0 };
    sigset_t mask;
    sigset_t own;

    sigemptyset(&mask);
    cr_assert(thread_start(&thread, "rebato-test", record_mask, &mask));
    thread_join(&thread);
    thread_join(&thread); /* harmless */
    cr_assert(sigismember(&mask, SIGTERM));
    pthread_sigmask(SIG_SETMASK, NULL, &own);
    cr_assert_not(sigismember(&own, SIGTERM));
}

Test(clock, time_goes_forward)
{
    int64_t before = clock_monotonic_ns();

    clock_sleep_ms(2);
    cr_assert_geq(clock_monotonic_ns() - before, 2000000);
    clock_sleep_ms(-5);
    cr_assert_gt(clock_wall_ms(), 1600000000000);
    cr_assert_geq(clock_thread_cpu_ns(), 0);
}
