/*
 * `config show`: the values in force. It is what people paste into issues and chats, so it errs
 * on the side of hiding: values that came from a file, names that sound secret, and of a
 * webhook's address all but the host, because chat services put the token into the path.
 */
#include "app/settings/table.h"

#include "core/text/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <strings.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define HIDDEN        "\"***\""

int
settings_is_secret_name(const char *name)
{
    static const char *const parts[] = { "password", "secret", "token", "key.pem", "credential",
        "oauthbearer.config", "jaas" };

    for (size_t i = 0; i < LENGTH(parts); i++) {
        if (strcasestr(name, parts[i]) != NULL) {
            return 1;
        }
    }
    return 0;
}

void
settings_show_text(const char *text, FILE *out)
{
    fputc('"', out);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            fputc('\\', out);
        }
        fputc(*at, out);
    }
    fputc('"', out);
}

const char *
settings_span_text(int64_t span_ms, char text[SETTINGS_SPAN_SIZE])
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = { { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 } };
    size_t unit = span_ms == 0 ? 3 : 0;

    while (span_ms % units[unit].ms != 0) {
        unit++;
    }
    snprintf(text, SETTINGS_SPAN_SIZE, "%lld%s", (long long)(span_ms / units[unit].ms),
            units[unit].name);
    return text;
}

/* Who logs in is no secret in a ledger's address, and its path is a database; what stands before
 * the host of a webhook, or behind it, is. */
void
settings_show_address(const char *url, FILE *out)
{
    const char *start = strstr(url, "://");
    int ledger = strncmp(url, "redis", 5) == 0;

    if (start == NULL) {
        settings_show_text(url, out);
        return;
    }
    start += 3;
    size_t size = strcspn(start, "/?#");
    const char *at = memrchr(start, '@', size);
    const char *host = at == NULL ? start : at + 1;
    fprintf(out, "\"%.*s", (int)(start - url), url);
    if (at != NULL) {
        fprintf(out, "%.*s%s***@", ledger ? (int)strcspn(start, ":@") : 0, start,
                ledger ? ":" : "");
    }
    fprintf(out, "%.*s", (int)(start + size - host), host);
    if (ledger) {
        fputs(start + size, out);
    } else if (start[size] != '\0' && strcmp(start + size, "/") != 0) {
        fputs("/***", out);
    }
    fputc('"', out);
}

static int
is_from_file(const struct settings *settings, const char *value)
{
    for (size_t i = 0; i < settings->secret_count; i++) {
        if (settings->secrets[i] == value) {
            return 1;
        }
    }
    return 0;
}

static void
show_property(const struct settings *settings, const struct consumer_property *property, FILE *out)
{
    settings_show_text(property->name, out);
    fputs(": ", out);
    if (is_from_file(settings, property->value) || settings_is_secret_name(property->name)) {
        fputs(HIDDEN, out);
    } else if (strstr(property->value, "://") != NULL) {
        settings_show_address(property->value, out);
    } else {
        settings_show_text(property->value, out);
    }
}

void
settings_show_properties(const struct settings *settings, FILE *out)
{
    for (size_t i = 0; i < settings->property_count; i++) {
        fputs(i == 0 ? "{" : ", ", out);
        show_property(settings, &settings->properties[i], out);
    }
    fputs(settings->property_count > 0 ? "}" : "", out);
}

void
settings_show_redis_url(const struct settings *settings, FILE *out)
{
    settings_show_address(settings->redis_url, out);
}

void
settings_show_channels(const struct settings *settings, FILE *out)
{
    for (size_t i = 0; i < settings->channel_count; i++) {
        const struct settings_channel *channel = &settings->channels[i];
        fprintf(out, "\n  %s: {type: %s", channel->name, channel->type);
        for (size_t j = 0; j < channel->option_count; j++) {
            fputs(", ", out);
            show_property(settings, &channel->options[j], out);
        }
        fputc('}', out);
    }
}

/* ---- rows ---- */

static void
show_plain(const struct settings *settings, const struct setting_row *row, FILE *out)
{
    const char *at = (const char *)settings + row->offset;
    char span[SETTINGS_SPAN_SIZE];
    unsigned word;
    uint32_t count;
    int64_t span_ms;
    const char *text;

    switch (row->kind) {
    case SETTING_SPAN:
        memcpy(&span_ms, at, sizeof span_ms);
        fputs(settings_span_text(span_ms, span), out);
        break;
    case SETTING_COUNT:
        memcpy(&count, at, sizeof count);
        fprintf(out, "%u", count);
        break;
    case SETTING_WORD:
        memcpy(&word, at, sizeof word);
        assert(word < row->word_count);
        fputs(row->words[word], out);
        break;
    case SETTING_TEXT:
        memcpy(&text, at, sizeof text); /* NOLINT(bugprone-sizeof-expression): the pointer itself */
        if (text != NULL && text[0] != '\0') {
            settings_show_text(text, out);
        }
        break;
    case SETTING_OTHER:
        if (row->show != NULL) {
            row->show(settings, out);
        }
        break;
    }
}

/* The value alone, to see whether there is one; malloc'd. */
static char *
value_of(const struct settings *settings, const struct setting_row *row)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    /* Said by nobody, it is each rule's own. */
    if (row->kind != SETTING_WORD || strcmp(row->key, "sensitivity") != 0 ||
            settings->has_sensitivity) {
        show_plain(settings, row, out);
    }
    fclose(out);
    assert(text != NULL);
    return text;
}

static int
indent_of(const char *section)
{
    int indent = section[0] == '\0' ? 0 : 2;

    for (const char *at = section; *at != '\0'; at++) {
        indent += *at == '.' ? 2 : 0;
    }
    return indent;
}

/* The section's key, and before it the key of the section it is in, unless they stand there
 * already. */
static void
open_section(const char *section, const char *last, FILE *out)
{
    size_t parent = strcspn(section, ".");

    if (strcmp(section, last) == 0) {
        return;
    }
    if (section[parent] == '.' && strncmp(section, last, parent) != 0) {
        fprintf(out, "%.*s:\n", (int)parent, section);
    }
    if (section[0] != '\0') {
        fprintf(out, "%*s%s:\n", indent_of(section) - 2, "", setting_section_key(section));
    }
}

char *
settings_show(const struct settings *settings)
{
    char *text = NULL;
    size_t size = 0;
    const char *section = "";
    FILE *out = open_memstream(&text, &size);

    assert(out != NULL);
    for (size_t i = 0; i < setting_row_count; i++) {
        const struct setting_row *row = &setting_rows[i];
        char *value = value_of(settings, row);
        if (value[0] != '\0') {
            open_section(row->section, section, out);
            section = row->section;
            fprintf(out, "%*s%s:%s%s\n", indent_of(section), "", row->key,
                    value[0] == '\n' ? "" : " ", value);
        }
        free(value);
    }
    fclose(out);
    assert(text != NULL);
    return text;
}
