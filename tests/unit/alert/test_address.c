#include "alert/sink/address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <sys/un.h>

static int
is_private(const char *text)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
        return address_is_private((const struct sockaddr *)&in);
    }
    cr_assert_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1, "%s", text);
    return address_is_private((const struct sockaddr *)&in6);
}

Test(address, neighbours_are_private)
{
    static const char *const rows[] = { "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255",
        "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.9", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "198.19.255.1",
        "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:1::1", "fc00::1", "fd12:3456::1", "fe80::1",
        "febf::1", "fec0::1", "ff02::1", "2001:db8::1" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect(is_private(rows[i]), "%s", rows[i]);
    }
}

Test(address, the_internet_is_not_private)
{
    static const char *const rows[] = { "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
        "100.128.0.1", "126.255.255.255", "128.0.0.1", "169.253.0.1", "169.255.0.1", "172.15.0.1",
        "172.32.0.1", "192.0.1.1", "192.167.0.1", "192.169.0.1", "198.17.255.255", "198.20.0.1",
        "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1",
        "64:ff9b::808:808", "2002:808:808::1", "2001:4860::8888" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cr_expect_not(is_private(rows[i]), "%s", rows[i]);
    }
}

Test(address, other_families_are_private)
{
    struct sockaddr_un local = { .sun_family = AF_UNIX };

    cr_expect(address_is_private((const struct sockaddr *)&local));
}
