#include "ledger/lua/scripts.h"

#include "core/limits.h"
#include "ledger/ledger.h"

#include <assert.h>

/* The witness of a partition, `w:`, is "last offset|greatest time|idle since|late below|token"; '-'
 * stands for none, idle since 0 for not idle. Behind the last offset stands "@offset@time" of a record that was
 * counted, with the time that Kafka gave it: another record there is another log's. */
#define LUA_WITNESS                                                                                \
    "local function witness(text)\n"                                                               \
    "  return string.match(text or '', '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$')\n"             \
    "end\n"
#define LUA_CORRUPT "return redis.error_reply('CORRUPT witness in ' .. KEYS[1])"

/* The lease is "token|until". */
#define LUA_HOLDS                                                                                  \
    "local function holds(key, token)\n"                                                           \
    "  local lease = redis.call('HGET', key, 'lease')\n"                                           \
    "  return lease and string.match(lease, '^([^|]+)|') == token\n"                               \
    "end\n"

/* Witnesses of all partitions listed in `ps`. */
#define LUA_WITNESSES                                                                              \
    "local function witnesses(list)\n"                                                             \
    "  local names = {}\n"                                                                         \
    "  for name in string.gmatch(list or '', '[^,]+') do names[#names + 1] = 'w:' .. name end\n"   \
    "  if #names == 0 then return {} end\n"                                                        \
    "  return redis.call('HMGET', KEYS[1], unpack(names))\n"                                       \
    "end\n"

/* ARGV: name, value, ... The first name decides whether the namespace is new. */
static const char meta[] = "local names = {}\n"
                           "for i = 1, #ARGV, 2 do names[#names + 1] = ARGV[i] end\n"
                           "local have = redis.call('HMGET', KEYS[1], unpack(names))\n"
                           "if have[1] then return have end\n"
                           "redis.call('HSET', KEYS[1], unpack(ARGV))\n"
                           "for i = 1, #names do have[i] = ARGV[2 * i] end\n"
                           "return have\n";

/* ARGV: field. */
static const char topic[] = "local number = redis.call('HGET', KEYS[1], ARGV[1])\n"
                            "if number then return {1, number} end\n"
                            "local next = string.format('%.0f', tonumber(redis.call('HGET', "
                            "KEYS[1], 'topics') or '0') + 1)\n"
                            "redis.call('HSET', KEYS[1], ARGV[1], next, 'topics', next)\n"
                            "return {1, next}\n";

/* ARGV: field, the number it had. The former topic keeps its number under a name that no topic can have. */
static const char renew[] = "local number = redis.call('HGET', KEYS[1], ARGV[1])\n"
                            "if number ~= ARGV[2] then return {1, number or '0'} end\n"
                            "local next = string.format('%.0f', tonumber(redis.call('HGET', "
                            "KEYS[1], 'topics') or '0') + 1)\n"
                            "redis.call('HSET', KEYS[1], ARGV[1], next, 'topics', next,\n"
                            "  ARGV[1] .. '#' .. number, number)\n"
                            "return {1, next}\n";

/* ARGV: field, offset. */
static const char start[] = "local first = redis.call('HGET', KEYS[1], ARGV[1])\n"
                            "if first then return {1, first} end\n"
                            "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])\n"
                            "return {1, ARGV[2]}\n";

/* ARGV: horizon wanted, the number of the last revision known, the list known. */
static const char reach[] =
        "local v, w = redis.call('HMGET', KEYS[1], 'horizon', 'revisions'), {}\n"
        "local horizon, list = v[1] or '0', v[2] or ''\n"
        "local last = tonumber(string.match(list, '(%d+):%d+:[^ ]+$') or '0')\n"
        "if tonumber(ARGV[2]) > last then\n"
        "  list = ARGV[3]; w[#w + 1] = 'revisions'; w[#w + 1] = list\n"
        "end\n"
        "if tonumber(ARGV[1]) > tonumber(horizon) then\n"
        "  horizon = ARGV[1]; w[#w + 1] = 'horizon'; w[#w + 1] = horizon\n"
        "end\n"
        "if #w > 0 then redis.call('HSET', KEYS[1], unpack(w)) end\n"
        "return {1, horizon, list}\n";

/* ARGV: the list known, the list with the new one at its end but for its first bucket: "... <number>:", its
 * name; the first bucket it may have. */
