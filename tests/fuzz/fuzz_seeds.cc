// Writes the inputs that fuzzing starts from: fuzz_seeds FOLDER.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/job/job.h"
#include "core/behaviour/canonical.h"
#include "core/plan/program_codec.h"
#include "tests/support/programs.h"
#include "wire/behaviour_file.h"
#include "wire/digests.h"
#include "wire/sections.h"

namespace {

using namespace sockdrift;
using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::EveryPart;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::Uniform;

Record Mixed(const Program& program) {
  Record record = Uniform(program);
  SetOutcome(record, 1, 2, "EADDRINUSE");
  SetStatus(record, 1, CellStatus::kSkip, "no capability");
  return record;
}

// As behaviour_file_fuzz takes it.
std::string AsInput(const std::string& file) {
  std::string input;
  const absl::StatusOr<std::vector<Section>> sections =
      ReadSections(file, "seed");
  for (const Section& section : *sections) {
    input.push_back(static_cast<char>(section.bytes.size() / 256));
    input.push_back(static_cast<char>(section.bytes.size() % 256));
    input.push_back(static_cast<char>(section.kind));
    input += section.bytes;
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_seeds FOLDER\n");
    return 2;
  }
  std::map<std::string, std::string> seeds;
  for (const auto& [name, program] :
       {std::make_pair("pair", BindPair({"0.0.0.0", "::"})),
        std::make_pair("every", EveryPart())}) {
    const Digest measurement = MeasurementDigest(program);
    const Record record = Mixed(program);
    seeds[absl::StrCat("program/", name)] = EncodeProgram(program);
    seeds[absl::StrCat("record/", name)] = EncodeRecord(record, measurement);
    Job job;
    job.plan = name;
    job.program = program;
    job.overrides = {{"net.ipv6.bindv6only", "1"}};
    job.cells = {0, 2};
    seeds[absl::StrCat("job/", name)] = EncodeJob(job);
    BehaviourFile file;
    file.made_by = "seed";
    file.programs = {program};
    HostBehaviour host;
    host.host = "host";
    host.facts = {{"kernel", "6.1.0"}};
    host.entries.push_back(
        {name, World::kReplica, measurement, record, {"note"}});
    file.hosts = {host};
    const std::string bytes = EncodeBehaviourFile(file);
    seeds[absl::StrCat("behaviour_file/", name)] = bytes;
    seeds[absl::StrCat("behaviour_file/", name, "-sections")] = AsInput(bytes);
  }
  for (const auto& [name, bytes] : seeds) {
    const std::filesystem::path path = std::filesystem::path(argv[1]) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  std::printf("%zu seeds\n", seeds.size());
  return 0;
}
