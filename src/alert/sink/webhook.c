/*
 * webhook: POST of the payload. The receiver is told who we are and which notice this is, and is
 * believed as little as possible: no redirect is followed, its reply is not read past 64 KiB, no proxy
 * is taken from the environment, and by default it cannot be a neighbour of ours.
 */
#include "alert/sink/address.h"
#include "alert/sink/sign.h"
#include "alert/sink/type.h"
#include "core/process/clock.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define REPLY_SIZE_MAX  (64UL * 1024)
#define HEADER_SIZE_MAX 256

struct webhook {
    CURL *curl;
    char *url;
    struct sign_key key; /* size 0: notices are not signed */
    int allow_private;
    /* Of the delivery under way. */
    size_t reply_size;
    int saw_private;
};

/* ---- what curl calls ---- */

/* The signature is curl's. */
static size_t
// NOLINTNEXTLINE(readability-non-const-parameter)
take_reply(char *at, size_t size, size_t count, void *state)
{
    struct webhook *webhook = state;

    (void)at;
    webhook->reply_size += size * count;
    /* Anything but the count makes curl hang up. */
    return webhook->reply_size > REPLY_SIZE_MAX ? 0 : size * count;
}

/* The address is judged here, behind the resolver: a name may have been public when it was checked and
 * private when it is used. */
static curl_socket_t
open_socket(void *state, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct webhook *webhook = state;

    (void)purpose;
    if (!webhook->allow_private && address_is_private(&address->addr)) {
        webhook->saw_private = 1;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* ---- settings ---- */

static int
read_flag(const struct sink_options *options, const char *name, int *flag, char *trouble)
{
    const char *text = sink_option_get(options, name, "false");

    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        sink_say(trouble, "%s \"%s\" is neither true nor false", name, text);
        return 0;
    }
    *flag = strcmp(text, "true") == 0;
    return 1;
}

static int
is_web_url(const char *text)
{
    CURLU *url = curl_url();
    assert(url != NULL);
    char *scheme = NULL;
    int fits = curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
               curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
               (strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0);

    curl_free(scheme);
    curl_url_cleanup(url);
    return fits;
}

static int
webhook_read(struct webhook *webhook, const struct sink_options *options, char *trouble)
{
    static const char *const names[] = { "url", "timeout", "allow_private", "secret", NULL };
    const char *url = sink_option_get(options, "url", "");
    const char *secret = sink_option_get(options, "secret", "");

    if (!sink_options_known(options, names, trouble) ||
            !read_flag(options, "allow_private", &webhook->allow_private, trouble)) {
        return 0;
    }
    if (!is_web_url(url)) {
        /* The URL is not repeated: many of them carry a token. */
        sink_say(trouble, "option \"url\" is not an address such as https://example.org/alerts");
        return 0;
    }
    if (secret[0] != '\0' && !sign_key_read(view_of(secret), &webhook->key)) {
        sink_say(trouble, "option \"secret\" is not whsec_ and 24 to 64 bytes in base64");
        return 0;
    }
    webhook->url = strdup(url);
    assert(webhook->url != NULL);
    return 1;
}

/* What stays the same from one delivery to the next. */
static void
curl_prepare(struct webhook *webhook, int64_t timeout_ms)
{
    CURL *curl = webhook->curl;

    curl_easy_setopt(curl, CURLOPT_URL, webhook->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* also says: none from the environment */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "rebato/" REBATO_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_reply);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, webhook);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, webhook);
}

static void
webhook_destroy(void *state)
{
    struct webhook *webhook = state;

    curl_easy_cleanup(webhook->curl);
    free(webhook->url);
    free(webhook);
    curl_global_cleanup();
}

static void *
webhook_create(const struct sink_options *options, char *trouble)
{
    struct webhook *webhook = calloc(1, sizeof *webhook);
    int64_t timeout_ms;

    assert(webhook != NULL);
    CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT); /* counted: one cleanup for each */
    assert(ready == CURLE_OK);
    if (!webhook_read(webhook, options, trouble) ||
            !sink_option_timeout(options, &timeout_ms, trouble)) {
        webhook_destroy(webhook);
        return NULL;
    }
    webhook->curl = curl_easy_init();
    assert(webhook->curl != NULL);
    curl_prepare(webhook, timeout_ms);
    return webhook;
}

/* ---- one delivery ---- */

