/* The rows. Normal values of other folders (judge, ledger, live) are repeated here, where people
 * read them; a test holds both together. */
#include "app/settings/table.h"

#include "core/limits.h"
#include "match/price.h"

#include <assert.h>
#include <stddef.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define AT(field)     offsetof(struct settings, field)
#define WORDS(list)   .words = (list), .word_count = LENGTH(list)

#define SECOND 1000LL
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
/* As far back as archives reach: whoever replays old records into Redis wants to see them there. */
#define YEARS_20 (366 * DAY * 20)

#define TEXT_SCHEMA "{\"type\":\"string\"}"
#define TEXTS_SCHEMA                                                                               \
    "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"array\",\"items\":{\"type\":\"string\"}}]}"
#define MAP_SCHEMA                                                                                 \
    "{\"type\":\"object\",\"additionalProperties\":{\"type\":"                                     \
    "[\"string\",\"number\",\"boolean\"]}}"

static const char *const langs[] = { [LANG_ES] = "es", [LANG_EN] = "en" };
static const char *const sensitivities[] = {
    [SENSITIVITY_FEWER] = "fewer", [SENSITIVITY_BALANCED] = "balanced", [SENSITIVITY_MORE] = "more"
};
static const char *const levels[] = {
    [LOG_DEBUG] = "debug", [LOG_INFO] = "info", [LOG_WARN] = "warn", [LOG_ERROR] = "error"
};
static const char *const formats[] = { [LOG_LOGFMT] = "logfmt", [LOG_JSON] = "json" };

static_assert(sizeof(enum lang) == sizeof(unsigned) &&
                      sizeof(enum sensitivity) == sizeof(unsigned) &&
                      sizeof(enum log_level) == sizeof(unsigned) &&
                      sizeof(enum log_format) == sizeof(unsigned),
        "a WORD is stored as an unsigned");

const struct setting_section setting_sections[] = {
    { "", NULL },
    { "input", "where mentions come from" },
    { "input.kafka", "the topics to read; offsets are kept by the ledger" },
    { "input.late", "how long a bucket waits for stragglers" },
    { "input.dedupe", "the same post twice" },
    { "patterns", "what rules may cost; see: rebato rules bench" },
    { "redis", "the ledger: the counts, shared by all processes" },
    { "redis.retention", "how far back the published series reach" },
    { "checkpoint",
            "what outlives Redis: without it the baselines of weeks live there alone; see: rebato "
            "replay --learn" },
    { "judge", "when to ring" },
    { "control",
            "what a replay of the topic has to be told beside it; see: rebato replay --control" },
    { "web", "the live page and /metrics" },
    { "log", "what is said on standard error" },
};
const size_t setting_section_count = LENGTH(setting_sections);

