#include "agent/engine/schedule.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <numeric>
#include <utility>

#include "absl/base/attributes.h"
#include "agent/engine/cell_groups.h"
#include "core/base/status_macros.h"
#include "core/plan/world_settings.h"

namespace sockdrift {
namespace {

// Descriptors that are not the cells': streams, control sockets, /proc files.
constexpr int kReservedDescriptors = 64;

int DescriptorLimit() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
}

void SleepUntil(int64_t ns) {
  const timespec until = {ns / 1'000'000'000, ns % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) ==
         EINTR) {
  }
}

// The next number of a sequence that a seed determines (SplitMix64).
uint64_t NextRandom(uint64_t& state) {
  uint64_t z = (state += 0x9e37'79b9'7f4a'7c15);
  z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
  z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
  return z ^ (z >> 31);
}

void Shuffle(std::vector<uint32_t>& cells, uint64_t state) {
  for (size_t i = cells.size(); i > 1; --i) {
    std::swap(cells[i - 1], cells[NextRandom(state) % i]);
  }
}

bool MovesPortRange(const Program& program) {
  return std::any_of(program.settings.begin(), program.settings.end(),
                     [](const Setting& setting) {
                       return setting.key == "net.ipv4.ip_local_port_range";
                     });
}

}  // namespace

Schedule::Schedule(const Program& program, const EngineOptions& options,
                   const Assembly& assembly, SocketCalls& calls,
                   WorldControl& world, Tally& tally)
    : program_(program),
      options_(options),
      space_(program),
      world_(world),
      tally_(tally),
      machine_(calls, assembly, world, assembly.ports.OfPlan(), tally),
      runner_(machine_, program.limit_ms),
      skips_(program, assembly, machine_.ports, world),
      most_sockets_(DescriptorLimit() - kReservedDescriptors),
      by_worlds_(program.isolation == Isolation::kPlan &&
                 SettingsVary(program)),
      coordinate_(program.axes.size(), 0) {
  machine_.overlap = assembly.CellsOverlap(program);
  meets_the_last_ = program.isolation == Isolation::kPlan &&
                    (assembly.fixed_ports || MovesPortRange(program));
}

std::unique_ptr<Cell> Schedule::NewContext() {
  if (!free_.empty()) {
    std::unique_ptr<Cell> cell = std::move(free_.back());
    free_.pop_back();
    return cell;
  }
  auto cell = std::make_unique<Cell>();
  runner_.Prepare(*cell, program_.axes.size(), tally_.observations());
  return cell;
}

absl::Status Schedule::Go(std::unique_ptr<Cell> cell) {
  if (cell->caps != caps_in_use_) {
    SOCKDRIFT_RETURN_IF_ERROR(skips_.UseCaps(cell->caps, world_));
    caps_in_use_ = cell->caps;
  }
  CellRunner::State state = runner_.Advance(*cell);
  // Where cells do not overlap, the step has slept already.
  while (state == CellRunner::State::kParked && !machine_.overlap) {
    state = runner_.Advance(*cell);
  }
  if (state == CellRunner::State::kParked) {
    parked_.push_back(std::move(cell));
    std::push_heap(parked_.begin(), parked_.end(), WakesLater);
    return absl::OkStatus();
  }
  Release(machine_, *cell);
  if (meets_the_last_) machine_.fence.Pass();
  if (state == CellRunner::State::kEnded) {
    tally_.Done(cell->repeat, cell->number, cell->codes);
  } else {
    tally_.Error(cell->repeat, cell->number, tally_.Intern(machine_.fault));
  }
  free_.push_back(std::move(cell));
  return absl::OkStatus();
}

void Schedule::Locate(uint32_t number) {
  const int64_t raw = space_.RawIndex(number);
  // Cells mostly come in order: the next coordinate is the last one counted on.
  if (raw == raw_index_ + 1) {
    for (size_t axis = coordinate_.size(); axis-- > 0;) {
      if (++coordinate_[axis] < program_.axes[axis].values.size()) break;
      coordinate_[axis] = 0;
    }
  } else {
    space_.Coordinate(number, absl::MakeSpan(coordinate_));
  }
  raw_index_ = raw;
}

absl::Status Schedule::Renew(absl::Span<const uint16_t> coordinate) {
  const bool same_settings = !SettingsVary(program_);
  // The first namespace is as good as new for the first cell.
  if (!std::exchange(world_used_, true) && same_settings) {
    return absl::OkStatus();
  }
  machine_.fence.Forget();
  machine_.stacks.Forget();
  SOCKDRIFT_RETURN_IF_ERROR(world_.RenewFor(coordinate));
  // Settings, or a former cell's steps, may have moved the ranges.
  machine_.FollowPorts();
  return absl::OkStatus();
}

absl::Status Schedule::EnterWorldOf(uint32_t number) {
  while (!parked_.empty()) SOCKDRIFT_RETURN_IF_ERROR(ResumeFirst());
  Locate(number);
  const absl::Status renewed = Renew(coordinate_);
  world_refusal_ = std::string(renewed.message());
  return absl::OkStatus();
}

void Schedule::Skip(std::unique_ptr<Cell> cell, absl::string_view why) {
  tally_.Skip(cell->repeat, cell->number, tally_.Intern(why));
  free_.push_back(std::move(cell));
}

absl::Status Schedule::StartCell(uint32_t repeat, uint32_t number) {
  std::unique_ptr<Cell> cell = NewContext();
  tally_.Start(repeat, number);
  Locate(number);
  std::copy(coordinate_.begin(), coordinate_.end(), cell->coordinate.begin());
  cell->number = number;
  cell->repeat = repeat;
  std::string refusal = skips_.none() ? "" : skips_.WhyNot(cell->coordinate);
  if (refusal.empty() && program_.isolation == Isolation::kCell) {
    const absl::Status renewed = Renew(
        absl::MakeConstSpan(cell->coordinate).first(program_.axes.size()));
    refusal = std::string(renewed.message());
  }
  if (refusal.empty()) refusal = world_refusal_;
  if (refusal.empty() && skips_.asks_ports()) {
    refusal = skips_.WhyNoPorts(cell->coordinate);
  }
  if (!refusal.empty()) {
    Skip(std::move(cell), refusal);
    return absl::OkStatus();
  }
  cell->caps = skips_.CapsOf(cell->coordinate);
  runner_.Reset(*cell);
  return Go(std::move(cell));
}

absl::Status Schedule::ResumeFirst() {
  SleepUntil(parked_.front()->wake);
  std::pop_heap(parked_.begin(), parked_.end(), WakesLater);
  std::unique_ptr<Cell> cell = std::move(parked_.back());
  parked_.pop_back();
  return Go(std::move(cell));
}

absl::Status Schedule::ResumeDue() {
  if (parked_.empty()) return absl::OkStatus();
  const int64_t now = Now();
  while (!parked_.empty() && parked_.front()->wake <= now) {
    SOCKDRIFT_RETURN_IF_ERROR(ResumeFirst());
  }
  return absl::OkStatus();
}

absl::Status Schedule::Run() {
  const Assembly& assembly = machine_.assembly;
  const bool uses_any = std::any_of(
      assembly.ports.symbols.begin(), assembly.ports.symbols.end(),
      [](const PortSymbol& s) { return s.port_class == PortClass::kAny; });
  if (uses_any && machine_.ports.any_is_ephemeral()) {
    tally_.Note(
        "no unprivileged port is left outside ip_local_port_range: the plan's "
        "ports lie inside it");
  }
  std::vector<uint32_t> cells = options_.cells;
  if (cells.empty()) {
    cells.resize(space_.size());
    std::iota(cells.begin(), cells.end(), 0u);
  }
  CellGroups groups(program_, space_);
  const uint32_t end = options_.first_repeat + options_.repeats;
  for (uint32_t repeat = options_.first_repeat; repeat < end; ++repeat) {
    if (options_.shuffle_seed != 0) {
      // By the repeat's number: the same whoever runs the others.
      Shuffle(cells, options_.shuffle_seed + repeat);
    }
    if (!by_worlds_) {
      SOCKDRIFT_RETURN_IF_ERROR(RunRepeat(repeat, cells));
      continue;
    }
    for (const std::vector<uint32_t>& group : groups.Of(cells)) {
      SOCKDRIFT_RETURN_IF_ERROR(EnterWorldOf(group.front()));
      SOCKDRIFT_RETURN_IF_ERROR(RunRepeat(repeat, group));
    }
  }
  while (!parked_.empty()) SOCKDRIFT_RETURN_IF_ERROR(ResumeFirst());
  return absl::OkStatus();
}

absl::Status Schedule::RunRepeat(uint32_t repeat,
                                 absl::Span<const uint32_t> cells) {
  for (uint32_t number : cells) {
    SOCKDRIFT_RETURN_IF_ERROR(ResumeDue());
    while (!HasRoom() && !parked_.empty()) {
      SOCKDRIFT_RETURN_IF_ERROR(ResumeFirst());
    }
    SOCKDRIFT_RETURN_IF_ERROR(StartCell(repeat, number));
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
