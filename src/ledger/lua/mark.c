#include "ledger/lua/scripts.h"

#define LUA_WITNESS                                                                                \
    "local function witness(text)\n"                                                               \
    "  return string.match(text or '', '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|([^|]*)$')\n"             \
    "end\n"

/* A mark is "<top> <closed>;<t>:<p> <fence> <witness> <k offsets> <k buckets>;...": the fences of a moment, and
 * the bucket up to which everything below them was counted. Once all of that is judged the mark is good: `safe`.
 * Until then it waits: `soon`. ARGV: token, the bucket up to which the shard is judged. More than is closed: the
 * counts were lost between the close and the read, which found nothing and judged nothing. */
const char script_mark[] = LUA_WITNESS
        "local lease = redis.call('HGET', KEYS[2], 'lease')\n"
        "if not lease or string.match(lease, '^([^|]+)|') ~= ARGV[1] then return {5} end\n"
        "local v = redis.call('HMGET', KEYS[1], 'closed', 'ps')\n"
        "local soon = redis.call('HGET', KEYS[2], 'soon')\n"
        "local top = soon and tonumber(string.match(soon, '^%d+'))\n"
        "if not v[2] or top and top > tonumber(ARGV[2]) then return {1} end\n"
        "if tonumber(v[1] or '0') < tonumber(ARGV[2]) then return {0} end\n"
        "local high, text = tonumber(v[1] or '0') + 1, {}\n"
        "for place in string.gmatch(v[2], '[^,]+') do\n"
        "  local e = redis.call('HMGET', KEYS[1], 'f:' .. place, 'w:' .. place, 'ks:' .. place)\n"
        "  local last, max, _, below = witness(e[2])\n"
        "  if not e[1] or not last then return {1} end\n"
        "  if max ~= '-' then high = math.max(high, math.floor(tonumber(max) / 10000)) end\n"
        "  high = math.max(high, tonumber(below) + 1)\n"
        "  local names, late = {}, {}\n"
        "  for from in string.gmatch(e[3] or '', '[^,]+') do\n"
        "    names[#names + 1] = 'k:' .. place .. ':' .. from\n"
        "  end\n"
        "  if #names > 0 then late = redis.call('HMGET', KEYS[1], unpack(names)) end\n"
        "  for i = 1, #late do late[i] = late[i] or '0' end\n"
        "  text[#text + 1] = ';' .. place .. ' ' .. e[1] .. ' ' .. e[2] .. ' ' ..\n"
        "    (#late > 0 and e[3] or '-') .. ' ' .. (#late > 0 and table.concat(late, ',') or '-')\n"
        "end\n"
        "local now = string.format('%.0f ', high) .. (v[1] or '0') .. table.concat(text)\n"
        "if top then redis.call('HSET', KEYS[2], 'safe', soon, 'soon', now)\n"
        "else redis.call('HSET', KEYS[2], 'soon', now) end\n"
        "return {1}\n";

/* ARGV: now, the partition that was claimed, (t:p, fence, witness) ... of another shard, where this one has no
 * mark; none: by the mark alone. What is late is known from the mark and from the last close, `shut`: also above
 * the fence, for what was judged since was judged so. The token '!' stands for nobody: whoever counts has to claim
 * first, and an idle partition holds time up until its owner says that it still is, unless it was idle for a day.
 * Evidence of lateness is written ahead when it does not fit into the one write: it says nothing untrue, and nobody
 * counts where there is no fence. */
