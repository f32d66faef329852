#include "agent/job/job.h"

#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

// One socket in each of two families, observed.
Program SmallProgram() {
  Program program;
  program.axes = {{"family", {"inet", "inet6"}}};
  program.observations = {"socket"};
  Step step;
  step.operation = Operation::kSocket;
  step.fields = {
      {FieldId::kAs, {{}, {"s"}}},
      {FieldId::kFamily, {{0}, {"inet", "inet6"}}},
      {FieldId::kType, {{}, {"stream"}}},
  };
  step.observation = 0;
  program.steps = {step};
  return program;
}

Job FullJob() {
  Job job;
  job.plan = "socket.family";
  job.program = SmallProgram();
  job.world = World::kOwn;
  job.netns = "/run/netns/blue";
  job.overrides = {{"net.ipv4.tcp_tw_reuse", "1"}, {"net.ipv6.bindv6only", ""}};
  job.cells = {0, 1};
  job.repeats = 3;
  job.shuffle_seed = 0xfeedfacecafebeefULL;
  job.first_port = 20000;
  job.last_port = 29999;
  job.max_open_files = 4096;
  job.max_memory_bytes = uint64_t{512} << 20;
  job.background = true;
  job.root_cgroup = true;
  return job;
}

TEST(JobTest, IsTheSameAfterTravelling) {
  const Job job = FullJob();
  ASSERT_OK_AND_ASSIGN(const Job read, DecodeJob(EncodeJob(job)));
  EXPECT_EQ(read.plan, job.plan);
  EXPECT_EQ(EncodeProgram(read.program), EncodeProgram(job.program));
  EXPECT_EQ(read.world, job.world);
  EXPECT_EQ(read.netns, job.netns);
  EXPECT_EQ(read.overrides, job.overrides);
  EXPECT_EQ(read.cells, job.cells);
  EXPECT_EQ(read.repeats, job.repeats);
  EXPECT_EQ(read.shuffle_seed, job.shuffle_seed);
  EXPECT_EQ(read.first_port, job.first_port);
  EXPECT_EQ(read.last_port, job.last_port);
  EXPECT_EQ(read.max_open_files, job.max_open_files);
  EXPECT_EQ(read.max_memory_bytes, job.max_memory_bytes);
  EXPECT_EQ(read.background, job.background);
  EXPECT_EQ(read.root_cgroup, job.root_cgroup);
  EXPECT_EQ(EncodeJob(read), EncodeJob(job));
}

TEST(JobTest, KeepsSparseCellsApart) {
  Job job = FullJob();
  job.cells = {0, 7, 8, 999'999};
  ASSERT_OK_AND_ASSIGN(const Job read, DecodeJob(EncodeJob(job)));
  EXPECT_EQ(read.cells, job.cells);
}

TEST(JobTest, RefusesEveryCutOfItsBytes) {
  const std::string bytes = EncodeJob(FullJob());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeJob(absl::string_view(bytes).substr(0, size)).ok())
        << "cut to " << size;
  }
  EXPECT_FALSE(DecodeJob(bytes + "x").ok());
}

TEST(JobTest, SaysWhatOtherBytesAre) {
  EXPECT_EQ(DecodeJob("#!/bin/sh, a script").status().message(),
            "job: these bytes are no sockdrift job");
}

TEST(JobTest, NamesTheVersionThatItCannotRead) {
  std::string bytes = EncodeJob(FullJob());
  bytes[absl::string_view("sockdrift-job").size()] = 9;
  const absl::Status status = DecodeJob(bytes).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version 9"));
}

TEST(JobTest, RefusesAnInvertedPortRange) {
  Job job = FullJob();
  job.first_port = 2;
  job.last_port = 1;
  EXPECT_THAT(std::string(DecodeJob(EncodeJob(job)).status().message()),
              HasSubstr("inverted port range"));
}

}  // namespace
}  // namespace sockdrift
