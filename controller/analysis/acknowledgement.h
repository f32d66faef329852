// A divergence that someone answers for, until a day: what a row of the store
// says, read.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_H_

#include <memory>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "controller/fleet/selector.h"
#include "controller/store/rows.h"
#include "core/query/cell_query.h"

namespace sockdrift {

struct Acknowledgement {
  AcknowledgementRow row;
  CellQuery where;
  Selector selector;
  absl::CivilDay expires;  // the last day (UTC) on which it holds

  // The end of that day.
  absl::Time Ends() const;
};

// INVALID_ARGUMENT with all mistakes at once, a line each: an empty query or
// one that does not parse, a selector or digest that does not, no owner or
// reason, a text that is too long or has more than one line, a day that is
// none.
absl::StatusOr<Acknowledgement> ReadAcknowledgement(AcknowledgementRow row);

// What stands at some moment.
struct StandingAcknowledgement {
  std::shared_ptr<const Acknowledgement> what;  // never null
  bool expired = false;
  // Those that its selector chooses; none where it has no selector, which is
  // every host.
  std::set<std::string> hosts;

  bool MeansHost(const std::string& host) const {
    return what->row.selector.empty() || hosts.contains(host);
  }
  friend bool operator==(const StandingAcknowledgement&,
                         const StandingAcknowledgement&) = default;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_ACKNOWLEDGEMENT_H_
