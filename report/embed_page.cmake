# Writes the file OUTPUT, which defines EmbeddedPage(), from page.html, page.css
# and the MODULES (names under js/, joined by commas; a module after those that
# it imports from). The modules become one script: what they import from each
# other and export is theirs already, as they share one scope.
string(REPLACE "," ";" MODULES "${MODULES}")
set(script "")
foreach(module IN LISTS MODULES)
  file(READ "${FOLDER}/js/${module}.js" js)
  set(js "\n${js}")
  string(REGEX REPLACE "\nimport [^;]*;" "" js "${js}")
  string(REPLACE "\nexport " "\n" js "${js}")
  string(APPEND script "${js}")
endforeach()
file(READ "${FOLDER}/page.html" html)
file(READ "${FOLDER}/page.css" style)
set(text "#include \"report/page.h\"\n\nnamespace sockdrift {\n\n")
string(APPEND text "PageParts EmbeddedPage() {\n")
string(APPEND text "  return {R\"page(${html})page\",\n")
string(APPEND text "          R\"page(${style})page\",\n")
string(APPEND text "          R\"page(${script})page\"};\n}\n\n")
string(APPEND text "}  // namespace sockdrift\n")
file(WRITE "${OUTPUT}" "${text}")
