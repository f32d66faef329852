#include "core/plan/operation.h"

#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

TEST(OperationsTest, AreInTheOrderOfTheirNumbers) {
  int number = 0;
  for (const OperationSpec& spec : Operations()) {
    EXPECT_EQ(static_cast<int>(spec.operation), ++number) << spec.name;
    EXPECT_EQ(&SpecOf(spec.operation), &spec);
    EXPECT_EQ(FindOperation(static_cast<uint8_t>(number)), &spec);
    EXPECT_EQ(FindOperation(spec.name), &spec);
  }
  EXPECT_EQ(FindOperation(uint8_t{0}), nullptr);
  EXPECT_EQ(FindOperation(static_cast<uint8_t>(number + 1)), nullptr);
  EXPECT_EQ(FindOperation("frobnicate"), nullptr);
}

TEST(OperationsTest, NameEachFieldOnce) {
  for (const OperationSpec& spec : Operations()) {
    std::set<FieldId> ids;
    std::set<std::string> keys;
    for (absl::Span<const FieldSpec> fields : {spec.fields, CommonFields()}) {
      for (const FieldSpec& field : fields) {
        EXPECT_TRUE(ids.insert(field.id).second) << spec.name << field.key;
        EXPECT_TRUE(keys.insert(std::string(field.key)).second)
            << spec.name << field.key;
        EXPECT_EQ(FindField(spec, field.id), &field);
      }
    }
    // A field's number ends a step in a cell's bytes.
    EXPECT_EQ(ids.count(FieldId{0}), 0u);
  }
}

TEST(OperationsTest, DocumentEachField) {
  for (const OperationSpec& spec : Operations()) {
    EXPECT_FALSE(spec.about.empty()) << spec.name;
    EXPECT_FALSE(spec.outcomes.empty()) << spec.name;
    for (const FieldSpec& field : spec.fields) {
      EXPECT_FALSE(field.about.empty()) << spec.name << "." << field.key;
      const bool words =
          field.type == FieldType::kWord || field.type == FieldType::kWords;
      EXPECT_EQ(!field.words.empty(), words) << spec.name << "." << field.key;
    }
  }
}

TEST(OperationsTest, HaveAShorthandOnlyWhereItIsEnough) {
  for (const OperationSpec& spec : Operations()) {
    if (!spec.shorthand.has_value()) continue;
    EXPECT_NE(FindField(spec, *spec.shorthand), nullptr) << spec.name;
    for (const FieldSpec& field : spec.fields) {
      EXPECT_TRUE(!field.required || field.id == *spec.shorthand)
          << spec.name << "." << field.key;
    }
  }
}

}  // namespace
}  // namespace sockdrift
