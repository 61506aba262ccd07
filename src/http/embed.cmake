# The page's files as C arrays: page.html becomes http_page_html.
#   cmake -DROOT=src/http -DOUTPUT=http_page.c -P src/http/embed.cmake
#
# Character constants and not one string: compilers warn about literals past 4,095 bytes, and a byte
# above 0x7f fits a plain char in this form.
cmake_minimum_required(VERSION 3.23)

set(text "#include \"http/server.h\"\n")
foreach(part html js css)
  file(READ "${ROOT}/page.${part}" bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(REGEX REPLACE "(.......,.......,.......,.......,.......,.......,.......,.......,.......,.......,)"
         "\\1\n" bytes "${bytes}")
  string(APPEND text "\nconst char http_page_${part}[] = {\n${bytes}\n'\\0'};\n")
endforeach()
file(WRITE "${OUTPUT}" "${text}")
