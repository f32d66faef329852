#include "controller/runs/program_book.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/plan/program_codec.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

absl::StatusOr<std::shared_ptr<const KnownProgram>> MakeKnown(
    Program program, const Digest& digest, absl::string_view canonical) {
  auto known = std::make_shared<KnownProgram>(std::move(program));
  known->measurement = digest;
  SOCKDRIFT_ASSIGN_OR_RETURN(known->wire, ProgramToProto(canonical));
  return known;
}

}  // namespace

absl::Status ProgramBook::Load() {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanRow> plans, store_.Plans());
  MutexLock lock(&mutex_);
  for (const PlanRow& plan : plans) names_[plan.measurement] = plan.name;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Change>> ProgramBook::Insert(const Program& program,
                                                        PlanRow plan) {
  std::string canonical = EncodeProgram(program);
  plan.measurement = Sha256(canonical);
  SOCKDRIFT_ASSIGN_OR_RETURN(std::shared_ptr<const KnownProgram> known,
                             MakeKnown(program, plan.measurement, canonical));
  MutexLock lock(&mutex_);
  programs_[plan.measurement] = std::move(known);
  names_[plan.measurement] = plan.name;
  return std::vector<Change>{ProgramRow{plan.measurement, std::move(canonical)},
                             std::move(plan)};
}

absl::StatusOr<std::vector<Change>> ProgramBook::Add(const CompiledPlan& plan,
                                                     absl::string_view yaml) {
  return Insert(plan.program, {.measurement = {},
                               .name = plan.name,
                               .title = plan.title,
                               .yaml = std::string(yaml)});
}

absl::StatusOr<std::vector<Change>> ProgramBook::Add(const Program& program,
                                                     absl::string_view plan) {
  return Insert(
      program,
      {.measurement = {}, .name = std::string(plan), .title = "", .yaml = ""});
}

absl::StatusOr<std::shared_ptr<const KnownProgram>> ProgramBook::Find(
    const Digest& measurement) {
  {
    MutexLock lock(&mutex_);
    const auto it = programs_.find(measurement);
    if (it != programs_.end()) return it->second;
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string canonical,
                             store_.Program(measurement));
  SOCKDRIFT_ASSIGN_OR_RETURN(Program program, DecodeProgram(canonical));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      std::shared_ptr<const KnownProgram> known,
      MakeKnown(std::move(program), measurement, canonical));
  MutexLock lock(&mutex_);
  return programs_.try_emplace(measurement, std::move(known)).first->second;
}

std::string ProgramBook::PlanName(const Digest& measurement) {
  MutexLock lock(&mutex_);
  const auto it = names_.find(measurement);
  return it == names_.end() ? measurement.ShortHex() : it->second;
}

}  // namespace sockdrift
