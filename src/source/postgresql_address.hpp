// The address of a PostgreSQL source: "service=NAME", and nothing else.
//
// A service is a section of the service file (pg_service.conf, ~/.pg_service.conf or PGSERVICEFILE)
// that names the server, the database and the role; the password lies in the passfile. besa keeps
// no secret in a file of its own, so an address with anything more is refused and never repeated in
// a message.
#pragma once

#include <string>
#include <string_view>

namespace besa::source {

/// "crm" for "service=crm". Error(refused) for everything else.
[[nodiscard]] std::string service_of(std::string_view address);

}  // namespace besa::source
