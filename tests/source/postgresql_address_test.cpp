// The address of a PostgreSQL source, and what is refused in it.
#include "source/postgresql_address.hpp"

#include <gtest/gtest.h>

#include "besa/base/error.hpp"
#include "besa/source/source.hpp"

namespace {

using besa::Error;
using besa::ErrorKind;
using besa::source::service_of;

TEST(ServiceAddress, names_a_service) {
  EXPECT_EQ(service_of("service=crm"), "crm");
  EXPECT_EQ(service_of("service=crm-2.replica_1"), "crm-2.replica_1");
}

TEST(ServiceAddress, anything_else_is_refused_and_not_repeated) {
  for (const char* address :
       {"", "crm", "service=", "service=crm password=hunter2", "service=crm host=hunter2",
        "host=db user=u password=hunter2", "//u:hunter2@db/crm", "postgresql://u:hunter2@db/crm",
        "service=crm?password=hunter2", "service=a\nhunter2", "service=../hunter2"}) {
    try {
      (void)service_of(address);
      ADD_FAILURE() << address;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::refused) << address;
      EXPECT_EQ(error.message().find("hunter2"), std::string::npos) << error.message();
      EXPECT_NE(error.hint().find("passfile"), std::string::npos);
    }
  }
}

TEST(ServiceAddress, a_mistaken_scheme_does_not_spill_a_password_either) {
  for (const char* address : {"postgres://u:hunter2@db/crm", "host=db password=hunter2"}) {
    try {
      (void)besa::source::open(address, ".");
      ADD_FAILURE() << address;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::failed);
      EXPECT_EQ(error.message().find("hunter2"), std::string::npos) << error.message();
      EXPECT_NE(error.hint().find("postgresql:"), std::string::npos);
    }
  }
}

}  // namespace