static const char revise[] = "local v = redis.call('HMGET', KEYS[1], 'horizon', 'revisions')\n"
                             "local horizon, list = v[1] or '0', v[2] or ''\n"
                             "if list ~= ARGV[1] then return {0, horizon, list} end\n"
                             "local from = horizon\n"
                             "if list == '' then from = '0' end\n"
                             "if tonumber(ARGV[4]) > tonumber(from) then from = ARGV[4] end\n"
                             "list = ARGV[2] .. from .. ':' .. ARGV[3]\n"
                             "redis.call('HSET', KEYS[1], 'revisions', list)\n"
                             "return {1, horizon, list}\n";

/* What makes records late that are on time by their log has to outlive its moment, or a replay would count
 * them otherwise: "k:<t>:<p>:<f>" = C says that from offset f on buckets up to C are late here. raise() adds
 * it to the pairs of the one write, and to the list of such fields, from which it takes a few that lie more
 * than 25 h below; forget() removes these after the write. Should that not happen, a field stays that says
 * nothing untrue. The list falls: in a shard that has begun again at its mark some lie above the fence, and
 * ahead() adds them to what whoever claims is told. */
#define LUA_RAISE                                                                                  \
    "local gone = {}\n"                                                                            \
    "local function raise(w, f, fence, late)\n"                                                    \
    "  local place, list, old, own = string.sub(f, 3), {}, {}, false\n"                            \
    "  local all = redis.call('HGET', KEYS[1], 'ks:' .. place) or ''\n"                            \
    "  for from in string.gmatch(all, '[^,]+') do\n"                                               \
    "    if not own and tonumber(from) <= tonumber(fence) then\n"                                  \
    "      own = true; list[#list + 1] = fence\n"                                                  \
    "    end\n"                                                                                    \
    "    if from ~= fence then list[#list + 1] = from end\n"                                       \
    "  end\n"                                                                                      \
    "  if not own then list[#list + 1] = fence end\n"                                              \
    "  for i = #list, math.max(#list - 3, 2), -1 do\n"                                             \
    "    if list[i] == fence then break end\n"                                                     \
    "    old[#old + 1] = 'k:' .. place .. ':' .. list[i]\n"                                        \
    "  end\n"                                                                                      \
    "  local c = #old > 0 and redis.call('HMGET', KEYS[1], unpack(old)) or {}\n"                   \
    "  for i = 1, #old do\n"                                                                       \
    "    if tonumber(c[i] or '0') >= tonumber(late) - 9000 then break end\n"                       \
    "    gone[#gone + 1] = old[i]; list[#list] = nil\n"                                            \
    "  end\n"                                                                                      \
    "  w[#w + 1] = 'k:' .. place .. ':' .. fence; w[#w + 1] = late\n"                              \
    "  w[#w + 1] = 'ks:' .. place; w[#w + 1] = table.concat(list, ',')\n"                          \
    "end\n"                                                                                        \
    "local function forget()\n"                                                                    \
    "  if #gone > 0 then redis.call('HDEL', KEYS[1], unpack(gone)) end\n"                          \
    "end\n"                                                                                        \
    "local function ahead(out, f, fence)\n"                                                        \
    "  local place, from, names = string.sub(f, 3), {}, {}\n"                                      \
    "  local all = redis.call('HGET', KEYS[1], 'ks:' .. place) or ''\n"                            \
    "  for offset in string.gmatch(all, '[^,]+') do\n"                                             \
    "    if tonumber(offset) <= tonumber(fence) then break end\n"                                  \
    "    from[#from + 1] = offset\n"                                                               \
    "    names[#names + 1] = 'k:' .. place .. ':' .. offset\n"                                     \
    "  end\n"                                                                                      \
    "  local c = #names > 0 and redis.call('HMGET', KEYS[1], unpack(names)) or {}\n"               \
    "  for i = 1, #from do out[#out + 1] = from[i]; out[#out + 1] = c[i] or '0' end\n"             \
    "  return out\n"                                                                               \
    "end\n"

/* The end of claim and found. A partition that was idle, or met a closed bucket, is told from where on
 * it is late; the witness remembers, so that every later owner is told the same. */
