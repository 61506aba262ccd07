#include "app/input_options.h"

static const char *const field_names[] = {
#define FIELD_NAME(name) #name,
    READER_FIELDS(FIELD_NAME)
#undef FIELD_NAME
};

int
input_option_field(const char *verb, const char *setting, struct reader_options *reader)
{
    const char *equals = strchr(setting, '=');
    size_t size = equals == NULL ? 0 : (size_t)(equals - setting);

    for (size_t i = 0; i < READER_FIELD_COUNT && size > 0; i++) {
        if (strlen(field_names[i]) != size || strncmp(field_names[i], setting, size) != 0) {
            continue;
        }
        if (!reader_pointer_valid(equals + 1)) {
            cli_complain(verb, "JSON pointers look like /user/id", "--field %s: not a JSON pointer",
                    setting);
            return 0;
        }
        reader->pointers[i] = equals + 1;
        return 1;
    }
    cli_complain(verb,
            "write NAME=/json/pointer; names: text, time, id, lang, platform, author, "
            "handle, reply_to, reply_to_handle, root, quoted, link, reach, author_since",
            "--field %s: no such field", setting);
    return 0;
}

int
input_option_shape(const char *verb, const char *shape, struct reader_options *reader)
{
    if (shape != NULL && !reader_shape_known(shape)) {
        cli_complain(verb, "shapes: native, x-v1.1, x-v2, bluesky, mastodon, reddit",
                "--shape: \"%s\" is unknown", shape);
        return 0;
    }
    reader->shape = shape;
    return 1;
}
