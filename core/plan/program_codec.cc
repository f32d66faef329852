#include "core/plan/program_codec.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "core/plan/validate_program.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kMagic = "sockdrift-program/";

void WriteScalar(ByteWriter& out, const Scalar& scalar) {
  out.Varint(scalar.axes.size());
  for (uint8_t axis : scalar.axes) out.Byte(axis);
  // The count follows from the axes.
  for (const std::optional<std::string>& text : scalar.texts) {
    out.Varint(text.has_value() ? text->size() + 1 : 0);
    if (text.has_value()) out.Raw(*text);
  }
}

absl::StatusOr<Scalar> ReadScalar(ByteReader& in, const Program& program) {
  Scalar scalar;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t axes, in.Count(kMaxAxes));
  uint64_t combinations = 1;
  for (uint64_t i = 0; i < axes; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t axis, in.Byte());
    if (axis >= program.axes.size() ||
        (!scalar.axes.empty() && axis <= scalar.axes.back())) {
      return in.Error("a scalar's axes are not ascending axes of the program");
    }
    scalar.axes.push_back(axis);
    combinations *= program.axes[axis].values.size();
    if (combinations > kMaxScalarTexts) return in.Error("a scalar too large");
  }
  for (uint64_t i = 0; i < combinations; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t size, in.Count(kMaxScalarTexts));
    if (size == 0) {
      scalar.texts.emplace_back();
    } else {
      SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view text,
                                 in.Raw(size - 1));
      scalar.texts.emplace_back(std::string(text));
    }
  }
  return scalar;
}

void WriteStep(ByteWriter& out, const Step& step) {
  out.Byte(static_cast<uint8_t>(step.operation));
  out.Byte(static_cast<uint8_t>((step.observe_failure_only ? 1 : 0) |
                                (step.always ? 2 : 0)));
  out.Varint(step.observation == kNoObservation ? 0 : step.observation + 1);
  out.Varint(step.body);
  out.Varint(step.fields.size());
  for (const Field& field : step.fields) {
    out.Byte(static_cast<uint8_t>(field.id));
    WriteScalar(out, field.value);
  }
  out.Varint(step.guards.size());
  for (const Guard& guard : step.guards) {
    out.Byte(guard.axis);
    out.Varint(guard.values.size());
    for (uint16_t value : guard.values) out.Varint(value);
  }
}

absl::StatusOr<Step> ReadStep(ByteReader& in, const Program& program) {
  Step step;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t operation, in.Byte());
  step.operation = static_cast<Operation>(operation);
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t flags, in.Byte());
  if (flags > 3) return in.Error("unknown step flags");
  step.observe_failure_only = (flags & 1) != 0;
  step.always = (flags & 2) != 0;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t observation,
                             in.Count(program.observations.size()));
  step.observation = static_cast<int16_t>(static_cast<int>(observation) - 1);
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t body, in.Count(kMaxSteps));
  step.body = static_cast<uint16_t>(body);
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t fields, in.Count(256));
  for (uint64_t i = 0; i < fields; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t id, in.Byte());
    SOCKDRIFT_ASSIGN_OR_RETURN(Scalar value, ReadScalar(in, program));
    step.fields.push_back({static_cast<FieldId>(id), std::move(value)});
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t guards, in.Count(kMaxAxes));
  for (uint64_t i = 0; i < guards; ++i) {
    Guard guard;
    SOCKDRIFT_ASSIGN_OR_RETURN(guard.axis, in.Byte());
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t values, in.Count(kMaxAxisValues));
    for (uint64_t v = 0; v < values; ++v) {
      SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t value,
                                 in.Count(kMaxAxisValues));
      guard.values.push_back(static_cast<uint16_t>(value));
    }
    step.guards.push_back(std::move(guard));
  }
  return step;
}

absl::Status ReadTexts(ByteReader& in, uint64_t limit,
                       std::vector<std::string>& texts) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(limit));
  for (uint64_t i = 0; i < count; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string text, in.Text());
    texts.push_back(std::move(text));
  }
  return absl::OkStatus();
}

absl::Status ReadHead(ByteReader& in, Program& program) {
  const absl::StatusOr<absl::string_view> magic = in.Raw(kMagic.size());
  if (!magic.ok() || *magic != kMagic) {
    return absl::InvalidArgumentError(
        "program: these bytes are no sockdrift program");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t version, in.Varint());
  if (version != kProgramVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "program: version ", version, ", but this build reads version ",
        kProgramVersion,
        "; compile the plan again with this build, or use the build that "
        "made it"));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t isolation, in.Byte());
  program.isolation = static_cast<Isolation>(isolation);
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t long_running, in.Byte());
  if (long_running > 1) return in.Error("duration is neither 0 nor 1");
  program.long_running = long_running == 1;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t repeats, in.Count(kMaxRepeats));
  program.repeats = static_cast<uint8_t>(repeats);
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t limit, in.Count(UINT32_MAX));
  program.limit_ms = static_cast<uint32_t>(limit);
  return absl::OkStatus();
}

absl::Status ReadMatrix(ByteReader& in, Program& program) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t axes, in.Count(kMaxAxes));
  for (uint64_t i = 0; i < axes; ++i) {
    Axis axis;
    SOCKDRIFT_ASSIGN_OR_RETURN(axis.name, in.Text());
    SOCKDRIFT_RETURN_IF_ERROR(ReadTexts(in, kMaxAxisValues, axis.values));
    program.axes.push_back(std::move(axis));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t runs, in.Count(kMaxMatrix));
  uint64_t end = 0;
  for (uint64_t i = 0; i < runs; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t skip, in.Count(kMaxMatrix));
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(kMaxMatrix));
    program.excluded.push_back(
        {static_cast<uint32_t>(end + skip), static_cast<uint32_t>(count)});
    end += skip + count;
    if (end > kMaxMatrix) return in.Error("an excluded run outside the matrix");
  }
  return ValidateMatrix(program);
}

