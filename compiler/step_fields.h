// The fields of one step: typed, canonical, and consistent with the names in
// scope.
#ifndef SOCKDRIFT_COMPILER_STEP_FIELDS_H_
#define SOCKDRIFT_COMPILER_STEP_FIELDS_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/guards.h"
#include "compiler/map_reader.h"
#include "compiler/plan_context.h"
#include "core/plan/operation.h"
#include "core/plan/program.h"

namespace sockdrift {

// A step as it is written: the map with the operation's key, and that key's
// value where it is a map too. Fields that any step may have stand in either.
class WrittenStep {
 public:
  // `operation` is the key's index in `node`.
  WrittenStep(const YamlNode& node, size_t operation, Report& report);

  const YamlNode& node() const { return node_; }
  const YamlNode& key() const { return node_.keys[operation_]; }
  const YamlNode& body() const { return node_.items[operation_]; }

  // A field of the operation itself: in the body.
  const YamlNode* FindOwn(absl::string_view key) { return inner_.Find(key); }
  // A field that any step may have: in the body or beside the operation.
  // Reports one that stands in both.
  const YamlNode* FindCommon(absl::string_view key);
  // Reports unknown keys.
  void Finish();

 private:
  const YamlNode& node_;
  size_t operation_;
  Report& report_;
  MapReader outer_;
  MapReader inner_;
};

// Reads the fields that `spec` and any step have into `step`, ascending by id.
// Required fields that are unset narrow `guards`, for that leaves the step
// out; false where no cell is left.
bool ReadFields(WrittenStep& written, const OperationSpec& spec, Step& step,
                Guards& guards, PlanContext& context);

// Checks the names that the fields speak of and notes those that they make.
// `step.guards` must be final.
void CheckNames(const WrittenStep& written, const Step& step,
                PlanContext& context);

// Gives the sockets of rounds that are written out the names that they have
// afterwards: "s[2]".
void NameRound(const Scope& scope, Step& step);

// Narrows `guards` to the cells where the scalar is not unset. False where
// there is none left. Reports a scalar that no guards can express.
bool NarrowToSet(const Scalar& scalar, const YamlNode& where, Guards& guards,
                 PlanContext& context);

// The marks of a wait_for step, of any cell.
std::vector<std::string> MarksOf(const Step& step);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEP_FIELDS_H_
