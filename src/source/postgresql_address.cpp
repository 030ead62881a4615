#include "source/postgresql_address.hpp"

#include <algorithm>
#include <cctype>

#include "besa/base/error.hpp"

namespace besa::source {
namespace {

constexpr std::string_view service_prefix = "service=";
constexpr std::size_t longest_name = 100;

constexpr auto address_hint =
    "write postgresql:service=NAME; host, database and user go into the service file"
    " (pg_service.conf), the password into the passfile (.pgpass)";

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
}

[[noreturn]] void refuse(const char* why) {
  throw Error(
      ErrorKind::refused,
      std::string("the address of a PostgreSQL source names a service and nothing else: ") + why,
      address_hint);
}

}  // namespace

std::string service_of(std::string_view address) {
  if (address.find("password") != std::string_view::npos)
    refuse("besa keeps no passwords in its files");
  if (address.find("://") != std::string_view::npos || address.find("//") == 0)
    refuse("a URI can hold a password");
  if (!address.starts_with(service_prefix)) refuse("it does not begin with service=");
  const std::string_view name = address.substr(service_prefix.size());
  if (name.empty() || name.size() > longest_name ||
      !std::all_of(name.begin(), name.end(), is_name_character))
    refuse("a service's name is made of letters, digits, '_', '-' and '.'");
  return std::string(name);
}

}  // namespace besa::source
