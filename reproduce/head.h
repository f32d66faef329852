// The comment that a program begins with.
#ifndef SOCKDRIFT_REPRODUCE_HEAD_H_
#define SOCKDRIFT_REPRODUCE_HEAD_H_

#include <string>

#include "reproduce/reproduce.h"
#include "reproduce/script.h"

namespace sockdrift {

// What the cell is, how to run the program, what it needs, what was recorded.
std::string HeadComment(const CellToReproduce& cell, const Script& script,
                        ProgramLanguage language);

// "bind.conflict[kind=bound,…]".
std::string FullCellName(const CellToReproduce& cell);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_HEAD_H_