/* One setting, one block. */
/* clang-format off */
const struct setting_row setting_rows[] = {
    { "", "schema", SETTING_OTHER, .sample = SETTINGS_SCHEMA, .why = "what this file is",
            .read = settings_read_schema, .show = settings_show_schema,
            .schema = "{\"const\":\"" SETTINGS_SCHEMA "\"}" },
    { "", "lang", SETTING_WORD, AT(lang), WORDS(langs), .normal = LANG_ES,
            .why = "language of alerts and of the page" },
    { "", "timezone", SETTING_TEXT, AT(timezone), .text = "UTC",
            .why = "kept for later versions; times are shown in UTC" },
    { "", "workers", SETTING_COUNT, AT(workers), .unit = "threads", .lowest = 1,
            .highest = SETTINGS_WORKERS_MAX, .sample = "# 4",
            .why = "each is a member of the consumer group; normally one a core" },
    { "", "linger", SETTING_SPAN, AT(linger_ms), .unit = "time", .lowest = 10, .normal = 200,
            .highest = 5 * SECOND,
            .why = "a worker hands over its counts this often: longer is cheaper, shorter is "
                   "fresher" },
    { "", "turn", SETTING_SPAN, AT(turn_ms), .unit = "time", .lowest = 10, .normal = 200,
            .highest = 10 * SECOND, .why = "the judge looks for closed buckets this often" },
    { "", "early", SETTING_SPAN, AT(early_ms), .unit = "time", .lowest = 0, .normal = 300,
            .highest = MINUTE,
            .why = "open buckets are looked at this often, and people told before they close; "
                   "0s: never" },
    { "", "rules", SETTING_OTHER, .sample = "# [rules.d/*.yaml]",
            .why = "files, folders or patterns; left out: the packs inside the binary",
            .read = settings_read_rules, .show = settings_show_rules, .schema = TEXTS_SCHEMA },

    { "input", "shape", SETTING_TEXT, AT(reader.shape), .text = "", .sample = "# native",
            .why = "native, x-v1.1, x-v2, bluesky, mastodon or reddit; left out: detected",
            .read = settings_check_shape },
    { "input", "fields", SETTING_OTHER, .sample = "# {text: /body, time: /created_at, id: /id}",
            .why = "JSON pointers into records of any other shape", .read = settings_read_fields,
            .show = settings_show_fields, .schema = MAP_SCHEMA },
    { "input", "max_age", SETTING_SPAN, AT(max_age_ms), .unit = "time", .lowest = 0, .normal = 0,
            .highest = 400 * DAY,
            .why = "older than this at its arrival is bad_time; 0s: any age is taken" },

    { "input.kafka", "brokers", SETTING_OTHER, .sample = "[localhost:9092]", .why = "to begin with",
            .read = settings_read_brokers, .show = settings_show_brokers, .schema = TEXTS_SCHEMA },
    { "input.kafka", "topics", SETTING_OTHER, .sample = "[menciones]",
            .why = "names, or patterns that begin with ^", .read = settings_read_topics,
            .show = settings_show_topics, .schema = TEXTS_SCHEMA },
    { "input.kafka", "group", SETTING_TEXT, AT(group), .text = "rebato",
            .why = "processes of one group share the work" },
    { "input.kafka", "start", SETTING_OTHER, .sample = "committed",
            .why = "committed, earliest, latest or a time, for partitions that were never counted",
            .read = settings_read_start, .show = settings_show_start, .schema = TEXT_SCHEMA },
    { "input.kafka", "properties", SETTING_OTHER,
            .sample = "# {security.protocol: SASL_SSL, sasl.username: rebato, sasl.password_file: "
                      "secret}",
            .why = "any property of librdkafka; a name with _file reads its value from a file",
            .read = settings_read_properties, .show = settings_show_properties,
            .schema = MAP_SCHEMA },

    { "input.late", "allow", SETTING_SPAN, AT(allow_ms), .unit = "time", .lowest = 0,
            .normal = 30 * SECOND, .highest = HOUR,
            .why = "posts this much behind their partition are on time; later ones are counted as "
                   "late" },
    { "input.late", "idle", SETTING_SPAN, AT(idle_ms), .unit = "time", .lowest = SECOND,
            .normal = 15 * SECOND, .highest = HOUR,
            .why = "a partition silent for so long no longer holds the others back" },
    { "input.dedupe", "over", SETTING_COUNT, AT(dedupe_records), .unit = "records", .lowest = 0,
            .normal = DEDUPE_RECORDS, .highest = 8LL * DEDUPE_RECORDS,
            .why = "of its partition that a post is compared with; 0: off" },

    { "patterns", "always_max", SETTING_COUNT, AT(always_max), .unit = "patterns", .lowest = 0,
            .normal = PATTERNS_ALWAYS_MAX, .highest = RULES_MAX,
            .why = "in which no word is certain, so that they run on every text; more are refused" },

    { "redis", "url", SETTING_OTHER, .sample = "unix:/run/redis/redis.sock",
            .why = "or redis://user:password@host:port/db, redis-cluster://host,host, rediss:// for "
                   "TLS (?ca=/path); left out: memory:, alone and forgetful",
            .read = settings_read_redis_url, .show = settings_show_redis_url,
            .schema = TEXT_SCHEMA },
    { "redis", "url_file", SETTING_OTHER, .sample = "# /run/credentials/rebato/redis",
            .why = "a file that holds the url, for one with a password",
            .read = settings_read_redis_url_file, .schema = TEXT_SCHEMA },
    { "redis", "namespace", SETTING_TEXT, AT(redis_namespace), .text = "main",
            .why = "every key begins with rebato:<namespace>:", .read = settings_check_namespace },
    { "redis", "shards", SETTING_COUNT, AT(redis_shards), .unit = "shards", .lowest = 1,
            .normal = 8, .highest = SHARDS_MAX,
            .why = "of the counts; fixed for the life of a namespace" },
    { "redis", "timeout", SETTING_SPAN, AT(redis_timeout_ms), .unit = "time", .lowest = 50,
            .normal = 2 * SECOND, .highest = MINUTE, .why = "for one reply" },

    { "redis.retention", "10s", SETTING_SPAN, AT(retain_10s_ms), .unit = "time",
            .lowest = 10 * MINUTE, .normal = DAY, .highest = YEARS_20,
            .why = "counts of 10 seconds" },
    { "redis.retention", "5m", SETTING_SPAN, AT(retain_5m_ms), .unit = "time", .lowest = HOUR,
            .normal = 35 * DAY, .highest = YEARS_20, .why = "counts of 5 minutes" },
    { "redis.retention", "1h", SETTING_SPAN, AT(retain_1h_ms), .unit = "time", .lowest = DAY,
            .normal = 400 * DAY, .highest = YEARS_20, .why = "counts of an hour" },

    { "checkpoint", "file", SETTING_TEXT, AT(checkpoint_file), .text = "",
            .sample = "# /var/lib/rebato/checkpoint",
            .why = "written aside and renamed; every process keeps all it can see",
            .read = settings_check_checkpoint_file },
    { "checkpoint", "topic", SETTING_TEXT, AT(checkpoint_topic), .text = "",
            .sample = "# rebato.checkpoint",
            .why = "instead of a file: a compacted topic of the same Kafka, shared by all processes; "
                   "made when it is not there and we may",
            .read = settings_check_checkpoint_topic },
    { "checkpoint", "every", SETTING_SPAN, AT(checkpoint_every_ms), .unit = "time",
            .lowest = SECOND, .normal = 5 * MINUTE, .highest = HOUR,
            .why = "what came since the last one is read from Kafka again after a loss" },

    { "judge", "deployment", SETTING_TEXT, AT(deployment), .text = "", .sample = "# main",
            .why = "part of incident ids; left out: the namespace" },
    { "judge", "sensitivity", SETTING_WORD, AT(sensitivity), WORDS(sensitivities),
            .normal = SENSITIVITY_BALANCED, .sample = "# balanced",
            .why = "of all rules; left out: each rule's own", .read = settings_check_sensitivity },
    { "judge", "learning", SETTING_SPAN, AT(learning_ms), .unit = "time", .lowest = 0,
            .normal = 3 * DAY, .highest = 35 * DAY,
            .why = "a brand is watched this long before small numbers count" },
    { "judge", "cool_after", SETTING_SPAN, AT(cool_after_ms), .unit = "time", .lowest = MINUTE,
            .normal = 10 * MINUTE, .highest = DAY,
            .why = "without its reason an incident begins to cool" },
    { "judge", "resolve_after", SETTING_SPAN, AT(resolve_after_ms), .unit = "time",
            .lowest = MINUTE, .normal = HOUR, .highest = 7 * DAY,
            .why = "of cooling it is resolved" },
    { "judge", "reopen_within", SETTING_SPAN, AT(reopen_within_ms), .unit = "time", .lowest = 0,
            .normal = 2 * HOUR, .highest = 7 * DAY,
            .why = "of that it is the same incident again" },

    { "", "channels", SETTING_OTHER,
            .sample = "\n  pantalla: {type: terminal}\n"
                      "  # sala: {type: webhook, url_file: /run/credentials/rebato/sala}\n"
                      "  # bus: {type: kafka, topic: alertas}\n"
                      "  # libro: {type: file, path: /var/log/rebato/alertas.ndjson}",
            .why = "who is told; each gets every alert", .read = settings_read_channels,
            .show = settings_show_channels,
            .schema = "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"object\","
                      "\"required\":"
                      "[\"type\"],\"properties\":{\"type\":{\"enum\":[\"terminal\",\"webhook\","
                      "\"kafka\","
                      "\"file\"]}}}}" },

    { "control", "file", SETTING_TEXT, AT(control_file), .text = "",
            .sample = "# /var/lib/rebato/control.ndjson",
            .why = "of one process alone; left out, and no topic: no control log is kept",
            .read = settings_check_control_file },
    { "control", "topic", SETTING_TEXT, AT(control_topic), .text = "", .sample = "# rebato-control",
            .why = "on the same brokers, shared by all processes of the group; may be compacted",
            .read = settings_check_control_topic },

    { "web", "listen", SETTING_TEXT, AT(web_listen), .text = "", .sample = "127.0.0.1:8080",
            .why = "left out: no page", .read = settings_check_listen },
    { "web", "external_url", SETTING_TEXT, AT(external_url), .text = "",
            .sample = "# https://rebato.example.org",
            .why = "how people reach the page, for the links in alerts",
            .read = settings_check_external_url },

    { "log", "level", SETTING_WORD, AT(log_level), WORDS(levels), .normal = LOG_INFO,
            .why = "debug, info, warn or error" },
    { "log", "format", SETTING_WORD, AT(log_format), WORDS(formats), .normal = LOG_LOGFMT,
            .why = "logfmt or json" },
};
const size_t setting_row_count = LENGTH(setting_rows);

