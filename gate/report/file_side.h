// One side of a gate from behaviour files.
#ifndef SOCKDRIFT_GATE_REPORT_FILE_SIDE_H_
#define SOCKDRIFT_GATE_REPORT_FILE_SIDE_H_

#include <deque>
#include <string>

#include "absl/status/status.h"
#include "gate/report/gate_report.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// Not copied: the side points into the files.
class FileSide {
 public:
  FileSide() = default;
  FileSide(const FileSide&) = delete;
  FileSide& operator=(const FileSide&) = delete;

  // Adds the hosts of a file. Errors are those of ReadBehaviourFile.
  absl::Status Read(const std::string& path);
  // INVALID_ARGUMENT where it holds no host.
  absl::Status Add(BehaviourFile file, const std::string& from);

  GateSide& side() { return side_; }

 private:
  // The first record that is equal, so that equal hosts are judged once.
  const Record* Same(const BehaviourEntry& entry);

  std::deque<BehaviourFile> files_;
  std::map<Digest, std::vector<const Record*>> records_;  // by measurement
  GateSide side_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_FILE_SIDE_H_