const char script_remake[] = LUA_WITNESS
        "local have = redis.call('HGET', KEYS[1], 'ps')\n"
        "if have then\n"
        "  if redis.call('HEXISTS', KEYS[1], 'f:' .. ARGV[2]) == 1 then return {0, 2} end\n"
        "  return {0, string.find(',' .. have .. ',', ',' .. ARGV[2] .. ',', 1, true) and 1 or 0}\n"
        "end\n"
        "local v = redis.call('HMGET', KEYS[2], 'safe', 'shut')\n"
        "local safe, shut, ps, w, k = v[1], {}, {}, {}, {}\n"
        "for place, from, late in string.gmatch(v[2] or '', ';(%S+) (%S+) ([^;]+)') do\n"
        "  shut[place] = {from, late}\n"
        "end\n"
        "local function learn(known, from, late)\n"
        "  local next = string.gmatch(late, '[^,]+')\n"
        "  for offset in string.gmatch(from, '[^,]+') do\n"
        "    known[offset] = math.max(known[offset] or 0, tonumber(next()))\n"
        "  end\n"
        "end\n"
        "local function put(place, fence, text, known)\n"
        "  local last, max, idle, late = witness(text)\n"
        "  if not last then return end\n"
        "  for offset, c in pairs(known) do\n"
        "    if tonumber(offset) <= tonumber(fence) and c > tonumber(late) then\n"
        "      late = string.format('%.0f', c)\n"
        "    end\n"
        "  end\n"
        "  if tonumber(ARGV[1]) - tonumber(idle) < 86400000 then idle = '0' end\n"
        "  ps[#ps + 1] = place\n"
        "  w[#w + 1] = 'f:' .. place; w[#w + 1] = fence\n"
        "  w[#w + 1] = 'w:' .. place\n"
        "  w[#w + 1] = last .. '|' .. max .. '|' .. idle .. '|' .. late .. '|!'\n"
        "end\n"
        "local entry = ';(%S+) (%S+) (%S+) (%S+) ([^;]+)'\n"
        "for place, fence, text, from, late in string.gmatch(safe or '', entry) do\n"
        "  local known, list = {}, {}\n"
        "  if from ~= '-' then learn(known, from, late) end\n"
        "  if shut[place] then learn(known, shut[place][1], shut[place][2]) end\n"
        "  put(place, fence, text, known)\n"
        "  for offset, c in pairs(known) do\n"
        "    list[#list + 1] = offset\n"
        "    k[#k + 1] = 'k:' .. place .. ':' .. offset; k[#k + 1] = string.format('%.0f', c)\n"
        "  end\n"
        "  if #list > 0 then\n"
        "    table.sort(list, function(a, b) return tonumber(a) > tonumber(b) end)\n"
        "    k[#k + 1] = 'ks:' .. place; k[#k + 1] = table.concat(list, ',')\n"
        "  end\n"
        "end\n"
        "for i = 3, safe and 0 or #ARGV, 3 do put(ARGV[i], ARGV[i + 1], ARGV[i + 2], {}) end\n"
        "if #ps == 0 then return {3} end\n"
        "w[#w + 1] = 'closed'; w[#w + 1] = safe and string.match(safe, '^%d+ (%d+)') or '0'\n"
        "w[#w + 1] = 'ps'; w[#w + 1] = table.concat(ps, ',')\n"
        "local since = string.match(v[2] or '', '^%d+ (%d+)')\n"
        "if safe and since then w[#w + 1] = 'since'; w[#w + 1] = since end\n"
        "if #w + #k > 7000 then\n"
        "  for i = 1, #k, 1000 do\n"
        "    redis.call('HSET', KEYS[1], unpack(k, i, math.min(i + 999, #k)))\n"
        "  end\n"
        "else\n"
        "  for i = 1, #k do w[#w + 1] = k[i] end\n"
        "end\n"
        "redis.call('HSET', KEYS[1], unpack(w))\n"
        "return {1, safe and 1 or 0}\n";

/* What another shard can go by: {t:p, fence, witness, ...}. */
const char script_fences[] =
        "local out = {}\n"
        "for place in string.gmatch(redis.call('HGET', KEYS[1], 'ps') or '', '[^,]+') do\n"
        "  local e = redis.call('HMGET', KEYS[1], 'f:' .. place, 'w:' .. place)\n"
        "  if e[1] and e[2] then\n"
        "    out[#out + 1] = place; out[#out + 1] = e[1]; out[#out + 1] = e[2]\n"
        "  end\n"
        "end\n"
        "return out\n";
