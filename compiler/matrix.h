// The cells of a plan: what `except:` leaves of the matrix, and whether each
// of them is a measurement of its own.
#ifndef SOCKDRIFT_COMPILER_MATRIX_H_
#define SOCKDRIFT_COMPILER_MATRIX_H_

#include "compiler/plan_context.h"
#include "compiler/yaml_tree.h"
#include "core/plan/cells.h"

namespace sockdrift {

// Sets Program::axes and Program::excluded. False, reported at `where`, where
// there are too many cells or none; nothing is expanded before the size of the
// matrix is known to be good. `except` may be null.
bool ReadMatrix(const YamlNode* except, const YamlNode& where,
                PlanContext& context);

// Reports the first two cells that make the same calls.
void RequireDistinctCells(const CellSpace& cells, const YamlNode& where,
                          PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_MATRIX_H_
