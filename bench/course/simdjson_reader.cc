/* simdjson on demand, as its authors advise: fields in the order in which records have them. */
#include "course/record.h"

#include <new>
#include <simdjson.h>
#include <string_view>

using simdjson::ondemand::object;
using simdjson::ondemand::value;

struct simdjson_reader {
    simdjson::ondemand::parser parser;
};

namespace
{

record_string
string_of(value field)
{
    std::string_view text;

    if (field.get_string().get(text) != simdjson::SUCCESS) {
        return { nullptr, 0 };
    }
    return { text.data(), text.size() };
}

/* What is missing stays 0. */
void
find_number(object &from, const char *key, int64_t &out)
{
    int64_t number;

    if (from.find_field(key).get_int64().get(number) == simdjson::SUCCESS) {
        out = number;
    }
}

record_string
find_string(object &from, const char *key)
{
    value field;

    return from.find_field(key).get(field) == simdjson::SUCCESS ? string_of(field)
                                                                : record_string{ nullptr, 0 };
}

bool
read_native(object &root, record &out)
{
    object author;
    value reply;

    out.id = find_string(root, "id");
    if (root.find_field("ts").get_int64().get(out.time_ms) != simdjson::SUCCESS) {
        return false;
    }
    out.lang = find_string(root, "lang");
    if (root.find_field("author").get_object().get(author) == simdjson::SUCCESS) {
        out.author = find_string(author, "id");
        out.handle = find_string(author, "handle");
        find_number(author, "followers", out.reach);
    }
    out.text = find_string(root, "text");
    if (root.find_field("in_reply_to").get(reply) == simdjson::SUCCESS) {
        out.reply = !reply.is_null();
    }
    return out.text.at != nullptr;
}

void
read_user(value &field, record &out)
{
    object user;

    if (field.get_object().get(user) == simdjson::SUCCESS) {
        out.author = find_string(user, "id_str");
        out.handle = find_string(user, "screen_name");
        find_number(user, "followers_count", out.reach);
    }
}

/* A repost's own text is the original's, cut short. */
void
read_original(value &field, record &out)
{
    object original;

    if (field.get_object().get(original) == simdjson::SUCCESS) {
        record_string text = find_string(original, "text");
        out.text = text.at != nullptr ? text : out.text;
    }
}

/* One walk over the members: looking for what most records lack would go around twice. */
bool
read_x(object &root, record &out)
{
    for (auto member : root) {
        simdjson::ondemand::raw_json_string key;
        value field;
        if (member.key().get(key) != simdjson::SUCCESS ||
                member.value().get(field) != simdjson::SUCCESS) {
            return false;
        }
        if (key.unsafe_is_equal("created_at")) {
            out.created = string_of(field);
        } else if (key.unsafe_is_equal("id_str")) {
            out.id = string_of(field);
        } else if (key.unsafe_is_equal("text")) {
            out.text = string_of(field);
        } else if (key.unsafe_is_equal("in_reply_to_status_id_str")) {
            out.reply = !field.is_null();
        } else if (key.unsafe_is_equal("user")) {
            read_user(field, out);
        } else if (key.unsafe_is_equal("retweeted_status")) {
            read_original(field, out);
        } else if (key.unsafe_is_equal("lang")) {
            out.lang = string_of(field);
        }
    }
    return out.text.at != nullptr;
}

} // namespace

simdjson_reader *
simdjson_reader_create()
{
    return new (std::nothrow) simdjson_reader;
}

void
simdjson_reader_destroy(simdjson_reader **reader)
{
    delete *reader;
    *reader = nullptr;
}

int
simdjson_reader_read(
        simdjson_reader *reader, record_shape shape, record_string json, record *record)
{
    simdjson::ondemand::document document;
    object root;

    *record = {};
    if (reader->parser.iterate(json.at, json.size, json.size + simdjson::SIMDJSON_PADDING)
                            .get(document) != simdjson::SUCCESS ||
            document.get_object().get(root) != simdjson::SUCCESS) {
        return 0;
    }
    return (shape == RECORD_NATIVE ? read_native(root, *record) : read_x(root, *record)) ? 1 : 0;
}