#define LUA_TAKE                                                                                   \
    "local last, max, idle, late = witness(v[2])\n"                                                \
    "if not last then " LUA_CORRUPT " end\n"                                                       \
    "local w, closed = {}, v[3] or '0'\n"                                                          \
    "if (idle ~= '0' or wake == '1') and tonumber(closed) > tonumber(late) then\n"                 \
    "  late = closed\n"                                                                            \
    "  raise(w, ARGV[1], v[1], late)\n"                                                            \
    "end\n"                                                                                        \
    "redis.call('HSET', KEYS[1], ARGV[2],\n"                                                       \
    "  last .. '|' .. max .. '|0|' .. late .. '|' .. ARGV[3], unpack(w))\n"                        \
    "forget()\n"                                                                                   \
    "return ahead({1, v[1], max, late, last}, ARGV[1], v[1])\n"

/* ARGV: f, w, token, wake. */
static const char claim[] =
        LUA_WITNESS LUA_RAISE "local v = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2], 'closed')\n"
                              "if not v[1] then return {3} end\n"
                              "local wake = ARGV[4]\n" LUA_TAKE;

/* ARGV: f, w, token, offset, "<t>:<p>". A shard that has lost its counts is made again first, by its mark. What
 * was counted when a mark was left is without this partition, so it is entered there as it is now. Buckets that
 * were closed before a loss are late to who comes after it. */
static const char found[] = LUA_WITNESS LUA_RAISE
        "local v = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2], 'closed', 'ps')\n"
        "if not v[1] then\n"
        "  local marks = redis.call('HMGET', KEYS[2], 'shut', 'safe', 'soon')\n"
        "  if not v[4] and marks[2] then return {3} end\n"
        "  local closed, list, w = v[3] or '0', v[4] or '', {}\n"
        "  local shut = string.match(marks[1] or '', '^%d+') or '0'\n"
        "  if tonumber(shut) > tonumber(closed) then closed = shut end\n"
        "  if not string.find(',' .. list .. ',', ',' .. ARGV[5] .. ',', 1, true) then\n"
        "    list = list == '' and ARGV[5] or list .. ',' .. ARGV[5]\n"
        "  end\n"
        "  local from, late = '-', '-'\n"
        "  if closed ~= '0' then\n"
        "    from, late = ARGV[4], closed\n"
        "    raise(w, ARGV[1], from, late)\n"
        "  end\n"
        "  for i, name in ipairs({'safe', 'soon'}) do\n"
        "    local mark, place = marks[i + 1], ';' .. ARGV[5] .. ' '\n"
        "    if mark and not string.find(mark, place, 1, true) then\n"
        "      redis.call('HSET', KEYS[2], name, mark .. place .. ARGV[4] .. ' -|-|0|' ..\n"
        "        closed .. '|! ' .. from .. ' ' .. late)\n"
        "    end\n"
        "  end\n"
        "  redis.call('HSET', KEYS[1], ARGV[1], ARGV[4], 'ps', list,\n"
        "    ARGV[2], '-|-|0|' .. closed .. '|' .. ARGV[3], unpack(w))\n"
        "  return {1, ARGV[4], '-', closed, '-'}\n"
        "end\n"
        "local wake = '0'\n" LUA_TAKE;

/* ARGV: w, token, bucket, most members, seconds to live, authors ... Answers {1, 1 when full}. */
static const char authors[] = LUA_WITNESS
        "local v = redis.call('HMGET', KEYS[1], ARGV[1], 'closed')\n"
        "if not v[1] then return {3} end\n"
        "local last, max, idle, late, token = witness(v[1])\n"
        "if not last then " LUA_CORRUPT " end\n"
        "if token ~= ARGV[2] then return {0} end\n"
        "if idle ~= '0' or tonumber(ARGV[3]) <= tonumber(v[2] or '0') then return {4} end\n"
        "local have, most = redis.call('SCARD', KEYS[2]), tonumber(ARGV[4])\n"
        "if have < most then\n"
        "  have = have + redis.call('SADD', KEYS[2], unpack(ARGV, 6))\n"
        /* Two writes, and harmless: both can be done again, and neither is a count. */
        "  redis.call('EXPIRE', KEYS[2], ARGV[5])\n"
        "end\n"
        "return {1, have < most and 0 or 1}\n";

/* ARGV: f, w, expect, to, max, late below, lowest bucket, on-time count, late count, "@offset@time" or '',
 *       the lowest bucket in all shards or '', late below for what comes behind the range,
 *       (field, delta) ..., (bucket, series, delta) ..., (bucket, post, value) ...
 * `since` is the lowest bucket that these records were ever counted in, whichever shard it was in: with it a
 * shard knows when the stream began, also when nothing of that day is its own.
 * The token '!' stands in a shard that was brought back: its owner has to claim first. Of what is late above the
 * fence in such a shard only a claim tells, and there may be somebody who claimed before it was lost.
 * Late counts and official posts of a bucket that is closed go to the first that is open. */
