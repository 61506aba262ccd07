/* Who answers whom: an addressee is the author they are, in whatever letters, and on their own platform. */
#include "mention/mention.h"

#include <criterion/criterion.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

Test(talk, an_addressee_has_the_number_of_the_author)
{
    static const struct {
        struct view to, text;
        int same;
    } rows[] = {
        { TEXT("ana"), TEXT(""), 1 },
        { TEXT("ANA"), TEXT(""), 1 },
        { TEXT("ana"), TEXT("@luis lo sentimos"), 1 },
        { TEXT(""), TEXT("@ana lo sentimos"), 1 },
        { TEXT(""), TEXT("  @Ana: lo sentimos"), 1 },
        { TEXT(""), TEXT("@ana"), 1 },
        { TEXT(""), TEXT("@ana. Lo sentimos"), 1 },
        { TEXT(""), TEXT("lo sentimos, @ana"), 0 },
        { TEXT(""), TEXT("@anabel lo sentimos"), 0 },
        { TEXT(""), TEXT("@ ana"), 0 },
        { TEXT(""), TEXT(""), 0 },
        { TEXT("an"), TEXT("@ana lo sentimos"), 0 },
    };
    struct mention author = { .platform = PLATFORM_X, .author_handle = VIEW("Ana") };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct mention reply = {
            .platform = PLATFORM_X, .reply_to_handle = rows[i].to, .text = rows[i].text
        };
        int same = mention_addressee_hash(&reply) == mention_handle_hash(&author);
        cr_expect_eq(same, rows[i].same, "row %zu", i);
        reply.platform = PLATFORM_MASTODON;
        cr_expect_neq(mention_addressee_hash(&reply), mention_handle_hash(&author), "row %zu", i);
    }
}

Test(talk, nobody_has_no_number)
{
    struct mention nobody = { .platform = PLATFORM_X, .text = VIEW("sin nombre") };

    cr_assert_eq(mention_handle_hash(&nobody), 0);
    cr_assert_eq(mention_addressee_hash(&nobody), 0);
    cr_assert_eq(mention_answered_hash(&nobody), 0);
    cr_assert_eq(mention_root_hash(&nobody), 0);
    nobody.text = VIEW("@");
    cr_assert_eq(mention_addressee_hash(&nobody), 0);
}

Test(talk, the_post_that_is_answered_or_passed_on_has_its_own_number)
{
    struct mention post = { .platform = PLATFORM_X, .id = VIEW("100") };
    struct mention reply = { .platform = PLATFORM_X, .id = VIEW("101"), .reply_to_id = post.id };
    struct mention repost = { .platform = PLATFORM_X, .id = VIEW("102"), .root_id = post.id };
    struct mention abroad = { .platform = PLATFORM_REDDIT, .reply_to_id = post.id };

    cr_assert_eq(mention_answered_hash(&reply), mention_id_hash(&post));
    cr_assert_eq(mention_root_hash(&repost), mention_id_hash(&post));
    cr_assert_neq(mention_answered_hash(&reply), mention_id_hash(&reply));
    cr_assert_neq(mention_answered_hash(&abroad), mention_id_hash(&post));
}
