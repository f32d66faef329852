#include "controller/services/experiments.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controller/analysis/analysis_proto.h"
#include "controller/proof/climb.h"
#include "controller/proof/prove.h"
#include "controller/services/work_stream.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// Each has a thread, and asks agents for probes that others wait for.
constexpr int kMostAtOnce = 4;
constexpr int kTrials = 4;
constexpr int kMostTrials = 20;

absl::StatusOr<absl::Time> DeadlineOf(
    const google::protobuf::Duration& timeout) {
  const absl::Duration time =
      absl::Seconds(timeout.seconds()) + absl::Nanoseconds(timeout.nanos());
  if (time > absl::ZeroDuration()) return absl::Now() + time;
  return absl::InvalidArgumentError(
      "an experiment needs a deadline of more than 0s");
}

absl::StatusOr<ProveOptions> OptionsOf(const v1::ProveRequest& request) {
  ProveOptions options = {.scope = request.scope()};
  SOCKDRIFT_ASSIGN_OR_RETURN(options.deadline, DeadlineOf(request.timeout()));
  if (!request.scope().run_id().empty()) {
    return absl::InvalidArgumentError(
        "the hosts' latest behaviour is what is proven, not a run's: leave the "
        "run out");
  }
  if (request.scope().has_at_time()) {
    return absl::InvalidArgumentError(
        "the hosts' latest behaviour is what is proven: leave the time out");
  }
  const int trials =
      request.trial_limit() == 0 ? kTrials : request.trial_limit();
  if (trials < 1 || trials > kMostTrials) {
    return absl::InvalidArgumentError(absl::StrCat(
        "1 to ", kMostTrials, " experiments a group, not ", trials));
  }
  options.trials = static_cast<size_t>(trials);
  return options;
}

// Says sentences of progress as responses.
template <typename Response, typename Say>
SayProgress AsProgress(const Say& say) {
  return [&say](const std::string& text) {
    Response response;
    response.set_progress(text);
    say(std::move(response));
  };
}

}  // namespace

absl::Status Experiments::Begin() {
  if (++under_way_ <= kMostAtOnce) return absl::OkStatus();
  --under_way_;
  return absl::ResourceExhaustedError(
      absl::StrCat(kMostAtOnce,
                   " experiments are under way, which is as many as may be: "
                   "try again when one has ended"));
}

grpc::ServerWriteReactor<v1::ProveResponse>* Experiments::Prove(
    const v1::ProveRequest& request) {
  using Stream = WorkStream<v1::ProveResponse>;
  const absl::Status begun = Begin();
  return Stream::Start(
      [this, request, begun](const std::shared_ptr<Bell>& bell,
                             const Stream::Say& say) -> absl::Status {
        SOCKDRIFT_RETURN_IF_ERROR(begun);
        SOCKDRIFT_ASSIGN_OR_RETURN(const ProveOptions options,
                                   OptionsOf(request));
        SOCKDRIFT_ASSIGN_OR_RETURN(
            const ProveResult result,
            sockdrift::Prove(hub_, analysis_, options, bell,
                             AsProgress<v1::ProveResponse>(say)));
        v1::ProveResponse last;
        for (const PlanGroups& plan : result.plans) {
          *last.add_plans() = ToProto(plan, /*explained=*/true);
        }
        last.set_judged_count(result.judged);
        last.set_untested_count(result.untested);
        say(std::move(last));
        return absl::OkStatus();
      },
      [this, begun] {
        if (begun.ok()) End();
      });
}

grpc::ServerWriteReactor<v1::ClimbResponse>* Experiments::Climb(
    const v1::ClimbRequest& request) {
  using Stream = WorkStream<v1::ClimbResponse>;
  const absl::Status begun = Begin();
  return Stream::Start(
      [this, request, begun](const std::shared_ptr<Bell>& bell,
                             const Stream::Say& say) -> absl::Status {
        SOCKDRIFT_RETURN_IF_ERROR(begun);
        SOCKDRIFT_ASSIGN_OR_RETURN(const absl::Time deadline,
                                   DeadlineOf(request.timeout()));
        SOCKDRIFT_ASSIGN_OR_RETURN(
            std::vector<v1::PlanLadder> ladders,
            ClimbLadder(hub_, analysis_, request, deadline, bell,
                        AsProgress<v1::ClimbResponse>(say)));
        v1::ClimbResponse last;
        for (v1::PlanLadder& ladder : ladders) {
          *last.add_plans() = std::move(ladder);
        }
        say(std::move(last));
        return absl::OkStatus();
      },
      [this, begun] {
        if (begun.ok()) End();
      });
}

}  // namespace sockdrift
