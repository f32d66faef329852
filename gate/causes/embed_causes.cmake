# Writes the file OUTPUT, which defines EmbeddedCauses(), from the CAUSES (paths
# under SOURCE_DIR, joined by commas).
string(REPLACE "," ";" CAUSES "${CAUSES}")
set(text "#include \"gate/causes/cause_file.h\"\n\nnamespace sockdrift {\n\n")
string(APPEND text "absl::Span<const EmbeddedCause> EmbeddedCauses() {\n")
string(APPEND text "  static constexpr EmbeddedCause kCauses[] = {\n")
foreach(cause IN LISTS CAUSES)
  file(READ "${SOURCE_DIR}/${cause}" yaml)
  string(APPEND text "      {\"${cause}\", R\"yaml(${yaml})yaml\"},\n")
endforeach()
string(APPEND text "  };\n  return kCauses;\n}\n\n}  // namespace sockdrift\n")
file(WRITE "${OUTPUT}" "${text}")