absl::Status ReadHostsAndPorts(ByteReader& in, Program& program) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t hosts, in.Count(64));
  for (uint64_t i = 0; i < hosts; ++i) {
    Host host;
    SOCKDRIFT_ASSIGN_OR_RETURN(host.name, in.Text());
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t stacks, in.Byte());
    if (stacks > 3) return in.Error("unknown stacks");
    host.ipv4 = (stacks & 1) != 0;
    host.ipv6 = (stacks & 2) != 0;
    program.hosts.push_back(std::move(host));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t ports, in.Count(1024));
  for (uint64_t i = 0; i < ports; ++i) {
    PortName port;
    SOCKDRIFT_ASSIGN_OR_RETURN(port.name, in.Text());
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t first, in.Count(65535));
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t last, in.Count(65535));
    port.first = static_cast<uint16_t>(first);
    port.last = static_cast<uint16_t>(last);
    program.ports.push_back(std::move(port));
  }
  return absl::OkStatus();
}

absl::Status ReadSettings(ByteReader& in, Program& program) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t settings,
                             in.Count(kMaxScalarTexts));
  for (uint64_t i = 0; i < settings; ++i) {
    Setting setting;
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t kind, in.Byte());
    setting.kind = static_cast<SettingKind>(kind);
    SOCKDRIFT_ASSIGN_OR_RETURN(setting.key, in.Text());
    SOCKDRIFT_ASSIGN_OR_RETURN(setting.value, ReadScalar(in, program));
    SOCKDRIFT_ASSIGN_OR_RETURN(setting.host, in.Text());
    program.settings.push_back(std::move(setting));
  }
  return absl::OkStatus();
}

}  // namespace

void WriteHostsAndPorts(ByteWriter& out, const Program& program) {
  out.Varint(program.hosts.size());
  for (const Host& host : program.hosts) {
    out.Text(host.name);
    out.Byte(static_cast<uint8_t>((host.ipv4 ? 1 : 0) | (host.ipv6 ? 2 : 0)));
  }
  out.Varint(program.ports.size());
  for (const PortName& port : program.ports) {
    out.Text(port.name);
    out.Varint(port.first);
    out.Varint(port.last);
  }
}

std::string EncodeProgram(const Program& program) {
  ByteWriter out;
  out.Raw(kMagic);
  out.Varint(kProgramVersion);
  out.Byte(static_cast<uint8_t>(program.isolation));
  out.Byte(program.long_running ? 1 : 0);
  out.Varint(program.repeats);
  out.Varint(program.limit_ms);
  out.Varint(program.axes.size());
  for (const Axis& axis : program.axes) {
    out.Text(axis.name);
    out.Varint(axis.values.size());
    for (const std::string& value : axis.values) out.Text(value);
  }
  out.Varint(program.excluded.size());
  uint64_t end = 0;
  for (const Program::Run& run : program.excluded) {
    out.Varint(run.first - end);
    out.Varint(run.count);
    end = static_cast<uint64_t>(run.first) + run.count;
  }
  out.Varint(program.caps.size());
  for (const Scalar& cap : program.caps) WriteScalar(out, cap);
  out.Varint(program.users.size());
  for (const std::string& user : program.users) out.Text(user);
  WriteHostsAndPorts(out, program);
  out.Varint(program.settings.size());
  for (const Setting& setting : program.settings) {
    out.Byte(static_cast<uint8_t>(setting.kind));
    out.Text(setting.key);
    WriteScalar(out, setting.value);
    out.Text(setting.host);
  }
  out.Varint(program.observations.size());
  for (const std::string& name : program.observations) out.Text(name);
  out.Varint(program.steps.size());
  for (const Step& step : program.steps) WriteStep(out, step);
  return std::move(out).Take();
}

absl::StatusOr<Program> DecodeProgram(absl::string_view bytes) {
  ByteReader in(bytes, "program");
  Program program;
  SOCKDRIFT_RETURN_IF_ERROR(ReadHead(in, program));
  // What follows depends on the axes being sane.
  SOCKDRIFT_RETURN_IF_ERROR(ReadMatrix(in, program));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t caps, in.Count(64));
  for (uint64_t i = 0; i < caps; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Scalar cap, ReadScalar(in, program));
    program.caps.push_back(std::move(cap));
  }
  SOCKDRIFT_RETURN_IF_ERROR(ReadTexts(in, 64, program.users));
  SOCKDRIFT_RETURN_IF_ERROR(ReadHostsAndPorts(in, program));
  SOCKDRIFT_RETURN_IF_ERROR(ReadSettings(in, program));
  SOCKDRIFT_RETURN_IF_ERROR(
      ReadTexts(in, kMaxObservations, program.observations));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t steps, in.Count(kMaxSteps));
  for (uint64_t i = 0; i < steps; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(Step step, ReadStep(in, program));
    program.steps.push_back(std::move(step));
  }
  SOCKDRIFT_RETURN_IF_ERROR(in.End());
  SOCKDRIFT_RETURN_IF_ERROR(ValidateProgram(program));
  return program;
}

}  // namespace sockdrift
