#include "engines/re2_set.h"

#include <new>
#include <re2/re2.h>
#include <re2/set.h>
#include <vector>

struct re2_set {
    RE2::Set set;
    std::vector<int> found;

    explicit re2_set(const RE2::Options &options) : set(options, RE2::UNANCHORED)
    {
    }
};

re2_set *
re2_set_create(int64_t memory_max)
{
    RE2::Options options;

    options.set_log_errors(false);
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_max_mem(memory_max);
    return new (std::nothrow) re2_set(options);
}

void
re2_set_destroy(re2_set **set)
{
    delete *set;
    *set = nullptr;
}

int
re2_set_add(re2_set *set, const char *at, size_t size)
{
    return set->set.Add(re2::StringPiece(at, size), nullptr);
}

int
re2_set_compile(re2_set *set)
{
    return set->set.Compile() ? 1 : 0;
}

long
re2_set_match(re2_set *set, const char *at, size_t size, const int **numbers)
{
    RE2::Set::ErrorInfo error = {};

    set->found.clear();
    if (!set->set.Match(re2::StringPiece(at, size), &set->found, &error) &&
            error.kind != RE2::Set::kNoError) {
        return -1;
    }
    *numbers = set->found.data();
    return static_cast<long>(set->found.size());
}