static const char apply[] = LUA_WITNESS
        "local a, key = ARGV, KEYS[1]\n"
        "local place = string.sub(a[1], 3)\n"
        "local v = redis.call('HMGET', key, a[1], a[2], 'closed', 'since', 'ks:' .. place)\n"
        "if not v[1] then return {3} end\n"
        "local fence, to = tonumber(v[1]), tonumber(a[4])\n"
        "if to <= fence then return {2, v[1]} end\n"
        "if fence ~= tonumber(a[3]) then return {0, v[1]} end\n"
        "local last, max, idle, late, token = witness(v[2])\n"
        "if not last then " LUA_CORRUPT " end\n"
        "if token == '!' then return {0, v[1]} end\n"
        "local closed = tonumber(v[3] or '0')\n"
        "if idle ~= '0' or late ~= a[6] or tonumber(a[7]) <= closed then return {4} end\n"
        "for from in string.gmatch(v[5] or '', '[^,]+') do\n"
        "  if tonumber(from) <= fence then break end\n"
        "  local c = tonumber(from) <= to and redis.call('HGET', key, 'k:' .. place .. ':' .. "
        "from)\n"
        "  if c and tonumber(c) > tonumber(a[12]) then return {4} end\n"
        "end\n"
        "local names, add = {}, {}\n"
        "local function put(field, delta)\n"
        "  if not add[field] then names[#names + 1] = field end\n"
        "  add[field] = (add[field] or 0) + tonumber(delta)\n"
        "end\n"
        "local function open(bucket)\n"
        "  return string.format('%.0f', math.max(tonumber(bucket), closed + 1))\n"
        "end\n"
        "local at = 13\n"
        "for i = 1, tonumber(a[8]) do put(a[at], a[at + 1]); at = at + 2 end\n"
        "for i = 1, tonumber(a[9]) do\n"
        "  put('l:1:' .. open(a[at]) .. ':' .. a[at + 1], a[at + 2]); at = at + 3\n"
        "end\n"
        "local w = {a[1], a[4], a[2],\n"
        "  string.format('%.0f', to - 1) .. (a[10] ~= '' and a[10] or string.match(last, '@.*') or "
        "'') ..\n"
        "  '|' .. a[5] .. '|0|' .. a[12] .. '|' .. token}\n"
        "if a[11] ~= '' and tonumber(a[11]) < tonumber(v[4] or '4294967295') then\n"
        "  w[#w + 1] = 'since'; w[#w + 1] = a[11]\n"
        "end\n"
        "if #names > 0 then\n"
        "  local old = redis.call('HMGET', key, unpack(names))\n"
        "  for i = 1, #names do\n"
        "    w[#w + 1] = names[i]\n"
        "    w[#w + 1] = string.format('%.0f', tonumber(old[i] or '0') + add[names[i]])\n"
        "  end\n"
        "end\n"
        "while at < #a do\n"
        "  w[#w + 1] = 'o:' .. open(a[at]) .. ':' .. a[at + 1]; w[#w + 1] = a[at + 2]; at = at + "
        "3\n"
        "end\n"
        "redis.call('HSET', key, unpack(w))\n"
        "return {1, a[4]}\n";

/* ARGV: f, w, end offset, token, now. */
static const char idle[] =
        LUA_WITNESS "local v = redis.call('HMGET', KEYS[1], ARGV[1], ARGV[2])\n"
                    "if not v[1] then return {3} end\n"
                    "local last, max, idle, late, token = witness(v[2])\n"
                    "if not last then " LUA_CORRUPT " end\n"
                    "if v[1] ~= ARGV[3] or token ~= ARGV[4] then return {0} end\n"
                    "redis.call('HSET', KEYS[1], ARGV[2],\n"
                    "  last .. '|' .. max .. '|' .. ARGV[5] .. '|' .. late .. '|' .. token)\n"
                    "return {1}\n";

/* ARGV: number of the topic. */
static const char leave[] =
        "local list, stay = redis.call('HGET', KEYS[1], 'ps'), {}\n"
        "if not list then return {1} end\n"
        "for name in string.gmatch(list, '[^,]+') do\n"
        "  if string.match(name, '^(%d+):') ~= ARGV[1] then stay[#stay + 1] = name end\n"
        "end\n"
        "redis.call('HSET', KEYS[1], 'ps', table.concat(stay, ','))\n"
        "return {1}\n";

