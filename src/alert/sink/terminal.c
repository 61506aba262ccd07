/* terminal: the alert as lines for a person. Colour and bold only where somebody looks at them. */
#include "alert/render.h"
#include "alert/sink/type.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct terminal {
    FILE *stream;
    enum lang lang;
    int styled;
};

static int
terminal_read(struct terminal *terminal, const struct sink_options *options, char *trouble)
{
    const char *lang = sink_option_get(options, "lang", "es");
    const char *stream = sink_option_get(options, "stream", "stdout");

    if (strcmp(lang, "es") != 0 && strcmp(lang, "en") != 0) {
        sink_say(trouble, "lang \"%s\" is neither es nor en", lang);
        return 0;
    }
    if (strcmp(stream, "stdout") != 0 && strcmp(stream, "stderr") != 0) {
        sink_say(trouble, "stream \"%s\" is neither stdout nor stderr", stream);
        return 0;
    }
    terminal->lang = strcmp(lang, "es") == 0 ? LANG_ES : LANG_EN;
    terminal->stream = strcmp(stream, "stdout") == 0 ? stdout : stderr;
    return 1;
}

static void *
terminal_create(const struct sink_options *options, char *trouble)
{
    static const char *const names[] = { "lang", "stream", NULL };
    struct terminal read = { 0 };

    if (!sink_options_known(options, names, trouble) || !terminal_read(&read, options, trouble)) {
        return NULL;
    }
    /* no-color.org: set and not empty. Nobody changes the environment after start-up. */
    const char *no_color = getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe)
    read.styled = isatty(fileno(read.stream)) && (no_color == NULL || no_color[0] == '\0');
    struct terminal *terminal = malloc(sizeof *terminal);
    assert(terminal != NULL);
    *terminal = read;
    return terminal;
}

/* The first line in bold; the rest as it is. */
static void
print(const struct terminal *terminal, const char *text)
{
    int head = (int)strcspn(text, "\n");

    fprintf(terminal->stream, terminal->styled ? "\033[1m%.*s\033[0m" : "%.*s", head, text);
    fprintf(terminal->stream, "%s\n\n", text + head); /* a blank line between two alerts */
}

static enum sink_outcome
terminal_deliver(void *state, const struct notice *notice, struct sink_report *report)
{
    const struct terminal *terminal = state;
    char *text = render_text(notice->json, terminal->lang);

    if (text == NULL) {
        sink_say(report->trouble, "the notice is not a payload this version can read");
        return SINK_REFUSED;
    }
    clearerr(terminal->stream);
    print(terminal, text);
    free(text);
    if (fflush(terminal->stream) != 0 || ferror(terminal->stream)) {
        sink_say_errno(report->trouble, "cannot write to", "the terminal");
        return SINK_RETRY;
    }
    return SINK_DELIVERED;
}

static void
terminal_destroy(void *state)
{
    free(state);
}

const struct sink_type sink_terminal = {
    .name = "terminal",
    .create = terminal_create,
    .deliver = terminal_deliver,
    .destroy = terminal_destroy,
};
