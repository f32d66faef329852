// Runs as they travel to an operator.
#ifndef SOCKDRIFT_CONTROLLER_RUNS_RUN_PROTO_H_
#define SOCKDRIFT_CONTROLLER_RUNS_RUN_PROTO_H_

#include <optional>

#include "absl/time/time.h"
#include "controller/runs/program_book.h"
#include "controller/runs/run.h"
#include "google/protobuf/timestamp.pb.h"
#include "sockdrift/v1/run.pb.h"

namespace sockdrift {

google::protobuf::Timestamp ToTimestamp(absl::Time time);
absl::Time FromTimestamp(const google::protobuf::Timestamp& time);

v1::Run ToProto(const Run& run, ProgramBook& programs);
v1::RunHost ToProto(const RunHost& host);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_RUNS_RUN_PROTO_H_
