# The page's style as a C array, report_style.
#   cmake -DROOT=src/report -DOUTPUT=report_style.c -P src/report/embed.cmake
#
# Character constants and not one string: compilers warn about literals past 4,095 bytes, and a byte
# above 0x7f fits a plain char in this form.
cmake_minimum_required(VERSION 3.23)

file(READ "${ROOT}/report.css" bytes HEX)
string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
string(REGEX REPLACE "(.......,.......,.......,.......,.......,.......,.......,.......,.......,.......,)"
       "\\1\n" bytes "${bytes}")
file(WRITE "${OUTPUT}"
  "#include \"report/html/html.h\"\n\nconst char report_style[] = {\n${bytes}\n'\\0'};\n")
