/*
 * codec: one walk over a state writes or reads it, so that the two cannot disagree.
 *
 * Little-endian, no padding. What does not fit is measured and no longer written; reading past the end gives zeros and
 * marks the codec broken. Either way the walk goes on to its end and asks once. Counts are read with their limit,
 * because loops depend on them. A state is written after every fold: what stands side by side in memory goes at once.
 */
#ifndef REBATO_JUDGE_STATE_CODEC_H
#define REBATO_JUDGE_STATE_CODEC_H

#include <stddef.h>
#include <stdint.h>

enum codec_mode { CODEC_WRITE, CODEC_READ };

struct codec {
    enum codec_mode mode;
    unsigned char *out;      /* CODEC_WRITE */
    const unsigned char *in; /* CODEC_READ */
    size_t size;
    size_t used; /* more than `size`: so much would have been needed */
    int broken;
};

void codec_bytes(struct codec *codec, void *bytes, size_t size);
/* A text field: after reading it ends with a NUL whatever was read. */
void codec_text(struct codec *codec, char *text, size_t size);
void codec_u32(struct codec *codec, uint32_t *value);
void codec_u64(struct codec *codec, uint64_t *value);
void codec_i64(struct codec *codec, int64_t *value);
void codec_f64(struct codec *codec, double *value);
/* `count` of them. */
void codec_u32s(struct codec *codec, uint32_t *values, size_t count);
void codec_f64s(struct codec *codec, double *values, size_t count);
/* Of eight bytes each, whatever they are. */
void codec_wide(struct codec *codec, void *numbers, size_t count);
/* A number that must not exceed `most`: broken, and 0, when it does. */
uint32_t codec_limited(struct codec *codec, uint32_t value, uint32_t most);

#endif
