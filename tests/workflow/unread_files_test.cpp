// What lies where a source's files do and is none of its tables: rows in it would never be found.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "two_stores.hpp"

namespace besa::workflow {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The shop's orders are data/shop/orders.csv.
class UnreadFiles : public testing::TwoStores {
 protected:
  /// What a sweep stops with; empty where it does not.
  std::string stop() {
    try {
      static_cast<void>(look());
    } catch (const Error& error) {
      return error.message();
    }
    return "";
  }
  void the_shop_says(const std::string& field) const {
    shop("club", "", R"("source": "csv:data/shop", )" + field);
  }
};

TEST_F(UnreadFiles, another_ending_stops_the_sweep_and_is_named) {
  EXPECT_EQ(stop(), "");
  for (const char* name :
       {"phones.CSV", "phones.txt", "orders.csv.bak", "orders.csv~", "phones", "orders.csv.bz2",
        "orders.jsonl", ".phones.csv", "old/2011/orders.csv"}) {
    club_.put(std::string("data/shop/") + name, "no,who,at\no7,m1,2026-11-11\n");
    EXPECT_THAT(stop(), HasSubstr("is not read")) << name;
    std::filesystem::remove_all(club_.root() / "data/shop" / name);
    std::filesystem::remove_all(club_.root() / "data/shop/old");
    EXPECT_EQ(stop(), "") << name;
  }
}

TEST_F(UnreadFiles, also_beside_the_monthly_files_of_a_table) {
  std::filesystem::remove(club_.root() / "data/shop/orders.csv");
  club_.put("data/shop/orders/2026-10.csv", "no,who,at\no1,m1,2012-01-01\n");
  EXPECT_EQ(stop(), "");
  club_.put("data/shop/orders/2026-11.CSV", "no,who,at\no2,m1,2026-11-01\n");
  EXPECT_THAT(stop(), HasSubstr("orders/2026-11.CSV"));
  std::filesystem::remove(club_.root() / "data/shop/orders/2026-11.CSV");
  std::filesystem::create_directory_symlink(club_.root() / "policies",
                                            club_.root() / "data/shop/orders/more");
  EXPECT_THAT(stop(), HasSubstr("orders/more"));
}

// Its contact of this month came after the approval, and was not seen.
TEST_F(UnreadFiles, what_came_after_the_approval_stops_the_apply_and_nothing_is_erased) {
  const std::string manifest = club_.sweep().manifest;
  club_.approve(manifest);
  club_.put("data/shop/orders2.CSV", "no,who,at\no7,m1,2026-11-11\n");
  try {
    static_cast<void>(club_.apply(manifest));
    ADD_FAILURE() << "applied";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::refused);
    EXPECT_THAT(error.message(), HasSubstr("orders2.CSV"));
  }
  EXPECT_EQ(members(), "m1,m2,m3");
  std::filesystem::remove(club_.root() / "data/shop/orders2.CSV");
  static_cast<void>(club_.apply(manifest));
  EXPECT_EQ(members(), "m3");
}

TEST_F(UnreadFiles, what_the_dataset_file_lists_and_what_is_hidden_may_lie_there) {
  club_.put("data/shop/README.txt", "One line an order.\n");
  club_.put("data/shop/.directory", "[Desktop]\n");
  EXPECT_THAT(stop(), HasSubstr("README.txt"));
  the_shop_says(R"("other_files": ["README.txt"], )");
  EXPECT_EQ(stop(), "");
  std::filesystem::create_directories(club_.root() / "data/shop/empty");
  EXPECT_EQ(stop(), "");
}

TEST_F(UnreadFiles, a_lost_header_is_told_without_what_stands_there_instead) {
  club_.put("data/shop/orders.csv", "o1,arta.longname@club.example,2012-01-01\n");
  std::string told = stop();
  EXPECT_THAT(told, HasSubstr("none of its 3 columns"));
  EXPECT_THAT(told, Not(HasSubstr("arta")));
  club_.put("data/shop/orders.csv", "arta@club.example,x,ARTA@club.example\n");
  told = stop();
  EXPECT_THAT(told, HasSubstr("columns 1 and 3 have the same name"));
  EXPECT_THAT(told, Not(HasSubstr("arta")));
}

/// Whoever swaps a folder for a link would have other files rewritten (erasure.md, row 46).
TEST_F(UnreadFiles, a_folder_on_the_way_that_is_a_link_is_not_followed) {
  const Path data = club_.root() / "data";
  shop("club", "", R"("source": "csv:data/all/shop",)");
  std::filesystem::create_directories(data / "all");
  std::filesystem::rename(data / "shop", data / "all/shop");
  EXPECT_EQ(stop(), "");
  std::filesystem::rename(data / "all", club_.root() / "elsewhere");
  std::filesystem::create_directory_symlink(club_.root() / "elsewhere", data / "all");
  EXPECT_THAT(stop(), HasSubstr("is a symbolic link"));
}

TEST_F(UnreadFiles, what_another_dataset_reads_is_read) {
  club_.put("data/shop/pages.jsonl", R"({"n": 1, "who": "m1"})"
                                     "\n");
  EXPECT_THAT(stop(), HasSubstr("pages.jsonl"));
  club_.put("datasets/web.json",
            R"({"dataset": "web", "policy": "club", "held_by": "club", "source": "jsonl:data/shop",
          "tables": {"pages": {"key": ["n"],
            "links": [{"columns": ["who"], "belongs_to": "club.members"}],
            "columns": {"n": "none"}}}})");
  club_.workspace_file(R"("datasets/club.json", "datasets/shop.json", "datasets/web.json")");
  EXPECT_EQ(stop(), "");
}

}  // namespace
}  // namespace besa::workflow