/* ARGV: our token or '', a new one, now, until, 1 when ours may stay. Answers {1 or 0, fresh}. */
static const char lease[] =
        "local have = redis.call('HGET', KEYS[1], 'lease') or ''\n"
        "local token, till = string.match(have, '^([^|]+)|(%-?%d+)$')\n"
        "if token and token ~= ARGV[1] and tonumber(till) > tonumber(ARGV[3]) then return {5} end\n"
        "local mine, fresh = ARGV[2], 1\n"
        "if token and token == ARGV[1] and ARGV[5] == '1' then mine, fresh = token, 0 end\n"
        "redis.call('HSET', KEYS[1], 'lease', mine .. '|' .. ARGV[4])\n"
        "return {1, fresh}\n";

/* ARGV: token. */
static const char unlease[] = LUA_HOLDS "if not holds(KEYS[1], ARGV[1]) then return {5} end\n"
                                        "redis.call('HDEL', KEYS[1], 'lease')\n"
                                        "return {1}\n";

static const char progress[] =
        LUA_WITNESSES "local v = redis.call('HMGET', KEYS[1], 'closed', 'ps')\n"
                      "local out = {v[1] or '0'}\n"
                      "for _, text in ipairs(witnesses(v[2])) do out[#out + 1] = text or '' end\n"
                      "return out\n";

/* ARGV: token, bucket, watermark. A shard that has a mark and no partitions has lost them since the judge
 * looked: to close it would be to fold what is about to be counted again.
 * Beside the states stands what was late where when it was closed last: "<closed> <since>;<t>:<p> <k offsets>
 * <k buckets>;...". There are the newest k: of each partition, and one more for an idle one: what it may bring from
 * its fence on. A shard that loses its counts has it from there. It is written ahead: without the close nothing is
 * folded that could contradict it. */
static const char close_buckets[] = LUA_WITNESS LUA_WITNESSES LUA_HOLDS
        "if not holds(KEYS[2], ARGV[1]) then return {5} end\n"
        "local v = redis.call('HMGET', KEYS[1], 'closed', 'ps', 'since')\n"
        "if not v[2] and redis.call('HEXISTS', KEYS[2], 'soon') == 1 then return {0} end\n"
        "local idles = {}\n"
        "for i, text in ipairs(witnesses(v[2])) do\n"
        "  local last, max, idle = witness(text or '')\n"
        "  if not last then " LUA_CORRUPT " end\n"
        "  if idle == '0' and (max == '-' or tonumber(max) < tonumber(ARGV[3])) then return {0} "
        "end\n"
        "  idles[i] = idle ~= '0'\n"
        "end\n"
        "local function late(place, idle)\n"
        "  local e = redis.call('HMGET', KEYS[1], 'f:' .. place, 'ks:' .. place)\n"
        "  local from, names, c = {}, {}, {}\n"
        "  for offset in string.gmatch(e[2] or '', '[^,]+') do\n"
        "    if #from == 16 then break end\n"
        "    from[#from + 1] = offset\n"
        "    names[#names + 1] = 'k:' .. place .. ':' .. offset\n"
        "  end\n"
        "  if #names > 0 then c = redis.call('HMGET', KEYS[1], unpack(names)) end\n"
        "  for i = 1, #from do c[i] = c[i] or '0' end\n"
        "  if idle and e[1] then\n"
        "    table.insert(from, 1, e[1])\n"
        "    table.insert(c, 1, ARGV[2])\n"
        "  end\n"
        "  if #from == 0 then return '' end\n"
        "  return ';' .. place .. ' ' .. table.concat(from, ',') .. ' ' .. table.concat(c, ',')\n"
        "end\n"
        "if tonumber(ARGV[2]) > tonumber(v[1] or '0') then\n"
        "  local shut, i = redis.call('HGET', KEYS[2], 'shut') or '', 0\n"
        "  local was = string.match(shut, '^%d+') or '0'\n"
        "  was = tonumber(was) > tonumber(ARGV[2]) and was or ARGV[2]\n"
        "  shut = {was .. ' ' .. (v[3] or '-')}\n"
        "  for place in string.gmatch(v[2] or '', '[^,]+') do\n"
        "    i = i + 1; shut[#shut + 1] = late(place, idles[i])\n"
        "  end\n"
        "  redis.call('HSET', KEYS[2], 'shut', table.concat(shut))\n"
        "  redis.call('HSET', KEYS[1], 'closed', ARGV[2])\n"
        "end\n"
        "return {1}\n";

