#!/usr/bin/env bash
#
# Does the differential test find what it is there to find? Each mutant is the scanner with one known
# fault; the test has to notice within SECONDS (60).
#
#   BUILD=<build dir of the dev preset> tests/stress/mutants.sh [SECONDS]
#
# The first two are mistakes that an earlier scanner of this design really made.
set -euo pipefail

seconds=${1:-60}
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:?the build directory whose libraries are used}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

read -ra libraries <<<"$(pkg-config --libs libpcre2-8 libxxhash libfyaml)"

# mutate FILE SED: a copy of the file with the fault in it; the sed expression must change something.
mutate() {
    rm -rf "$work/scan"
    mkdir "$work/scan"
    sed -E "$2" "$root/src/scan/$1" >"$work/scan/$1"
    ! cmp -s "$root/src/scan/$1" "$work/scan/$1" || {
        echo "mutants: nothing to change in src/scan/$1 with: $2" >&2
        exit 1
    }
}

# A header's fault is in what includes it: the narrowing.
compile() {
    local sources=("$work/scan/$1")
    [[ $1 != *.h ]] || sources=("$root"/src/scan/narrow*.c)
    "${CC:-cc}" -std=c11 -O1 -D_GNU_SOURCE -I"$work" -I"$root/src" -I"$root/include" \
        -o "$work/test" "${sources[@]}" "$root/tests/stress/scan_differential_stress.c" \
        "$build/librebato_scan.a" "$build/librebato_pattern.a" "$build/librebato_mention.a" \
        "$build/librebato_core.a" "${libraries[@]}" -lpthread
}

# mutant NAME FILE SED
found=0
missed=0
mutant() {
    local start=$SECONDS
    mutate "$2" "$3"
    compile "$2"
    if "$work/test" "$seconds" 1 >"$work/said" 2>&1; then
        echo "MISSED $1: $(cat "$work/said")"
        missed=$((missed + 1))
        return
    fi
    echo "found in $((SECONDS - start)) s: $1"
    found=$((found + 1))
}

mutant 'a \b behind a sign is taken for "no letter follows"' boundary.h \
    's/broken\(set, first \+ entry->size, SCAN_ENDS\)/(set->filter.classes[(unsigned char)first[entry->size]] \& SCAN_WORD) * SCAN_ENDS/'
mutant 'texts are packed without anything between them' scanner.c \
    's/batch->used = end \+ 1;/batch->used = end;/; s/\[text \+ 1\] - 1 - begin/[text + 1] - begin/'
mutant 'the \b before a literal is not looked at' boundary.h \
    's/broken\(set, first, SCAN_BEGINS\)/0U/'
mutant 'letters beyond ASCII count as no letters' boundary.h \
    's/if \(\(entry->flags \& SCAN_UNICODE\) != 0\)/if (0)/'
mutant 'only the head of a long literal is compared' narrow_kernel.h \
    's/set->bytes \+ entry->tail, entry->size\)/entry->head, SCAN_HEAD_SIZE)/'
mutant 'of two literals in one quad only the first is seen' narrow_avx512.c \
    's/found &= found - 1/found = 0/g'
mutant 'a list of many quads ends too early' narrow.c \
    's/progress->quads < size \&\&/progress->quads + 1 < size \&\&/; s/progress->quads == size/1/'
mutant 'a group that was met is not remembered' settle.c \
    's/\(struct group_mark\)\{ scanner->serial, at, at \}/(struct group_mark){ 0, at, at }/'
mutant 'the second word is looked for before the first' settle.c \
    's/follows\(first, second/follows(second, first/'
mutant 'a start at the beginning of a block is forgotten' filter_avx512.c \
    's/\*before = word >> 63;/*before = 1;/'
mutant 'a key stops at the end of its block' filter_avx512.c \
    's/_mm512_permutex2var_epi8\(normal, index, next\)/_mm512_permutex2var_epi8(normal, index, normal)/'
echo "$found mutants found, $missed missed"
[[ $missed == 0 ]]
