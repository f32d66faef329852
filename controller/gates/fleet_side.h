// One side of a gate from what the controller holds.
#ifndef SOCKDRIFT_CONTROLLER_GATES_FLEET_SIDE_H_
#define SOCKDRIFT_CONTROLLER_GATES_FLEET_SIDE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/baselines/baseline_book.h"
#include "gate/report/file_side.h"
#include "gate/report/gate_report.h"

namespace sockdrift {

// Not copied: the side points into what it holds.
class FleetSide {
 public:
  // `baselines` must outlive it.
  explicit FleetSide(BaselineBook& baselines) : baselines_(baselines) {}
  FleetSide(const FleetSide&) = delete;
  FleetSide& operator=(const FleetSide&) = delete;

  // Adds the hosts of "baseline:NAME", "host:NAME" or "selector:SELECTOR".
  // INVALID_ARGUMENT for another operand or a selector that does not parse;
  // NOT_FOUND for a baseline, or a named host, that there is not.
  absl::Status Add(const std::string& operand);
  // Of behaviour or baseline files that the caller brought.
  absl::Status AddFile(absl::string_view bytes, const std::string& name);

  // Candidates are to have been measured within `max_age`, and as they are now:
  // what is older, or was measured under another kernel or other sysctls,
  // leaves the side, and its host gets the reason.
  void DropStale(absl::Duration max_age, absl::Time now);

  // Takes the place of a host's record.
  void Replace(size_t host, size_t record, Record with);

  GateSide& side() { return side_; }

 private:
  absl::Status AddBaseline(const std::string& name);
  absl::Status AddHosts(const std::string& selector, const std::string& host);
  absl::Status AddRecord(const std::string& plan, World world,
                         const Digest& measurement, const Digest& record,
                         GateHost& host);

  struct Seen {
    absl::Time at;
    std::shared_ptr<const Facts> facts;  // under which it was measured
  };

  BaselineBook& baselines_;
  GateSide side_;
  FileSide files_;
  std::map<Digest, std::shared_ptr<const Record>> records_;
  std::vector<std::shared_ptr<const Record>> replaced_;
  std::map<Digest, std::shared_ptr<const KnownProgram>> programs_;
  std::vector<std::shared_ptr<const Facts>> facts_;
  // As GateHost::records, of hosts of the fleet; empty for others.
  std::vector<std::vector<Seen>> seen_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_GATES_FLEET_SIDE_H_
