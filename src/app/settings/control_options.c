#include "app/settings/control_options.h"

static_assert(CONTROL_TOPICS_MAX >= SETTINGS_LIST_MAX, "every topic of the settings has a place");

void
control_options_header(const struct settings *settings, struct control_header *header)
{
    *header = (struct control_header){ .deployment = settings->deployment,
        .name_space = settings->redis_namespace,
        .shards = strcmp(settings->redis_url, "memory:") == 0 ? 1 : settings->redis_shards,
        .allow_ms = settings->allow_ms,
        .max_age_ms = settings->max_age_ms,
        .dedupe = settings->dedupe_records,
        .topic_count = settings->topic_count };
    for (size_t i = 0; i < settings->topic_count; i++) {
        header->topics[i] = settings->topics[i];
    }
}

int
control_options_fill(const struct settings *settings, struct control_scribe_options *options)
{
    *options =
            (struct control_scribe_options){ .store = { .file = settings->control_file,
                                                     .topic = settings->control_topic,
                                                     .brokers = settings->brokers,
                                                     .properties = settings->properties,
                                                     .property_count = settings->property_count } };
    control_options_header(settings, &options->header);
    return settings->control_file != NULL || settings->control_topic != NULL;
}