/* A header of ours. A value that could end the line is a bug of the caller: keys and kinds are made by
 * the judge, not by a mention. */
static struct curl_slist *
header(struct curl_slist *list, const char *name, struct view value)
{
    char line[HEADER_SIZE_MAX];

    for (size_t i = 0; i < value.size; i++) {
        assert(value.at[i] > 0x20 && value.at[i] < 0x7f);
    }
    int size = snprintf(line, sizeof line, "%s: %.*s", name, (int)value.size, value.at);
    assert(size > 0 && (size_t)size < sizeof line);
    struct curl_slist *longer = curl_slist_append(list, line);
    assert(longer != NULL);
    return longer;
}

/* Standard Webhooks: the signature covers id, time and body, so that none of them can be replaced. */
static struct curl_slist *
sign_headers(struct curl_slist *list, const struct webhook *webhook, const struct notice *notice)
{
    char time[24];
    char signature[SIGN_TEXT_SIZE];

    snprintf(time, sizeof time, "%lld", (long long)(clock_wall_ms() / 1000));
    sign_notice(&webhook->key, (const struct view[]){ notice->key, view_of(time), notice->json },
            signature);
    list = header(list, "webhook-id", notice->key);
    list = header(list, "webhook-timestamp", view_of(time));
    return header(list, "webhook-signature", view_of(signature));
}

static struct curl_slist *
headers(const struct webhook *webhook, const struct notice *notice)
{
    struct curl_slist *list = NULL;

    list = header(list, "Content-Type", VIEW("application/json"));
    list = header(list, "Idempotency-Key", notice->key);
    list = header(list, "X-Rebato-Event", notice->kind);
    /* Without this line curl waits a second for "100 Continue" before a larger body. */
    list = curl_slist_append(list, "Expect:");
    assert(list != NULL);
    return webhook->key.size > 0 ? sign_headers(list, webhook, notice) : list;
}

static enum sink_outcome
judge_status(const struct webhook *webhook, long status, struct sink_report *report)
{
    curl_off_t retry_after_s = 0;

    if (status >= 200 && status < 300) {
        return SINK_DELIVERED;
    }
    sink_say(report->trouble, "the receiver answered %ld%s", status,
            status >= 300 && status < 400 ? "; redirects are not followed" : "");
    if (status != 408 && status != 425 && status != 429 && status < 500) {
        return SINK_REFUSED;
    }
    curl_easy_getinfo(webhook->curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    if (retry_after_s > SINK_RETRY_AFTER_MAX_MS / 1000) {
        retry_after_s = SINK_RETRY_AFTER_MAX_MS / 1000;
    }
    report->retry_after_ms = (int64_t)retry_after_s * 1000;
    return SINK_RETRY;
}

static enum sink_outcome
judge_result(const struct webhook *webhook, CURLcode result, struct sink_report *report)
{
    long status = 0;

    curl_easy_getinfo(webhook->curl, CURLINFO_RESPONSE_CODE, &status);
    /* The status line decides, even when the reply behind it is too long or never ends. */
    if (status >= 200) {
        return judge_status(webhook, status, report);
    }
    if (webhook->saw_private) {
        sink_say(report->trouble, "the receiver is at a private address; if that is meant, set "
                                  "allow_private: true");
        return SINK_REFUSED;
    }
    sink_say(report->trouble, "no answer: %s", curl_easy_strerror(result));
    return SINK_RETRY;
}

static enum sink_outcome
webhook_deliver(void *state, const struct notice *notice, struct sink_report *report)
{
    struct webhook *webhook = state;
    struct curl_slist *list = headers(webhook, notice);

    webhook->reply_size = 0;
    webhook->saw_private = 0;
    curl_easy_setopt(webhook->curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(webhook->curl, CURLOPT_POSTFIELDS, notice->json.at);
    curl_easy_setopt(webhook->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)notice->json.size);
    CURLcode result = curl_easy_perform(webhook->curl);
    enum sink_outcome outcome = judge_result(webhook, result, report);
    /* The handle is kept for its connection; what it borrowed is not. */
    curl_easy_setopt(webhook->curl, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(webhook->curl, CURLOPT_POSTFIELDS, NULL);
    curl_slist_free_all(list);
    return outcome;
}

const struct sink_type sink_webhook = {
    .name = "webhook",
    .create = webhook_create,
    .deliver = webhook_deliver,
    .destroy = webhook_destroy,
};
