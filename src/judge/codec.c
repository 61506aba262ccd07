#include "judge/codec.h"

#include <assert.h>
#include <string.h>

void
codec_bytes(struct codec *codec, void *bytes, size_t size)
{
    size_t from = codec->used;
    codec->used += size;
    if (codec->mode == CODEC_MEASURE) {
        return;
    }
    if (from > codec->size || size > codec->size - from) {
        assert(codec->mode == CODEC_READ); /* what is written was measured */
        codec->broken = 1;
        memset(bytes, 0, size);
        return;
    }
    if (codec->mode == CODEC_WRITE) {
        memcpy(codec->out + from, bytes, size);
    } else {
        memcpy(bytes, codec->in + from, size);
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

static void
codec_number(struct codec *codec, uint64_t *value, size_t size)
{
    unsigned char bytes[8] = { 0 };
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(*value >> (8 * i));
    }
    codec_bytes(codec, bytes, size);
    if (codec->mode != CODEC_READ) {
        return;
    }
    *value = 0;
    for (size_t i = 0; i < size; i++) {
        *value |= (uint64_t)bytes[i] << (8 * i);
    }
}

void
codec_u64(struct codec *codec, uint64_t *value)
{
    codec_number(codec, value, 8);
}

void
codec_u32(struct codec *codec, uint32_t *value)
{
    uint64_t wide = *value;
    codec_number(codec, &wide, 4);
    *value = (uint32_t)wide;
}

void
codec_i64(struct codec *codec, int64_t *value)
{
    uint64_t bits = (uint64_t)*value;
    codec_number(codec, &bits, 8);
    memcpy(value, &bits, sizeof bits);
}

void
codec_f64(struct codec *codec, double *value)
{
    uint64_t bits;
    memcpy(&bits, value, sizeof bits);
    codec_number(codec, &bits, 8);
    memcpy(value, &bits, sizeof bits);
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
