/* Fields of an entry as bytes: "<name's size> <value's size> <name><value>", one behind the other. */
#include "ledger/ledger.h"

#include <stdio.h>

/* Two sizes and two blanks. */
#define HEAD_SIZE 48

size_t
ledger_pack_fields(const struct ledger_field *fields, size_t count, char *out, size_t size)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        char head[HEAD_SIZE];
        const struct ledger_field *field = &fields[i];
        size_t head_size = (size_t)snprintf(
                head, sizeof head, "%zu %zu ", field->name.size, field->value.size);
        size_t end = used + head_size + field->name.size + field->value.size;
        if (end <= size) {
            memcpy(out + used, head, head_size);
            memcpy(out + used + head_size, field->name.at, field->name.size);
            memcpy(out + end - field->value.size, field->value.at, field->value.size);
        }
        used = end;
    }
    return used;
}

static int
take_size(struct view *packed, size_t *size)
{
    size_t end = 0;
    uint64_t number = 0;

    while (end < packed->size && packed->at[end] != ' ') {
        end++;
    }
    if (end == packed->size || !view_to_u64(view_slice(*packed, 0, end), &number)) {
        return 0;
    }
    *packed = view_slice(*packed, end + 1, packed->size);
    *size = (size_t)number;
    return 1;
}

int
ledger_unpack_field(struct view *packed, struct ledger_field *field)
{
    size_t name = 0;
    size_t value = 0;

    if (!take_size(packed, &name) || !take_size(packed, &value) || name > packed->size ||
            value > packed->size - name) {
        return 0;
    }
    field->name = view_slice(*packed, 0, name);
    field->value = view_slice(*packed, name, name + value);
    *packed = view_slice(*packed, name + value, packed->size);
    return 1;
}
