#include "controller/gates/gate_book.h"

#include <chrono>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "core/base/log.h"

namespace sockdrift {
namespace {

// How often the metrics' verdicts are looked at; a verdict that is asked for
// is judged when it is.
constexpr auto kInterval = std::chrono::seconds(2);

GateRequest RequestOf(const GateDefinition& definition) {
  GateRequest request;
  request.gate = definition.gate;
  request.file = definition.file;
  request.candidates = {"selector:" + definition.gate.candidates};
  return request;
}

}  // namespace

GateBook::~GateBook() {
  Stop();
  if (thread_.joinable()) thread_.join();
}

void GateBook::Stop() {
  stopping_ = true;
  MutexLock lock(&mutex_);
  wake_.NotifyAll();
}

absl::Status GateBook::Start() {
  const absl::Status read = Reload();
  if (!read.ok() || folder_.empty()) return read;
  thread_ = std::thread([this] { JudgeLoop(); });
  return absl::OkStatus();
}

absl::Status GateBook::Reload() {
  if (folder_.empty()) return absl::OkStatus();
  MutexLock lock(&mutex_);
  reload_ = ReadGates(folder_, gates_);
  ++definitions_;
  std::erase_if(slots_,
                [&](const auto& slot) { return !gates_.contains(slot.first); });
  for (const auto& [name, gate] : gates_) {
    if (slots_[name] == nullptr) slots_[name] = std::make_shared<Slot>();
  }
  wake_.NotifyAll();
  return reload_;
}

absl::Status GateBook::ReloadStatus() const {
  MutexLock lock(&mutex_);
  return reload_;
}

GateBook::Inputs GateBook::InputsNow() const {
  Hub& hub = baselines_.analysis().hub();
  Inputs inputs;
  inputs.sightings = hub.SightingsRevision();
  inputs.baselines = baselines_.revision();
  for (const KnownHost& host : hub.Hosts()) {
    inputs.hosts = absl::HashOf(inputs.hosts, host.row.id,
                                host.facts_digest.value_or(Digest()));
    for (const auto& [name, value] : host.row.labels) {
      inputs.hosts = absl::HashOf(inputs.hosts, name, value);
    }
  }
  inputs.hours = absl::ToUnixSeconds(absl::Now()) / 3600;
  MutexLock lock(&mutex_);
  inputs.definitions = definitions_;
  return inputs;
}

std::vector<GateStanding> GateBook::List() const {
  MutexLock lock(&mutex_);
  std::vector<GateStanding> standings;
  for (const auto& [name, gate] : gates_) {
    Slot& slot = *slots_.at(name);
    MutexLock judged(&slot.mutex);
    standings.push_back({gate, slot.judged});
  }
  return standings;
}

absl::StatusOr<std::shared_ptr<const JudgedGate>> GateBook::Verdict(
    const std::string& name) {
  std::shared_ptr<Slot> slot;
  GateRequest request;
  {
    MutexLock lock(&mutex_);
    const auto gate = gates_.find(name);
    if (gate == gates_.end()) {
      return absl::NotFoundError(absl::StrCat(
          "there is no gate ", name, "; there are ",
          gates_.empty()
              ? "none: --gates names the folder of the controller's gates"
              : absl::StrJoin(gates_, ", ",
                              [](std::string* out, const auto& one) {
                                out->append(one.first);
                              })));
    }
    request = RequestOf(gate->second);
    slot = slots_.at(name);
  }
  MutexLock judging(&slot->judging);
  const Inputs now = InputsNow();
  {
    MutexLock lock(&slot->mutex);
    if (slot->of == now) return slot->judged;
  }
  absl::StatusOr<std::shared_ptr<const JudgedGate>> judged = Judge(request);
  // Nothing to judge by is missing data like any other.
  if (!judged.ok()) {
    judged = CouldNotJudge(baselines_, request, judged.status());
  }
  MutexLock lock(&slot->mutex);
  const bool news =
      slot->judged == nullptr ||
      slot->judged->judgement.verdict != (*judged)->judgement.verdict;
  slot->judged = *judged;
  slot->of = now;
  if (news) {
    Log(LogLevel::kInfo, "a gate's verdict",
        {{"gate", name},
         {"verdict",
          std::string(GateVerdictName((*judged)->judgement.verdict))},
         {"reason", Reasons((*judged)->report).front()}});
  }
  return judged;
}

void GateBook::JudgeLoop() {
  Inputs last;
  while (!stopping_) {
    std::vector<std::string> names;
    // While answers of a run come in, each would be judged by itself, and its
    // divergent cells run again.
    const Inputs now = InputsNow();
    if (std::exchange(last, now) == now) {
      MutexLock lock(&mutex_);
      for (const auto& [name, gate] : gates_) names.push_back(name);
    }
    for (const std::string& name : names) {
      // One that was removed meanwhile is no news.
      if (!stopping_) Verdict(name).status().IgnoreError();
    }
    MutexLock lock(&mutex_);
    if (!stopping_) {
      wake_.WaitUntil(&mutex_, std::chrono::steady_clock::now() + kInterval);
    }
  }
}

}  // namespace sockdrift
