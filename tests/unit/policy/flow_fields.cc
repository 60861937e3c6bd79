#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "policy/flow/fields.h"

namespace doorward::policy::flow {
namespace {

using testing::ElementsAre;

std::vector<std::string> fields(std::string_view text) {
  std::vector<std::string> out;
  read_fields(text, [&](const Field& field) {
    out.push_back(std::string(field.name) + "=" + std::string(field.value) + "@" +
                  std::to_string(field.record) + (field.free_text ? " text" : "") +
                  (field.loose ? " loose" : ""));
  });
  return out;
}

TEST(FlowFields, ReadsJsonAndPythonAlike) {
  EXPECT_THAT(fields(R"([{"id":7,"from":"a@b.example"},{"id":8,"from":"c"}])"),
              ElementsAre("id=7@0", "from=a@b.example@0", "id=8@1", "from=c@1"));
  EXPECT_THAT(fields("{'message': 'it\\'s sent', 'ok': True, 'n': None}"),
              ElementsAre("message=it's sent@0", "ok=True@0", "n=None@0"));
  EXPECT_THAT(
      fields("{'Hotel Roma': 'Rating: 4', 'at': datetime.date(2026, 1, 2)}"),
      ElementsAre("=Hotel Roma@0", "Hotel Roma=Rating: 4@0", "at=datetime.date(2026, 1, 2)@0"));
}

TEST(FlowFields, ReadsListsOfLines) {
  EXPECT_THAT(fields("- general\n- random"), ElementsAre("=general@0", "=random@1"));
  EXPECT_THAT(fields("- body: 'one that goes\n    on'\n  sender: Ann\n- body: two\n  sender: Bob"),
              ElementsAre("body=one that goes on@0", "sender=Ann@0", "body=two@1", "sender=Bob@1"));
  EXPECT_THAT(fields("- id: '6'\n  participants:\n  - a@x.example\n  - b@x.example\n  title: Sync"),
              ElementsAre("id=6@0", "participants=a@x.example@0", "participants=b@x.example@0",
                          "title=Sync@0"));
}

TEST(FlowFields, ATextThatOnlyPartlyReadsAsAListIsFreeText) {
  EXPECT_THAT(fields("Dear tenant,\nthe rent goes to the account below from now on, as agreed.\n"
                     "IBAN: GB33"),
              ElementsAre(testing::EndsWith("@0 text")));
  EXPECT_THAT(fields("{'a': 'b'} and more"), ElementsAre(testing::EndsWith(" text")));
  EXPECT_THAT(fields("{'a': {'b'"), ElementsAre(testing::EndsWith(" text")));
}

TEST(FlowFields, ShortLinesAndPairsAreALooseList) {
  EXPECT_THAT(fields("Hotels: Roma\nMilano Inn"),
              ElementsAre("=Hotels@0 loose", "Hotels=Roma@0 loose", "=Milano Inn@1 loose"));
  EXPECT_THAT(fields("Airline: SAS, Flight: SK8\nAirline: KLM, Flight: KL1"),
              ElementsAre("Airline=SAS@0 loose", "Flight=SK8@0 loose", "Airline=KLM@1 loose",
                          "Flight=KL1@1 loose"));
}

TEST(FlowFields, DepthAndSizeAreBounded) {
  std::string deep(10'000, '[');
  EXPECT_THAT(fields(deep), ElementsAre(testing::EndsWith(" text")));
  std::string many = "[";
  for (int i = 0; i < 30'000; ++i) many += "1,";
  many += "1]";
  EXPECT_EQ(fields(many).size(), 1U);
}

}  // namespace
}  // namespace doorward::policy::flow