const struct setting_elsewhere setting_elsewheres[] = {
    { "", "brands", "brands are not settings",
            "brands live in rule files: move them to one and name it under rules" },
    { "", "alerts", "this version has no routes, no grouping and no quiet hours",
            "remove it: every channel gets every alert" },
    { "", "privacy", "this version has no settings for privacy",
            "remove it: authors are counted as hashes, always" },
    { "input", "files", "archives are not watched", "use: rebato replay FILE..." },
    { "input.dedupe", "by", "posts are compared by platform and id, always", "remove it" },
    { "web", "tls", "this version speaks plain HTTP",
            "remove it; listen on 127.0.0.1 and put a proxy before it" },
    { "web", "auth", "this version asks nobody who they are; the page is read-only",
            "remove it; listen on 127.0.0.1 and put a proxy before it" },
};
const size_t setting_elsewhere_count = LENGTH(setting_elsewheres);
/* clang-format on */

int
setting_section_is_in(const char *section, const char *parent)
{
    const char *dot = strrchr(section, '.');
    struct view before = { .at = section, .size = dot == NULL ? 0 : (size_t)(dot - section) };

    return section[0] != '\0' && view_equal(before, view_of(parent));
}

const char *
setting_section_key(const char *section)
{
    const char *dot = strrchr(section, '.');

    return dot == NULL ? section : dot + 1;
}
