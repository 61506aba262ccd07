/*
 * redis, checkpoint, judge, web and channels: where counts go and who is told.
 *
 * Channels are looked at as far as their place in the file helps: kind, names of options, what is
 * missing. What the values mean is left to the sinks, which `check` asks as well: two opinions
 * would drift apart.
 */
#include "app/settings/table.h"
#include "ledger/url.h"

#include <assert.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define CHANNEL_NAME_MAX 48

static const char *const types[] = { "terminal", "webhook", "kafka", "file" };

/* What a kind of channel may be told. Kafka's also take any property of librdkafka: a name with a
 * dot. */
static const struct channel_option {
    const char *type;
    const char *name;
    int needed;
} channel_options[] = {
    { "terminal", "lang", 0 },
    { "terminal", "stream", 0 },
    { "webhook", "url", 1 },
    { "webhook", "timeout", 0 },
    { "webhook", "allow_private", 0 },
    { "webhook", "secret", 0 },
    { "kafka", "brokers", 1 },
    { "kafka", "topic", 1 },
    { "kafka", "timeout", 0 },
    { "file", "path", 1 },
};

/* Kinds that people know from elsewhere. */
static const char *const later_types[] = { "slack", "teams", "teams_workflow", "pagerduty", "email",
    "alertmanager" };

/* ---- redis ---- */

static void
take_url(struct settings_reader *reader, const struct yaml_node *node, const char *url)
{
    struct ledger_address address;
    char trouble[160];

    if (!ledger_url_parse(view_of(url), &address, trouble)) {
        yaml_fault(node, reader->faults, NULL, "%s", trouble);
        return;
    }
    reader->settings->redis_url = url;
}

/* A second one of url and url_file is refused: which of the two would count? */
void
settings_read_redis_url(struct settings_reader *reader, const struct yaml_node *node)
{
    const char *url = settings_text(reader, node);

    if (url != NULL) {
        take_url(reader, node, url);
    }
}

void
settings_read_redis_url_file(struct settings_reader *reader, const struct yaml_node *node)
{
    struct settings normal;
    settings_init(&normal);
    int given = strcmp(reader->settings->redis_url, normal.redis_url) != 0;
    settings_fini(&normal);

    if (given) {
        yaml_fault(node, reader->faults, "keep one of the two", "url and url_file are both given");
        return;
    }
    const char *url = settings_secret_file(reader, node);
    if (url != NULL) {
        take_url(reader, node, url);
    }
}

void
settings_check_namespace(struct settings_reader *reader, const struct yaml_node *node)
{
    if (!ledger_namespace_valid(view_of(reader->settings->redis_namespace))) {
        yaml_fault(node, reader->faults, "as in main or prod-es",
                "a namespace is 1 to %d of a-z, 0-9 and hyphens", NAMESPACE_SIZE - 1);
    }
}

/* ---- checkpoint, control ---- */

static void
expect_one_place(struct settings_reader *reader,
        const struct yaml_node *node,
        const char *file,
        const char *topic)
{
    if (file != NULL && topic != NULL) {
        yaml_fault(node, reader->faults, "keep one of the two", "file and topic are both given");
    }
}

void
settings_check_checkpoint_file(struct settings_reader *reader, const struct yaml_node *node)
{
    struct settings *settings = reader->settings;

    settings->checkpoint_file = settings_path(reader, settings->checkpoint_file);
    expect_one_place(reader, node, settings->checkpoint_file, settings->checkpoint_topic);
}

void
settings_check_checkpoint_topic(struct settings_reader *reader, const struct yaml_node *node)
{
    expect_one_place(
            reader, node, reader->settings->checkpoint_file, reader->settings->checkpoint_topic);
}

void
settings_check_control_file(struct settings_reader *reader, const struct yaml_node *node)
{
    struct settings *settings = reader->settings;

    settings->control_file = settings_path(reader, settings->control_file);
    expect_one_place(reader, node, settings->control_file, settings->control_topic);
}

void
settings_check_control_topic(struct settings_reader *reader, const struct yaml_node *node)
{
    expect_one_place(reader, node, reader->settings->control_file, reader->settings->control_topic);
}

/* ---- judge, web ---- */

void
settings_check_sensitivity(struct settings_reader *reader, const struct yaml_node *node)
{
    (void)node;
    reader->settings->has_sensitivity = 1;
}

void
settings_check_listen(struct settings_reader *reader, const struct yaml_node *node)
{
    const char *address = reader->settings->web_listen;
    const char *colon = strrchr(address, ':');
    uint64_t port = 0;

    if (colon == NULL || colon == address || !view_to_u64(view_of(colon + 1), &port) ||
            port > UINT16_MAX) {
        yaml_fault(node, reader->faults, "as in 127.0.0.1:8080 or '[::1]:8080'",
                "an address to listen on is host:port");
    }
}

void
settings_check_external_url(struct settings_reader *reader, const struct yaml_node *node)
{
    struct view url = view_of(reader->settings->external_url);

    if (!view_starts(url, VIEW("https://")) && !view_starts(url, VIEW("http://"))) {
        yaml_fault(node, reader->faults, "as in https://rebato.example.org",
                "external_url is where a browser finds the page");
    }
}

/* ---- channels ---- */

static const char *
option_value(const struct settings_channel *channel, const char *name)
{
    for (size_t i = 0; i < channel->option_count; i++) {
        if (strcmp(channel->options[i].name, name) == 0) {
            return channel->options[i].value;
        }
    }
    return NULL;
}

