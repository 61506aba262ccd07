/* simdjson on demand, for as little as can be asked: fields in the order in which records have them. */
#include "json/simdjson_few.h"

#include <new>
#include <simdjson.h>
#include <string_view>

using simdjson::ondemand::object;

struct simdjson_few {
    simdjson::ondemand::parser parser;
};

namespace
{

bool
take_string(object &from, const char *key, record_string &out)
{
    std::string_view text;

    if (from.find_field(key).get_string().get(text) != simdjson::SUCCESS) {
        return false;
    }
    out = { text.data(), text.size() };
    return true;
}

bool
take_followers(object &from, const char *author, const char *key, int64_t &out)
{
    object inner;

    return from.find_field(author).get_object().get(inner) == simdjson::SUCCESS &&
           inner.find_field(key).get_int64().get(out) == simdjson::SUCCESS;
}

} // namespace

simdjson_few *
simdjson_few_create()
{
    return new (std::nothrow) simdjson_few;
}

void
simdjson_few_destroy(simdjson_few **reader)
{
    delete *reader;
    *reader = nullptr;
}

int
simdjson_few_read(simdjson_few *reader, record_shape shape, record_string json, few *out)
{
    simdjson::ondemand::document document;
    object root;

    *out = {};
    if (reader->parser.iterate(json.at, json.size, json.size + simdjson::SIMDJSON_PADDING)
                            .get(document) != simdjson::SUCCESS ||
            document.get_object().get(root) != simdjson::SUCCESS) {
        return 0;
    }
    if (shape == RECORD_NATIVE) {
        return take_string(root, "lang", out->lang) &&
               take_followers(root, "author", "followers", out->followers) &&
               take_string(root, "text", out->text);
    }
    return take_string(root, "text", out->text) &&
           take_followers(root, "user", "followers_count", out->followers) &&
           take_string(root, "lang", out->lang);
}
