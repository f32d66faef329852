#include "compiler/matrix.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "compiler/condition.h"

namespace sockdrift {
namespace {

std::vector<Condition> ReadExcept(const YamlNode* except,
                                  PlanContext& context) {
  std::vector<Condition> conditions;
  if (except == nullptr) return conditions;
  if (!except->list()) {
    context.report.Add(*except,
                       absl::StrCat("`except:` is a list of conditions "
                                    "such as [{axis: value}], not ",
                                    except->Describe()));
    return conditions;
  }
  for (const YamlNode& item : except->items) {
    std::optional<Condition> condition =
        ReadCondition(item, context.axes, context.report);
    // An empty place keeps the conditions beside their nodes.
    conditions.push_back(condition.value_or(Condition()));
  }
  return conditions;
}

void Exclude(uint32_t raw, Program& program) {
  if (!program.excluded.empty()) {
    Program::Run& last = program.excluded.back();
    if (last.first + last.count == raw) {
      ++last.count;
      return;
    }
  }
  program.excluded.push_back({raw, 1});
}

// Moves to the next combination, the last axis fastest.
void Advance(std::vector<uint16_t>& coordinate, const Program& program) {
  for (size_t axis = coordinate.size(); axis-- > 0;) {
    if (++coordinate[axis] < program.axes[axis].values.size()) return;
    coordinate[axis] = 0;
  }
}

}  // namespace

bool ReadMatrix(const YamlNode* except, const YamlNode& where,
                PlanContext& context) {
  Program& program = context.plan.program;
  program.axes = context.axes.ProgramAxes();
  const uint64_t size = context.axes.MatrixSize();
  if (size > kMaxMatrix) {
    context.report.Add(
        where, absl::StrCat("the axes span ", size, " combinations; at most ",
                            kMaxMatrix,
                            " are allowed. Split the plan, or take fewer "
                            "values"));
    return false;
  }
  const std::vector<Condition> conditions = ReadExcept(except, context);
  std::vector<uint64_t> hits(conditions.size());
  std::vector<uint16_t> coordinate(program.axes.size());
  uint64_t left = size;
  for (uint32_t raw = 0; raw < size; ++raw) {
    bool excluded = false;
    for (size_t i = 0; i < conditions.size(); ++i) {
      if (conditions[i].all.empty() ||
          !conditions[i].Holds(coordinate, context.axes)) {
        continue;
      }
      ++hits[i];
      excluded = true;
    }
    if (excluded) {
      Exclude(raw, program);
      --left;
    }
    Advance(coordinate, program);
  }
  for (size_t i = 0; i < conditions.size(); ++i) {
    if (hits[i] > 0 || conditions[i].all.empty()) continue;
    context.report.Add(except->items[i],
                       "no combination meets this; remove it");
  }
  if (left == 0) {
    context.report.Add(*except, "`except:` leaves no cell");
  } else if (left > kMaxCells) {
    context.report.Add(where,
                       absl::StrCat("the plan has ", left, " cells; at most ",
                                    kMaxCells, " are allowed"));
  }
  return left > 0 && left <= kMaxCells;
}

void RequireDistinctCells(const CellSpace& cells, const YamlNode& where,
                          PlanContext& context) {
  const Program& program = context.plan.program;
  absl::flat_hash_map<size_t, std::vector<uint32_t>> by_hash;
  by_hash.reserve(cells.size());
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    const std::vector<uint16_t> coordinate = cells.Coordinate(cell);
    const std::string bytes = CellBytes(program, coordinate);
    std::vector<uint32_t>& same = by_hash[absl::Hash<std::string>()(bytes)];
    for (uint32_t other : same) {
      const std::vector<uint16_t> first = cells.Coordinate(other);
      if (CellBytes(program, first) != bytes) continue;
      context.report.Add(
          where, absl::StrCat("the cells ", CellName(program, first), " and ",
                              CellName(program, coordinate),
                              " make the same calls; exclude one of them with "
                              "`except:`"));
      return;
    }
    same.push_back(cell);
  }
}

}  // namespace sockdrift
