// The part of docs/plan-language.md that is written from the operation table.
#ifndef SOCKDRIFT_COMPILER_LANGUAGE_REFERENCE_H_
#define SOCKDRIFT_COMPILER_LANGUAGE_REFERENCE_H_

#include <string>

namespace sockdrift {

// Every operation with its fields, outcomes and system calls, the fields that
// any step may carry, and the socket options, as Markdown.
std::string OperationsAsMarkdown();

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_LANGUAGE_REFERENCE_H_