static int
is_channel_name(const char *name)
{
    static const char letters[] =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t size = strlen(name);

    return size > 0 && size <= CHANNEL_NAME_MAX && strspn(name, letters) == size;
}

static const char *
read_type(struct settings_reader *reader, const struct yaml_node *map)
{
    const struct yaml_node *node = yaml_get(map, "type");
    const char *text = node == NULL ? NULL : settings_text(reader, node);

    if (node == NULL) {
        yaml_fault(map, reader->faults, "add one of: terminal, webhook, kafka, file",
                "the channel's type is missing");
    }
    for (size_t i = 0; text != NULL && i < LENGTH(later_types); i++) {
        if (strcmp(text, later_types[i]) == 0) {
            yaml_fault(node, reader->faults, "use a webhook",
                    "this version has no channel of type %s", text);
            return NULL;
        }
    }
    int type = text == NULL ? -1 : settings_word(reader, node, types, LENGTH(types));
    return type < 0 ? NULL : types[type];
}

/* False, with a fault, for an option that this kind of channel does not have. */
static int
expect_option(struct settings_reader *reader,
        const struct yaml_node *key,
        const char *type,
        const char *name)
{
    const char *known[LENGTH(channel_options)];
    char advice[160] = "known here:";
    size_t count = 0;
    size_t used = strlen(advice);

    for (size_t i = 0; i < LENGTH(channel_options); i++) {
        if (strcmp(channel_options[i].type, type) == 0) {
            known[count++] = channel_options[i].name;
            used += (size_t)snprintf(advice + used, sizeof advice - used, "%s %s",
                    count == 1 ? "" : ",", channel_options[i].name);
            assert(used < sizeof advice);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(known[i], name) == 0) {
            return 1;
        }
    }
    if (strcmp(type, "kafka") == 0 && strchr(name, '.') != NULL) {
        return 1;
    }
    const char *near = fault_nearest(view_of(name), known, count);
    if (near != NULL) {
        snprintf(advice, sizeof advice, "did you mean \"%s\"?", near);
    }
    yaml_fault(key, reader->faults, advice, "a %s channel has no option \"%.60s\"", type, name);
    return 0;
}

static void
read_options(struct settings_reader *reader,
        const struct yaml_node *map,
        struct settings_channel *channel)
{
    for (size_t i = 0; i < yaml_size(map); i++) {
        struct consumer_property option;
        if (view_equal(yaml_key(map, i), VIEW("type")) ||
                !settings_property(reader, map, i, &option)) {
            continue;
        }
        if (expect_option(reader, yaml_key_node(map, i), channel->type, option.name)) {
            channel->options[channel->option_count++] = option;
        }
    }
}

static void
read_channel(struct settings_reader *reader, const struct yaml_node *channels, size_t index)
{
    struct settings *settings = reader->settings;
    const struct yaml_node *node = yaml_value(channels, index);
    const struct yaml_node *key = yaml_key_node(channels, index);
    struct settings_channel *channel = &settings->channels[settings->channel_count];

    *channel = (struct settings_channel){ .name = settings_text(reader, key),
        .line = yaml_place(key).line,
        .column = yaml_place(key).column };
    if (channel->name == NULL || !is_channel_name(channel->name)) {
        yaml_fault(key, reader->faults, "letters, digits, _ and -",
                "a channel's name is 1 to %d long", CHANNEL_NAME_MAX);
        return;
    }
    if (settings_free_map(reader, node, SETTINGS_LIST_MAX - 1) == 0) {
        if (yaml_kind_of(node) == YAML_MAP) {
            (void)read_type(reader, node);
        }
        return;
    }
    channel->type = read_type(reader, node);
    if (channel->type != NULL) {
        read_options(reader, node, channel);
        settings->channel_count++;
    }
}

void
settings_read_channels(struct settings_reader *reader, const struct yaml_node *node)
{
    size_t count = settings_free_map(reader, node, SETTINGS_CHANNELS_MAX);

    for (size_t i = 0; i < count; i++) {
        read_channel(reader, node, i);
    }
}

static void
complete(const struct settings *settings, struct settings_channel *channel)
{
    static const char *const langs[] = { [LANG_ES] = "es", [LANG_EN] = "en" };
    struct consumer_property option = { .name = "lang", .value = langs[settings->lang] };

    if (strcmp(channel->type, "kafka") == 0) {
        option = (struct consumer_property){ .name = "brokers", .value = settings->brokers };
    } else if (strcmp(channel->type, "terminal") != 0) {
        return;
    }
    if (option.value != NULL && option_value(channel, option.name) == NULL &&
            channel->option_count < SETTINGS_LIST_MAX) {
        channel->options[channel->option_count++] = option;
    }
}

static void
expect_needed(struct settings_reader *reader,
        const struct yaml_node *node,
        const struct settings_channel *channel)
{
    for (size_t i = 0; i < LENGTH(channel_options); i++) {
        const struct channel_option *option = &channel_options[i];
        if (option->needed && strcmp(option->type, channel->type) == 0 &&
                option_value(channel, option->name) == NULL) {
            yaml_fault(node, reader->faults,
                    "write it, or its name with _file and the path of a file that holds it",
                    "channel %s: option \"%s\" is missing", channel->name, option->name);
        }
    }
}

void
settings_complete_channels(struct settings_reader *reader, const struct yaml_node *root)
{
    struct settings *settings = reader->settings;
    const struct yaml_node *nodes = yaml_get(root, "channels");

    for (size_t i = 0; i < settings->channel_count; i++) {
        complete(settings, &settings->channels[i]);
        expect_needed(reader, yaml_get(nodes, settings->channels[i].name), &settings->channels[i]);
    }
}