/* ARGV: token, brand, before, through, state, early, (key, json) ... */
static const char commit[] = LUA_HOLDS
        "if not holds(KEYS[2], ARGV[1]) then return {5} end\n"
        "local ft = 'ft:' .. ARGV[2]\n"
        "local ea = 'ea:' .. ARGV[2]\n"
        "local v = redis.call('HMGET', KEYS[2], ft, 'seq', ea)\n"
        "if (v[1] or '0') ~= ARGV[3] then return {0} end\n"
        "local closed = tonumber(redis.call('HGET', KEYS[1], 'closed') or '0')\n"
        "if closed < tonumber(ARGV[4]) then return {0} end\n"
        "local w, seq = {'st:' .. ARGV[2], ARGV[5], ft, ARGV[4]}, tonumber(v[2] or '0')\n"
        /* Hardly ever there, and never worth a write when it stays. */
        "if (v[3] or '') ~= ARGV[6] then w[#w + 1] = ea; w[#w + 1] = ARGV[6] end\n"
        "local lines = 8 + 2 * tonumber(ARGV[7])\n"
        "for i = 8, lines - 1, 2 do\n"
        "  seq = seq + 1\n"
        "  w[#w + 1] = 'ob:' .. ARGV[i]\n"
        "  w[#w + 1] = string.format('%.0f', seq) .. '|' .. ARGV[i + 1]\n"
        "end\n"
        "if lines > 8 then w[#w + 1] = 'seq'; w[#w + 1] = string.format('%.0f', seq) end\n"
        "for i = lines, #ARGV do w[#w + 1] = ARGV[i] end\n"
        "redis.call('HSET', KEYS[2], unpack(w))\n"
        "return {1}\n";

/* ARGV: token, ft field, through. */
#define LUA_FOLDED                                                                                 \
    LUA_HOLDS                                                                                      \
    "if not holds(KEYS[2], ARGV[1]) then return {5} end\n"                                         \
    "local ft = tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0')\n"                           \
    "if ft < tonumber(ARGV[3]) then return {0} end\n"

static const char guard[] = LUA_FOLDED "return {1}\n";

static const char erase[] = LUA_FOLDED "redis.call('HDEL', KEYS[1], unpack(ARGV, 4))\n"
                                       "return {1}\n";

static const char unlink_keys[] = LUA_FOLDED "redis.call('UNLINK', unpack(KEYS, 3))\n"
                                             "return {1}\n";

/* The time in an entry's id. */
#define LUA_MS "local function ms(id) return tonumber(string.match(id, '^%d+')) end\n"

/* A published stream stands in no other key's write, and may be written to twice: whoever ends between two of
 * these leaves a stream that the next judge mends. Ids only rise, so what belongs below the newest entry is put
 * there by taking off what is above it, and adding that again. */
#define LUA_STREAM                                                                                 \
    "local key, a = KEYS[1], ARGV\n"                                                               \
    "local function top()\n"                                                                       \
    "  local entry = redis.call('XREVRANGE', key, '+', '-', 'COUNT', '1')[1]\n"                    \
    "  return entry and entry[1] or '0-0'\n"                                                       \
    "end\n"                                                                                        \
    "local function take_off(entries, from)\n"                                                     \
    "  for i = from, #entries do redis.call('XDEL', key, entries[i][1]) end\n"                     \
    "  if redis.call('EXISTS', key) == 1 then\n"                                                   \
    "    local last = top()\n"                                                                     \
    "    redis.call('XSETID', key, last == '0-0' and '0-1' or last)\n"                             \
    "  end\n"                                                                                      \
    "end\n"                                                                                        \
    "local function same(x, y)\n"                                                                  \
    "  for i = 1, math.max(#x, #y) do\n"                                                           \
    "    if x[i] ~= y[i] then return false end\n"                                                  \
    "  end\n"                                                                                      \
    "  return true\n"                                                                              \
    "end\n"

/* ARGV: id, the newest entry's as it should be or '', 1 when another entry may stand in its place, most entries
 * above, the oldest time that is kept, name, value ... Nothing is put below a gap: it says that nothing is there, and
 * an image may hold cells that were folded, and not erased, at its moment. */
