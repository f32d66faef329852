// Which hosts are asked for all: one of each group, one of each genome.
#include "absl/strings/str_cat.h"
#include "cli/analysis_report.h"
#include "cli/fleet_likeness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sockdrift/v1/fleet_service.pb.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void AddPlan(PlanAnalyses& plans,
             const std::vector<std::vector<std::string>>& groups) {
  v1::PlanAnalysis& plan = *plans.Add();
  for (const std::vector<std::string>& hosts : groups) {
    plan.add_groups()->mutable_host_ids()->Add(hosts.begin(), hosts.end());
  }
}

TEST(SpeakersTest, TheUsualHostIsInTheFirstGroupOfTheMostPlans) {
  PlanAnalyses plans;
  EXPECT_EQ(MostUsualHost(plans), "");
  AddPlan(plans, {{"a", "b", "c"}, {"d"}});
  AddPlan(plans, {{"b", "c", "d"}, {"a"}});
  AddPlan(plans, {});
  EXPECT_EQ(MostUsualHost(plans), "b");
  AddPlan(plans, {{"c", "d"}, {"a", "b"}});
  EXPECT_EQ(MostUsualHost(plans), "c");
}

TEST(SpeakersTest, EachGroupHasOneAndTheUsualHostComesFirst) {
  PlanAnalyses plans;
  AddPlan(plans, {{"a", "b", "c"}, {"d"}});
  AddPlan(plans, {{"b", "c", "d"}, {"a"}});
  EXPECT_THAT(SpeakersOf(plans, 9), ElementsAre("b", "a", "d"));
  EXPECT_THAT(SpeakersOf(plans, 2), ElementsAre("b", "a"));
  EXPECT_THAT(SpeakersOf({}, 2), IsEmpty());
}

void AddHost(v1::ListHostsResponse& response, const std::string& genome,
             const std::string& kernel) {
  v1::FleetHost& host = *response.add_hosts();
  host.set_host_id(absl::StrCat("host-", response.hosts_size()));
  if (!genome.empty()) host.set_genome_digest(genome);
  host.set_kernel_release(kernel);
}

TEST(HostsByGenomeTest, HostsOfOneGenomeAndKernelAreOne) {
  v1::ListHostsResponse response;
  AddHost(response, "g", "6.1.0");
  AddHost(response, "h", "6.1.0");
  AddHost(response, "h", "6.1.0");
  AddHost(response, "h", "6.12.0");
  AddHost(response, "", "6.12.0");
  const std::vector<AlikeHosts> groups = HostsByGenome(response);
  ASSERT_THAT(groups, SizeIs(3));
  EXPECT_EQ(groups[0].genome, "h");
  ASSERT_THAT(groups[0].hosts, SizeIs(2));
  EXPECT_EQ(groups[0].hosts[1]->host_id(), "host-3");
  EXPECT_EQ(groups[1].genome, "g");
  EXPECT_EQ(groups[2].hosts[0]->kernel_release(), "6.12.0");
}

}  // namespace
}  // namespace sockdrift
