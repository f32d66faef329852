# Writes the file OUTPUT, which defines EmbeddedPlans(), from the PLANS (paths
# under SOURCE_DIR, joined by commas).
string(REPLACE "," ";" PLANS "${PLANS}")
set(text "#include \"compiler/catalogue.h\"\n\nnamespace sockdrift {\n\n")
string(APPEND text "absl::Span<const EmbeddedPlan> EmbeddedPlans() {\n")
string(APPEND text "  static constexpr EmbeddedPlan kPlans[] = {\n")
foreach(plan IN LISTS PLANS)
  file(READ "${SOURCE_DIR}/${plan}" yaml)
  string(APPEND text "      {\"${plan}\", R\"yaml(${yaml})yaml\"},\n")
endforeach()
string(APPEND text "  };\n  return kPlans;\n}\n\n}  // namespace sockdrift\n")
file(WRITE "${OUTPUT}" "${text}")