static const char publish[] =
        LUA_STREAM "if a[2] ~= '' and top() ~= a[2] then return {0} end\n"
                   "local fields, most = {unpack(a, 6)}, tonumber(a[4])\n"
                   "local old = redis.call('XRANGE', key, a[1], a[1])[1]\n"
                   "if old and (a[3] == '0' or same(old[2], fields)) then return {1} end\n"
                   "local tail = redis.call('XREVRANGE', key, '+', a[1], 'COUNT', most + 1)\n"
                   "local here = #tail > 0 and tail[#tail][1] == a[1]\n"
                   "if #tail > most then return {1} end\n"
                   "for i = 1, #tail do if tail[i][2][1] == 'gap' then return {1} end end\n"
                   "if #tail > 0 then take_off(tail, 1) end\n"
                   "redis.call('XADD', key, 'MINID', '~', a[5], a[1], unpack(fields))\n"
                   "for i = here and #tail - 1 or #tail, 1, -1 do\n"
                   "  redis.call('XADD', key, tail[i][1], unpack(tail[i][2]))\n"
                   "end\n"
                   "return {1}\n";

static_assert(LEDGER_RING_BUCKETS * BUCKET_SECONDS == 610,
        "what is kept beside a state, as the next script has it");

/* ARGV: id, (id, so many, name, value ...) ... What is given is to be there, and from the first id on nothing
 * else. Nothing is put where something may be missing above it: below a series' first entry, or its gap, down to that
 * id. The mark of a gap stays below all that. The first bucket of all is asked for by whoever knows of no fold: if it
 * was one that went back, all of it is as young as what is kept; else that judge came too early, to a shard that is
 * about to be brought back. Answers the newest id. */
static const char mend[] = LUA_STREAM LUA_MS
        "local have = redis.call('XRANGE', key, a[2] or a[1], '+')\n"
        "local first = redis.call('XRANGE', key, '-', '+', 'COUNT', '1')[1]\n"
        "if a[1] == '10000-0' and first and\n"
        "    (first[2][1] == 'gap' or ms(top()) - ms(first[1]) > 610000) then\n"
        "  return {1, top()}\n"
        "end\n"
        "local want, whole, floor, at, n = {}, ms(a[1]), 0, 2, 1\n"
        "if first and first[2][1] == 'gap' and have[1] and have[1][1] == first[1] then\n"
        "  floor = math.max(2, math.min(ms(first[1]) + 1, whole - 9999))\n"
        "  want[1] = {string.format('%.0f-0', floor - 1), first[2]}\n"
        "  n = 2\n"
        "elseif not first or have[1] and have[1][1] == first[1] then\n"
        "  floor = math.min(whole, first and ms(first[1]) or whole)\n"
        "end\n"
        "while a[at] or have[n] do\n"
        "  local entry = have[n]\n"
        "  if a[at] and not (entry and ms(entry[1]) < ms(a[at])) then\n"
        "    local last = at + 1 + a[at + 1]\n"
        "    if ms(a[at]) >= floor then want[#want + 1] = {a[at], {unpack(a, at + 2, last)}} end\n"
        "    if entry and entry[1] == a[at] then n = n + 1 end\n"
        "    at = last + 1\n"
        "  else\n"
        "    if ms(entry[1]) < whole then want[#want + 1] = entry end\n"
        "    n = n + 1\n"
        "  end\n"
        "end\n"
        "local kept = 1\n"
        "while have[kept] and want[kept] and have[kept][1] == want[kept][1] and\n"
        "    same(have[kept][2], want[kept][2]) do\n"
        "  kept = kept + 1\n"
        "end\n"
        "take_off(have, kept)\n"
        "for i = kept, #want do redis.call('XADD', key, want[i][1], unpack(want[i][2])) end\n"
        "return {1, top()}\n";

/* ARGV: id of the mark, the time before which a series begins that goes on. One that begins later was lost, and begun
 * anew by a judge from what is kept beside the state: it is published again, behind the mark. Several may bring a
 * shard back, one from a later image than another, while a third judges it already: of two marks the later stands,
 * but not above what a judge has put behind the first. */
static const char gap[] = LUA_MS "local key, a = KEYS[1], ARGV\n"
                                 "local some = redis.call('XRANGE', key, '-', '+', 'COUNT', '2')\n"
                                 "if some[1] then\n"
                                 "  local at, marked = ms(some[1][1]), some[1][2][1] == 'gap'\n"
                                 "  if marked and (some[2] or at > ms(a[1])) then return {0} end\n"
                                 "  if not marked and at < tonumber(a[2]) then return {0} end\n"
                                 "  redis.call('UNLINK', key)\n"
                                 "end\n"
                                 "redis.call('XADD', key, a[1], 'gap', '1')\n"
                                 "return {1}\n";

