#include "judge/state/codec.h"

#include <string.h>

#define IS_LITTLE_ENDIAN (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

static int
has_room(const struct codec *codec, size_t from, size_t size)
{
    return from <= codec->size && size <= codec->size - from;
}

void
codec_bytes(struct codec *codec, void *bytes, size_t size)
{
    size_t from = codec->used;

    codec->used += size;
    if (codec->mode == CODEC_WRITE) {
        if (has_room(codec, from, size)) {
            memcpy(codec->out + from, bytes, size);
        }
    } else if (has_room(codec, from, size)) {
        memcpy(bytes, codec->in + from, size);
    } else {
        codec->broken = 1;
        memset(bytes, 0, size);
    }
}

void
codec_text(struct codec *codec, char *text, size_t size)
{
    codec_bytes(codec, text, size);
    if (codec->mode == CODEC_READ) {
        text[size - 1] = '\0';
    }
}

/* `size` bytes of one number, the lowest first. */
static void
codec_number(struct codec *codec, void *number, size_t size)
{
    unsigned char *at = number;
    unsigned char bytes[8];

    if (IS_LITTLE_ENDIAN) {
        codec_bytes(codec, number, size);
        return;
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = at[size - 1 - i];
    }
    codec_bytes(codec, bytes, size);
    for (size_t i = 0; i < size; i++) {
        at[i] = bytes[size - 1 - i];
    }
}

static void
codec_numbers(struct codec *codec, void *numbers, size_t count, size_t size)
{
    char *at = numbers;

    if (IS_LITTLE_ENDIAN) {
        codec_bytes(codec, numbers, count * size);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        codec_number(codec, at + i * size, size);
    }
}

void
codec_u64(struct codec *codec, uint64_t *value)
{
    codec_number(codec, value, sizeof *value);
}

void
codec_u32(struct codec *codec, uint32_t *value)
{
    codec_number(codec, value, sizeof *value);
}

void
codec_i64(struct codec *codec, int64_t *value)
{
    codec_number(codec, value, sizeof *value);
}

void
codec_f64(struct codec *codec, double *value)
{
    codec_number(codec, value, sizeof *value);
}

void
codec_u32s(struct codec *codec, uint32_t *values, size_t count)
{
    codec_numbers(codec, values, count, sizeof *values);
}

void
codec_f64s(struct codec *codec, double *values, size_t count)
{
    codec_numbers(codec, values, count, sizeof *values);
}

void
codec_wide(struct codec *codec, void *numbers, size_t count)
{
    codec_numbers(codec, numbers, count, sizeof(uint64_t));
}

uint32_t
codec_limited(struct codec *codec, uint32_t value, uint32_t most)
{
    codec_u32(codec, &value);
    if (value > most) {
        codec->broken = 1;
        return 0;
    }
    return value;
}
