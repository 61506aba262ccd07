#include "alert/sink/sign.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void
hex(const uint8_t digest[32], char text[65])
{
    for (size_t i = 0; i < 32; i++) {
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
}

Test(sign, digest_agrees_with_the_standard)
{
    static const struct {
        const char *text;
        const char *digest;
    } rows[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
        { "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr"
          "l"
          "mnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct view text = view_of(rows[i].text);
        uint8_t digest[32];
        char shown[65];
        sign_digest(&text, 1, digest);
        hex(digest, shown);
        cr_assert_str_eq(shown, rows[i].digest, "row %zu", i);
    }
}

Test(sign, digest_does_not_depend_on_how_the_bytes_are_cut)
{
    static char bytes[300];
    uint8_t whole[32];
    uint8_t cut[32];

    memset(bytes, 'x', sizeof bytes);
    struct view all = { bytes, sizeof bytes };
    sign_digest(&all, 1, whole);
    for (size_t at = 0; at <= sizeof bytes; at += 7) {
        const struct view parts[] = { view_slice(all, 0, at), view_slice(all, at, sizeof bytes) };
        sign_digest(parts, 2, cut);
        cr_assert_arr_eq(cut, whole, 32, "cut at %zu", at);
    }
}

/* The example of the Standard Webhooks specification's reference libraries. */
Test(sign, signature_agrees_with_the_reference)
{
    struct sign_key key;
    char text[SIGN_TEXT_SIZE];
    const struct view parts[] = { VIEW("msg_p5jXN8AQM9LWM0D4loKWxJek"), VIEW("1614265330"),
        VIEW("{\"test\": 2432232314}") };

    cr_assert(sign_key_read(VIEW("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), &key));
    sign_notice(&key, parts, text);
    cr_assert_str_eq(text, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

Test(sign, keys_are_read_or_refused)
{
    static const struct {
        const char *secret;
        size_t size; /* 0: refused */
    } rows[] = {
        { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24 },
        { "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 24 },
        { "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 25 },
        { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
          "=",
                64 },
        { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
          "=",
                0 }, /* 65 bytes */
        { "", 0 },
        { "whsec_", 0 },
        { "whsec_short", 0 },
        { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa w", 0 },
        { "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS\n", 0 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sign_key key;
        cr_assert_eq(sign_key_read(view_of(rows[i].secret), &key), rows[i].size > 0, "row %zu", i);
        cr_assert_eq(key.size, rows[i].size, "row %zu", i);
    }
}