/* ARGV: now, at least so long since the last image (0: always). */
static const char image[] =
        "local now, every = tonumber(ARGV[1]), tonumber(ARGV[2])\n"
        "local kept = tonumber(redis.call('HGET', KEYS[2], 'kept') or '0')\n"
        "if every > 0 and kept <= now and now - kept < every then return {0} end\n"
        "local counts, judged = redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2])\n"
        "if every > 0 then redis.call('HSET', KEYS[2], 'kept', ARGV[1]) end\n"
        "return {1, counts, judged}\n";

/* ARGV: token. More than one write, and harmless: nobody counts in a shard without fences, and nobody judges one.
 * States that are there are newer than an image's; but those that an unfinished restore put there (`back`) may be of
 * an older image than this one, and would miss what that one still held as counts. */
static const char restore[] =
        "if redis.call('HEXISTS', KEYS[1], 'ps') == 1 then return {0} end\n"
        "local unfinished, back = redis.call('HGET', KEYS[1], 'restore'), true\n"
        "if unfinished and unfinished == redis.call('HGET', KEYS[2], 'back') then\n"
        "  redis.call('UNLINK', KEYS[2])\n"
        "end\n"
        "for _, name in ipairs(redis.call('HKEYS', KEYS[2])) do\n"
        "  if string.sub(name, 1, 3) == 'ft:' then back = false end\n"
        "end\n"
        "redis.call('UNLINK', KEYS[1])\n"
        "redis.call('HSET', KEYS[1], 'restore', ARGV[1])\n"
        "if back then redis.call('HSET', KEYS[2], 'back', ARGV[1]) end\n"
        "return {1}\n";

/* ARGV: token, (field, value) ... */
static const char restore_counts[] =
        "if redis.call('HGET', KEYS[1], 'restore') ~= ARGV[1] then return {0} end\n"
        "redis.call('HSET', KEYS[1], unpack(ARGV, 2))\n"
        "return {1}\n";

/* ARGV: token or '', (field, value) ... */
static const char restore_judged[] =
        "if ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'restore') ~= ARGV[1] then return {0} "
        "end\n"
        "local names, w = {}, {}\n"
        "for i = 2, #ARGV, 2 do names[#names + 1] = ARGV[i] end\n"
        "local have = redis.call('HMGET', KEYS[2], unpack(names))\n"
        "for i = 1, #names do\n"
        "  if not have[i] then w[#w + 1] = names[i]; w[#w + 1] = ARGV[2 * i + 1] end\n"
        "end\n"
        "if #w > 0 then redis.call('HSET', KEYS[2], unpack(w)) end\n"
        "return {1}\n";

const char *
script_text(enum script script)
{
    static const char *const texts[SCRIPT_COUNT] = {
        [SCRIPT_META] = meta,
        [SCRIPT_TOPIC] = topic,
        [SCRIPT_RENEW] = renew,
        [SCRIPT_START] = start,
        [SCRIPT_REACH] = reach,
        [SCRIPT_REVISE] = revise,
        [SCRIPT_CLAIM] = claim,
        [SCRIPT_FOUND] = found,
        [SCRIPT_AUTHORS] = authors,
        [SCRIPT_APPLY] = apply,
        [SCRIPT_IDLE] = idle,
        [SCRIPT_LEAVE] = leave,
        [SCRIPT_LEASE] = lease,
        [SCRIPT_UNLEASE] = unlease,
        [SCRIPT_PROGRESS] = progress,
        [SCRIPT_CLOSE] = close_buckets,
        [SCRIPT_COMMIT] = commit,
        [SCRIPT_GUARD] = guard,
        [SCRIPT_ERASE] = erase,
        [SCRIPT_UNLINK] = unlink_keys,
        [SCRIPT_PUBLISH] = publish,
        [SCRIPT_MEND] = mend,
        [SCRIPT_GAP] = gap,
        [SCRIPT_IMAGE] = image,
        [SCRIPT_RESTORE] = restore,
        [SCRIPT_RESTORE_COUNTS] = restore_counts,
        [SCRIPT_RESTORE_JUDGED] = restore_judged,
        [SCRIPT_MARK] = script_mark,
        [SCRIPT_REMAKE] = script_remake,
        [SCRIPT_FENCES] = script_fences,
    };

    assert(script < SCRIPT_COUNT && texts[script] != 0);
    return texts[script];
}
