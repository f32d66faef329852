// What a report is made of, from behaviour files.
#ifndef SOCKDRIFT_REPORT_FROM_FILES_H_
#define SOCKDRIFT_REPORT_FROM_FILES_H_

#include <string>

#include "absl/types/span.h"
#include "report/report.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

struct NamedFile {
  std::string source;  // how the reader knows it; "" where there is but one
  BehaviourFile file;
};

// Hosts and plans of all files, in their order. Hosts of one name are told
// apart by where they come from. The files must outlive the result.
void AddFiles(absl::Span<const NamedFile> files, ReportInput& input);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_FROM_FILES_H_
